// The assignors beside those of the Java client, on random groups. Its answers are stored by scripts/golden/assignors.mjs.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Assignor, SubscribedMember } from '../../../src/kafka/group/assignor.ts'
import { cooperativeSticky } from '../../../src/kafka/group/cooperative-sticky.ts'
import { range } from '../../../src/kafka/group/range.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/kafka/protocol/consumer-protocol.ts'
import { partitionKey, type TopicPartition } from '../../../src/record.ts'

interface StoredMember {
  readonly id: string
  /** `-`: none. */
  readonly instance: string
  readonly generation: number
  readonly topics: readonly string[]
  readonly owned: readonly string[]
}

interface Stored {
  readonly cases: readonly {
    readonly topics: Readonly<Record<string, number>>
    readonly members: readonly StoredMember[]
    readonly range: Readonly<Record<string, readonly string[]>>
    /** When the members had given up what they had to, and joined again. */
    readonly sticky: Readonly<Record<string, readonly string[]>>
  }[]
  readonly bytes: readonly (StoredMember & { readonly subscription: string; readonly assignment: string })[]
}

const stored: Stored = JSON.parse(readFileSync(new URL('assignors.json', import.meta.url), 'utf8'))

type Shared = Readonly<Record<string, readonly string[]>>

function at(key: string): TopicPartition {
  const [topic = '', partition] = key.split('/')
  return { topic, partition: Number(partition) }
}

function subscribed({ id, instance, generation, topics, owned }: StoredMember): SubscribedMember {
  const instanceId = instance === '-' ? null : instance
  const userData = cooperativeSticky.userData(generation)
  return { memberId: id, instanceId, topics, userData, owned: owned.map(at), generation, rack: null }
}

function assign(
  { assign }: Assignor,
  members: readonly StoredMember[],
  topics: Readonly<Record<string, number>>,
): Shared {
  const assigned = assign(members.map(subscribed), new Map(Object.entries(topics)))
  return Object.fromEntries([...assigned].map(([id, partitions]) => [id, partitions.map(partitionKey).sort()]))
}

/** Joins until nothing is withheld: the first time members give up partitions that change their owner. */
function settle(members: readonly StoredMember[], topics: Readonly<Record<string, number>>): Shared {
  const first = assign(cooperativeSticky, members, topics)
  const again = members.map((each) => ({ ...each, generation: 6, owned: first[each.id] ?? [] }))
  return assign(cooperativeSticky, again, topics)
}

const sizes = (shared: Shared) => Object.values(shared).map(({ length }) => length)
/** Sum of all differences of sizes. */
const imbalance = (shared: Shared) =>
  sizes(shared)
    .flatMap((a) => sizes(shared).map((b) => Math.abs(a - b)))
    .reduce((a, b) => a + b, 0)
/** Partitions that stay with their owner. */
const kept = (shared: Shared, members: readonly StoredMember[]) =>
  members.flatMap(({ id, owned }) => owned.filter((key) => shared[id]?.includes(key))).length
const isDisputed = (members: readonly StoredMember[]) => {
  const claims = members.flatMap(({ owned }) => owned)
  return new Set(claims).size < claims.length
}
const haveEqualTopics = (members: readonly StoredMember[]) =>
  members.every(({ topics }) => topics.join() === members[0]?.topics.join())

describe('range', () => {
  it('gives what the Java client gives', () => {
    for (const { topics, members, range: expected } of stored.cases) {
      expect(assign(range, members, topics)).toEqual(expected)
    }
  })
})

describe('cooperative-sticky', () => {
  it('gives each partition to one member that subscribes to it', () => {
    for (const { topics, members, sticky } of stored.cases) {
      const shared = settle(members, topics)
      expect(Object.values(shared).flat().sort()).toEqual(Object.values(sticky).flat().sort())
      for (const { id, topics: names } of members) {
        expect(shared[id]?.filter((key) => !names.includes(at(key).topic))).toEqual([])
      }
    }
  })

  it('gives nobody what another member still owns', () => {
    for (const { topics, members } of stored.cases) {
      const first = assign(cooperativeSticky, members, topics)
      for (const { id, owned } of members) {
        const others = Object.entries(first).filter(([other]) => other !== id)
        expect(others.flatMap(([, keys]) => keys.filter((key) => owned.includes(key)))).toEqual([])
      }
    }
  })

  it('shares as evenly as the Java client, and lets members of equal subscriptions keep as much', () => {
    for (const { topics, members, sticky } of stored.cases) {
      const shared = settle(members, topics)
      expect(imbalance(shared)).toBeLessThanOrEqual(imbalance(sticky))
      if (!haveEqualTopics(members)) continue
      expect(imbalance(shared)).toBe(imbalance(sticky))
      if (!isDisputed(members)) expect(kept(shared, members)).toBe(kept(sticky, members))
    }
  })

  it('changes nothing where nothing has changed', () => {
    for (const { topics, members } of stored.cases) {
      const shared = settle(members, topics)
      const again = members.map((each) => ({ ...each, generation: 7, owned: shared[each.id] ?? [] }))
      expect(assign(cooperativeSticky, again, topics)).toEqual(shared)
    }
  })
})

describe('what members write to each other', () => {
  it.each(stored.bytes)('is what the Java client writes ($id)', ({ subscription, assignment, ...member }) => {
    const { topics, userData, owned, generation, rack } = subscribed(member)
    const written = encodeSubscription({ topics, userData, owned, generation, rack })
    expect(written.toString('hex')).toBe(subscription)
    expect(encodeAssignment(owned).toString('hex')).toBe(assignment)
    expect(decodeSubscription(written)).toEqual({
      topics: topics.toSorted(),
      userData,
      owned: owned.toSorted(byKey),
      generation,
      rack,
    })
    expect(decodeAssignment(Buffer.from(assignment, 'hex'))).toEqual(owned.toSorted(byKey))
  })

  it('is read in each version', () => {
    const topics = '00000001 0001 61'
    const [userData, owned] = ['ffffffff', '00000001 0001 61 00000001 00000002']
    const read = (...parts: string[]) => decodeSubscription(Buffer.from(parts.join('').replaceAll(' ', ''), 'hex'))
    const nothing = { topics: ['a'], userData: null, owned: [], generation: -1, rack: null }
    expect(read('0000', topics, userData)).toEqual(nothing)
    const one = { ...nothing, owned: [{ topic: 'a', partition: 2 }] }
    expect(read('0001', topics, userData, owned)).toEqual(one)
    expect(read('0002', topics, userData, owned, '00000007')).toEqual({ ...one, generation: 7 })
    expect(read('0003', topics, userData, owned, '00000007', '0001 72')).toEqual({ ...one, generation: 7, rack: 'r' })
    expect(read('0009', topics, userData, owned, '00000007', '0001 72', 'ff')).toEqual({
      ...one,
      generation: 7,
      rack: 'r',
    })
    expect(() => read('0001', topics, userData)).toThrow('ends too early')
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([])
  })
})

function byKey(a: TopicPartition, b: TopicPartition): number {
  return partitionKey(a) < partitionKey(b) ? -1 : 1
}
