// The assignor `cooperative-sticky`: members own as equally many partitions as their subscriptions allow, and keep those
// that they own as far as that allows (as org.apache.kafka.clients.consumer.CooperativeStickyAssignor, without racks).

import { PartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
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

/** The partitions of each member, while they are shared out. */
class Shares {
  /** Topic → members that subscribe to it, in order. */
  readonly #subscribers: ReadonlyMap<string, readonly string[]>
  readonly #partitions: readonly TopicPartition[]
  /** By partition. */
  readonly #owners = new PartitionMap<string>()
  /** By member. */
  readonly #sizes: Map<string, number>

  constructor(members: readonly SubscribedMember[], counts: ReadonlyMap<string, number>) {
    const ordered = members.toSorted(byName)
    const pairs = ordered.flatMap(({ memberId, topics }) => topics.map((topic) => ({ topic, memberId })))
    const subscriptions = [...groupBy(pairs, ({ topic }) => topic)]
    this.#subscribers = new Map(subscriptions.map(([topic, each]) => [topic, each.map(({ memberId }) => memberId)]))
    const topics = [...counts].filter(([topic]) => this.#subscribers.has(topic)).sort(([a], [b]) => compare(a, b))
    this.#partitions = topics.flatMap(([topic, count]) => {
      return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
    })
    this.#sizes = new Map(ordered.map(({ memberId }) => [memberId, 0]))
    for (const [at, { memberId }] of claimsOf(ordered)) {
      const exists = at.partition < (counts.get(at.topic) ?? 0)
      if (exists && this.#subscribersOf(at).includes(memberId)) this.#give(at, memberId)
    }
  }

  /** Free partitions first go to who has fewest; then those who have most give up partitions, while that evens it out. */
  share(): void {
    const free = this.#partitions.filter((at) => !this.#owners.has(at))
    const scarce = free.toSorted((a, b) => this.#subscribersOf(a).length - this.#subscribersOf(b).length)
    for (const at of scarce) this.#give(at, this.#smallest(at))
    const isFree = PartitionMap.of(free)
    const movable = [...free, ...this.#partitions.filter((at) => !isFree.has(at))]
    while (this.#even(movable));
  }

  /**
   * Moves a partition from who has most to who has fewest, over members between them where their subscriptions ask for
   * that. False: it is even. Each time the sum of squares of sizes gets smaller, so that moving ends.
   */
  #even(movable: readonly TopicPartition[]): boolean {
    const byOwner = groupBy(movable, (at) => this.#owners.get(at) ?? '')
    for (const [owner, size] of [...this.#sizes].sort(([, a], [, b]) => b - a)) {
      const ways = this.#waysFrom(owner, byOwner)
      const smallest = this.#smallestOf([owner, ...ways.keys()])
      if (this.#sizeOf(smallest) + 1 >= size) continue
      let to = smallest
      for (let at = ways.get(to); at !== undefined && to !== owner; at = ways.get(to)) {
        const from = this.#owners.get(at) ?? ''
        this.#give(at, to)
        to = from
      }
      return true
    }
    return false
  }

  /** Members that can get a partition, in few steps first, with the partition that each can get. */
  #waysFrom(owner: string, byOwner: ReadonlyMap<string, readonly TopicPartition[]>): Map<string, TopicPartition> {
    const ways = new Map<string, TopicPartition>()
    const topics = new Set<string>()
    for (const from of reached(owner, ways)) {
      for (const at of byOwner.get(from) ?? []) {
        if (topics.has(at.topic)) continue
        topics.add(at.topic)
        for (const to of this.#subscribersOf(at)) if (to !== owner && !ways.has(to)) ways.set(to, at)
      }
    }
    return ways
  }

  get assigned(): Map<string, TopicPartition[]> {
    const byOwner = groupBy(this.#partitions, (at) => this.#owners.get(at) ?? '')
    return new Map([...this.#sizes.keys()].map((memberId) => [memberId, byOwner.get(memberId) ?? []]))
  }

  #give(at: TopicPartition, memberId: string): void {
    const before = this.#owners.get(at)
    if (before !== undefined) this.#sizes.set(before, this.#sizeOf(before) - 1)
    this.#owners.set(at, memberId)
    this.#sizes.set(memberId, this.#sizeOf(memberId) + 1)
  }

  /** The first one of the members with the fewest partitions that subscribe to the topic. */
  #smallest(at: TopicPartition): string {
    return this.#smallestOf(this.#subscribersOf(at))
  }

  #smallestOf(members: readonly string[]): string {
    return members.reduce((a, b) => (this.#sizeOf(b) < this.#sizeOf(a) ? b : a))
  }

  #subscribersOf({ topic }: TopicPartition): readonly string[] {
    return this.#subscribers.get(topic) ?? []
  }

  #sizeOf(memberId: string): number {
    return this.#sizes.get(memberId) ?? 0
  }
}

/** The owner, and then each member to which a way was found, also one that is found meanwhile. */
function* reached(owner: string, ways: ReadonlyMap<string, TopicPartition>): Generator<string, void> {
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
