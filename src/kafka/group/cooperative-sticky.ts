// The assignor `cooperative-sticky`: members own as equally many partitions as their subscriptions allow, and keep those
// that they own as far as that allows (as org.apache.kafka.clients.consumer.CooperativeStickyAssignor, without racks).

import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import { groupBy } from '../protocol/group-by.ts'
import { type Assignor, byName, compare, type SubscribedMember } from './assignor.ts'

const GENERATION_BYTES = 4

export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  isCooperative: true,
  /** Leaders before Kafka 3.2 read the generation here, since version 1 of Subscription does not have it. */
  userData(generation) {
    const bytes = Buffer.alloc(GENERATION_BYTES)
    bytes.writeInt32BE(generation)
    return bytes
  },
  assign(members, counts) {
    const shares = new Shares(members, counts)
    shares.share()
    return withoutOwnedByOthers(shares.assigned, members)
  },
}

interface Claim {
  readonly memberId: string
  readonly generation: number
}

/** A partition whose owner changes is given to nobody until the old owner has joined without it. */
function withoutOwnedByOthers(assigned: Map<string, TopicPartition[]>, members: readonly SubscribedMember[]) {
  const owners = new PartitionMap<Set<string>>()
  for (const { memberId, owned } of members) {
    for (const at of owned) owners.set(at, (owners.get(at) ?? new Set()).add(memberId))
  }
  for (const [memberId, partitions] of assigned) {
    const isFree = (at: TopicPartition) => [...(owners.get(at) ?? [])].every((owner) => owner === memberId)
    assigned.set(memberId, partitions.filter(isFree))
  }
  return assigned
}

/** A partition of a topic can go from a member to another one. */
interface Way {
  readonly from: string
  readonly topic: string
}

/** The partitions of each member, while they are shared out. */
class Shares {
  /** Topic → members that subscribe to it, in order. */
  readonly #subscribers: ReadonlyMap<string, readonly string[]>
  /** Member → topic → partitions; those that it got last are last. */
  readonly #held: ReadonlyMap<string, Map<string, number[]>>
  readonly #sizes: Map<string, number>
  readonly #free: readonly TopicPartition[]

  constructor(members: readonly SubscribedMember[], counts: ReadonlyMap<string, number>) {
    const ordered = members.toSorted(byName)
    const pairs = ordered.flatMap(({ memberId, topics }) => topics.map((topic) => ({ topic, memberId })))
    const subscriptions = [...groupBy(pairs, ({ topic }) => topic)]
    this.#subscribers = new Map(subscriptions.map(([topic, each]) => [topic, each.map(({ memberId }) => memberId)]))
    this.#held = new Map(ordered.map(({ memberId }) => [memberId, new Map()]))
    this.#sizes = new Map(ordered.map(({ memberId }) => [memberId, 0]))
    const claims = claimsOf(ordered)
    const topics = [...counts].filter(([topic]) => this.#subscribers.has(topic)).sort(([a], [b]) => compare(a, b))
    this.#free = topics.flatMap(([topic, count]) => {
      return Array.from({ length: count }, (_, partition) => ({ topic, partition })).filter((at) => {
        const owner = claims.get(at)?.memberId
        if (owner === undefined || !this.#subscribersOf(topic).includes(owner)) return true
        this.#give(at, owner)
        return false
      })
    })
  }

  /** Free partitions first go to who has fewest; then those who have most give up partitions, while that evens it out. */
  share(): void {
    const count = ({ topic }: TopicPartition) => this.#subscribersOf(topic).length
    const scarceFirst = this.#free.toSorted((a, b) => count(a) - count(b))
    for (const at of scarceFirst) this.#give(at, this.#smallest(this.#subscribersOf(at.topic)))
    while (this.#even());
  }

  get assigned(): Map<string, TopicPartition[]> {
    const listed = (held: ReadonlyMap<string, readonly number[]>) => {
      return [...held].flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
    }
    return new Map([...this.#held].map(([memberId, held]) => [memberId, listed(held).sort(byTopicPartition)]))
  }

  /**
   * Moves a partition from who has most to who has fewest, over members between them where their subscriptions ask for
   * that. False: it is even. Each time the sum of squares of sizes gets smaller, so that moving ends.
   */
  #even(): boolean {
    for (const [owner, size] of [...this.#sizes].sort(([, a], [, b]) => b - a)) {
      const ways = this.#waysFrom(owner)
      const smallest = this.#smallest([owner, ...ways.keys()])
      if (this.#sizeOf(smallest) + 1 >= size) continue
      let to = smallest
      for (let way = ways.get(to); way !== undefined; way = ways.get(to)) {
        this.#move(way, to)
        to = way.from
      }
      return true
    }
    return false
  }

  /** Members that a partition can reach, in few steps first, each with the last of these steps. */
  #waysFrom(owner: string): ReadonlyMap<string, Way> {
    const ways = new Map<string, Way>()
    const topics = new Set<string>()
    for (const from of reached(owner, ways)) {
      for (const [topic, partitions] of this.#held.get(from) ?? []) {
        if (partitions.length === 0 || topics.has(topic)) continue
        topics.add(topic)
        for (const to of this.#subscribersOf(topic)) if (to !== owner && !ways.has(to)) ways.set(to, { from, topic })
      }
    }
    return ways
  }

  #move({ from, topic }: Way, to: string): void {
    const partition = this.#held.get(from)?.get(topic)?.pop()
    if (partition === undefined) return
    this.#sizes.set(from, this.#sizeOf(from) - 1)
    this.#give({ topic, partition }, to)
  }

  #give({ topic, partition }: TopicPartition, memberId: string): void {
    const held = this.#held.get(memberId)
    const partitions = held?.get(topic)
    if (partitions === undefined) held?.set(topic, [partition])
    else partitions.push(partition)
    this.#sizes.set(memberId, this.#sizeOf(memberId) + 1)
  }

  /** The first one of those that have fewest. */
  #smallest(members: readonly string[]): string {
    return members.reduce((a, b) => (this.#sizeOf(b) < this.#sizeOf(a) ? b : a))
  }

  #subscribersOf(topic: string): readonly string[] {
    return this.#subscribers.get(topic) ?? []
  }

  #sizeOf(memberId: string): number {
    return this.#sizes.get(memberId) ?? 0
  }
}

/** The owner, and then each member to which a way was found, also one that is found meanwhile. */
function* reached(owner: string, ways: ReadonlyMap<string, Way>): Generator<string, void> {
  yield owner
  yield* ways.keys()
}

/** Who owned each partition last. Two members that claim it in one generation are both wrong. */
function claimsOf(members: readonly SubscribedMember[]): PartitionMap<Claim> {
  const claims = new PartitionMap<Claim>()
  const disputed = new PartitionMap<number>()
  for (const member of members) {
    const { memberId } = member
    const generation = generationOf(member)
    for (const at of member.owned) {
      const other = claims.get(at)
      if (other === undefined || generation > other.generation) claims.set(at, { memberId, generation })
      else if (generation === other.generation) disputed.set(at, generation)
    }
  }
  for (const [at, generation] of disputed) if (claims.get(at)?.generation === generation) claims.delete(at)
  return claims
}

function generationOf({ generation, userData }: SubscribedMember): number {
  if (generation >= 0 || userData === null || userData.length < GENERATION_BYTES) return generation
  return userData.readInt32BE(0)
}
