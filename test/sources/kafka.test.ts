// The source kafka against a real broker.

import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'
import type { Chunk } from '../../src/record.ts'
import type { Limits, Source, Start } from '../../src/source.ts'
import { type KafkaSourceOptions, kafkaSource } from '../../src/sources/kafka.ts'
import type { Selection } from '../../src/sources/kafka-subscription.ts'
import { sourceContract } from '../contract/source.ts'
import { collect, type PlainRecord } from '../support/chunks.ts'
import { drain, resultOf } from '../support/drain.ts'
import * as kafka from '../support/kafka.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

type StartingOffsets = KafkaSourceOptions['startingOffsets']

/** A clock that a test can put forward. */
let ahead = 0
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead }

function sourceOf(read: string | Selection, startingOffsets: StartingOffsets = 'earliest'): Source {
  const selection = typeof read === 'string' ? { topics: [read] } : read
  return kafkaSource({ ...selection, brokers: [kafka.bootstrap()], clientId: 'test', startingOffsets }, clock)
}

/** What there is to read from a start on, in batches of at most `maxRecords`. */
async function readAll(
  topic: string,
  start = NEW,
  maxRecords = Number.MAX_SAFE_INTEGER,
  onChunk?: (chunk: Chunk) => void,
): Promise<PlainRecord[]> {
  const source = sourceOf(topic)
  try {
    await resultOf(source.open(start, signal))
    const all: PlainRecord[] = []
    for (;;) {
      const plan = await resultOf(source.plan({ ...UNBOUNDED, maxRecords }, signal))
      if (plan.ranges.length === 0) return all
      all.push(...(await collect(source.chunks(plan.ranges, signal), onChunk)).records)
    }
  } finally {
    await source.close()
  }
}

async function positionsAt(
  topic: string | Selection,
  startingOffsets: StartingOffsets,
  start = NEW,
): Promise<number[]> {
  const source = sourceOf(topic, startingOffsets)
  try {
    const { items, result } = await drain(source.open(start, signal))
    expect(items).toEqual([])
    return result.positions.map(({ next }) => next)
  } finally {
    await source.close()
  }
}

function savedAt(topic: string, next: number): Start {
  return { logId: null, positions: [{ topic, partition: 0, next, topicId: null, leaderEpoch: null, tailHash: null }] }
}

function given(topic: string, ...offsets: (readonly [number, number | 'earliest' | 'latest'])[]): StartingOffsets {
  return { offsets: new Map([[topic, new Map(offsets)]]) }
}

const offsetsOf = (records: readonly PlainRecord[]) => records.map(({ offset }) => offset)
const valuesOf = (records: readonly PlainRecord[]) => records.map(({ value }) => value)

describe.skipIf(!kafka.kafkaAvailable)('kafkaSource', () => {
  sourceContract('kafka', async () => {
    const topic = await kafka.createTopic(kafka.topicName('contract'), 2)
    return {
      append: (partition, values) => kafka.produce(topic, ...values.map((value) => ({ partition, value }))),
      grow: async () => {
        await kafka.createPartitions(topic, 3)
        ahead += 30_000
      },
      source: () => sourceOf(topic),
      close: async () => {},
    }
  })

  describe('records', () => {
    it('come with keys, values, headers and times, NULL and Unicode among them', async () => {
      const topic = await kafka.createTopic()
      await kafka.produce(
        topic,
        { key: 'k', value: 'São Paulo 🌆', headers: { source: 'web' }, timestamp: '1767225600000' },
        { key: null, value: null },
        { key: '', value: '' },
      )
      const [first, second, third] = await readAll(topic)
      expect(first).toMatchObject({ key: 'k', value: 'São Paulo 🌆', timestamp: 1767225600000, timestampType: 0 })
      expect(first?.headers).toBe(`020c${Buffer.from('source').toString('hex')}06${Buffer.from('web').toString('hex')}`)
      expect(second).toMatchObject({ offset: 1, key: null, value: null, headers: '00' })
      expect(third).toMatchObject({ offset: 2, key: '', value: '' })
    })

    it("come with the broker's time where the topic says so", async () => {
      const topic = await kafka.createTopic(undefined, 1, { 'message.timestamp.type': 'LogAppendTime' })
      await kafka.produce(topic, { value: 'a', timestamp: '1767225600000' })
      const [record] = await readAll(topic)
      expect(record?.timestampType).toBe(1)
      expect(record?.timestamp).toBeGreaterThan(1767225600000)
    })

    it('come from gzip batches, whole or cut', async () => {
      const topic = await kafka.createTopic()
      const producer = kafka.client().producer()
      await producer.connect()
      const messages = Array.from({ length: 50 }, (_, i) => ({ value: `value ${i}`, partition: 0 }))
      await producer.send({ topic, compression: 1, messages })
      await producer.send({ topic, compression: 1, messages })
      await producer.disconnect()
      const whole = await readAll(topic)
      expect(offsetsOf(whole)).toEqual(Array.from({ length: 100 }, (_, i) => i))
      expect(await readAll(topic, NEW, 7)).toEqual(whole)
      expect(await readAll(topic, savedAt(topic, 33), 40)).toEqual(whole.slice(33))
    })

    it('are whole where many fetches use the same memory', async () => {
      const topic = await kafka.createTopic(undefined, 2)
      const value = (partition: number, i: number) => `${partition}:${i}:`.padEnd(2000, `${i % 10}`)
      for (let from = 0; from < 10_000; from += 250) {
        const of = (partition: number) =>
          Array.from({ length: 250 }, (_, i) => ({ partition, value: value(partition, from + i) }))
        await kafka.produce(topic, ...of(0), ...of(1))
      }
      const memory = new Set<ArrayBufferLike>()
      const records = await readAll(topic, NEW, 4999, (chunk) => memory.add(chunk.bytes.buffer))
      for (const partition of [0, 1]) {
        const read = valuesOf(records.filter(({ at }) => at === `${topic}/${partition}`))
        expect(read).toEqual(Array.from({ length: 10_000 }, (_, i) => value(partition, i)))
      }
      // 40 MB in fetches of 4 MB.
      expect(memory.size).toBeLessThan(7)
    })

    it('may be larger than a fetch', async () => {
      const topic = await kafka.createTopic(undefined, 1, { 'max.message.bytes': '12000000' })
      const large = 'x'.repeat(5_000_000)
      for (const value of ['a', large, 'b', large, 'c']) await kafka.produce(topic, value)
      expect(valuesOf(await readAll(topic))).toEqual(['a', large, 'b', large, 'c'])
    })

    it('of large messages come from all partitions', async () => {
      const topic = await kafka.createTopic(undefined, 3, { 'max.message.bytes': '12000000' })
      for (let round = 0; round < 3; round++) {
        for (const partition of [0, 1, 2]) await kafka.produce(topic, { partition, value: 'x'.repeat(2_000_000) })
      }
      const records = await readAll(topic)
      expect(records.map(({ at, offset }) => `${at.at(-1)}:${offset}`).sort()).toEqual(
        [0, 1, 2].flatMap((partition) => [0, 1, 2].map((offset) => `${partition}:${offset}`)),
      )
    })
  })

  describe('transactions', () => {
    it('count when they are committed, and leave gaps that are passed', async () => {
      const topic = await kafka.createTopic()
      const [one, two, three] = [
        await kafka.beginTransaction(),
        await kafka.beginTransaction(),
        await kafka.beginTransaction(),
      ]
      await two.send(topic, 'x0', 'x1')
      await kafka.produce(topic, 'plain')
      await one.send(topic, 'x2')
      await three.send(topic, 'c1')
      await two.send(topic, 'x3')
      await one.abort()
      await two.send(topic, 'x4')
      await three.send(topic, 'c2')
      await two.abort()
      await three.commit()
      const end = 8 + 3
      await kafka.waitForStableOffset(topic, 0, end)
      const whole = await readAll(topic)
      expect(valuesOf(whole)).toEqual(['plain', 'c1', 'c2'])
      for (let from = 0; from <= end; from++) {
        const rest = whole.filter(({ offset }) => offset >= from)
        for (const maxRecords of [1, 2, 3, 100]) {
          expect(await readAll(topic, savedAt(topic, from), maxRecords)).toEqual(rest)
        }
      }
    })

    it('hold back what follows them while they are open', async () => {
      const topic = await kafka.createTopic()
      await kafka.produce(topic, 'before')
      const open = await kafka.beginTransaction()
      await open.send(topic, 'within')
      await kafka.produce(topic, 'after')
      expect(valuesOf(await readAll(topic))).toEqual(['before'])
      expect(await positionsAt(topic, 'latest')).toEqual([1])
      await open.commit()
      await kafka.waitForStableOffset(topic, 0, 4)
      expect(valuesOf(await readAll(topic))).toEqual(['before', 'within', 'after'])
    })
  })

  it('passes the holes that compaction leaves', async () => {
    const quickly = { 'cleanup.policy': 'compact', 'segment.ms': '20', 'min.cleanable.dirty.ratio': '0' }
    const topic = await kafka.createTopic(undefined, 1, quickly)
    const hasHoles = (offsets: readonly number[]) => (offsets.at(-1) ?? 0) >= offsets.length
    for (let round = 0; round < 5; round++) {
      await kafka.produce(topic, ...['a', 'b', 'a', 'c', 'a', 'b'].map((key, i) => ({ key, value: `${round}.${i}` })))
    }
    // The segment that is written to is left alone: others have to follow it.
    await kafka.waitUntil(async () => {
      await kafka.produce(topic, { key: 'last', value: 'x' })
      return hasHoles(offsetsOf(await readAll(topic)))
    }, 25_000)
    // More may be compacted while this reads.
    await kafka.waitUntil(async () => {
      const whole = await readAll(topic)
      const end = (whole.at(-1)?.offset ?? 0) + 1
      const parts: PlainRecord[][] = []
      for (let from = 0; from <= end; from++) parts.push(await readAll(topic, savedAt(topic, from), 1 + (from % 4)))
      if (JSON.stringify(await readAll(topic)) !== JSON.stringify(whole)) return false
      expect(parts).toEqual(parts.map((_, from) => whole.filter(({ offset }) => offset >= from)))
      return true
    }, 25_000)
  }, 60_000)

  describe('open', () => {
    it('begins at the start, the end, or given offsets', async () => {
      const topic = await kafka.createTopic(undefined, 2)
      await kafka.produce(topic, 'a', 'b', 'c', { partition: 1, value: 'd' })
      await kafka.deleteRecords(topic, 0, 1)
      expect(await positionsAt(topic, 'earliest')).toEqual([1, 0])
      expect(await positionsAt(topic, 'latest')).toEqual([3, 1])
      expect(await positionsAt(topic, given(topic, [0, 2], [1, 'latest']))).toEqual([2, 1])
      expect(await positionsAt(topic, given(topic, [0, 3], [1, 'earliest']))).toEqual([3, 0])
    })

    it('takes startingOffsets for a new state only', async () => {
      const topic = await kafka.createTopic(undefined, 2)
      await kafka.produce(topic, 'a', 'b', { partition: 1, value: 'c' })
      expect(await positionsAt(topic, 'latest', savedAt(topic, 1))).toEqual([1, 0])
    })

    it('refuses given offsets that are not in the log, and partitions without one', async () => {
      const topic = await kafka.createTopic(undefined, 2)
      await kafka.produce(topic, 'a', 'b', 'c')
      await kafka.deleteRecords(topic, 0, 1)
      const refused = async (offsets: StartingOffsets, message: string) => {
        await expect(positionsAt(topic, offsets)).rejects.toMatchObject({
          exit: 78,
          message: `startingOffsets: ${message}`,
        })
      }
      const range = 'is not in the log, which goes from 1 to 3'
      await refused(given(topic, [0, 0], [1, 0]), `${topic}/0: offset 0 ${range}`)
      await refused(given(topic, [0, 4], [1, 0]), `${topic}/0: offset 4 ${range}`)
      await refused(given(topic, [0, 1]), `must name all partitions, but ${topic}/1 is missing`)
      await refused(given(topic, [0, 1], [1, 0], [2, 0]), `names ${topic}/2, which does not exist`)
    })

    it('begins at a time, or at the end where no record is as late', async () => {
      const topic = await kafka.createTopic(undefined, 3)
      const at = (partition: number, timestamp: number) => ({ partition, value: 'x', timestamp: `${timestamp}` })
      await kafka.produce(topic, at(0, 1000), at(0, 3000), at(0, 2000), at(0, 4000), at(1, 1000))
      expect(await positionsAt(topic, { at: 2000 })).toEqual([1, 1, 0])
      expect(await positionsAt(topic, { at: 4000 })).toEqual([3, 1, 0])
      expect(await positionsAt(topic, { at: 4001 })).toEqual([4, 1, 0])
      expect(await positionsAt(topic, { at: 0 })).toEqual([0, 0, 0])
      expect(await positionsAt(topic, { at: 4_000_000_000_000 })).toEqual([4, 1, 0])
      const open = await kafka.beginTransaction()
      await open.send(topic, at(1, 5000), at(1, 6000))
      expect(await positionsAt(topic, { at: 6000 })).toEqual([4, 1, 0])
      await open.abort()
    })

    it('takes some partitions of a topic', async () => {
      const topic = await kafka.createTopic(undefined, 3)
      await kafka.produce(topic, 'a', { partition: 1, value: 'b' }, { partition: 2, value: 'c' })
      const selection = { partitions: new Map([[topic, [2, 0]]]) }
      const source = sourceOf(selection, given(topic, [0, 0], [2, 1]))
      const { positions } = await resultOf(source.open(NEW, signal))
      expect(positions.map(({ partition, next }) => [partition, next])).toEqual([
        [0, 0],
        [2, 1],
      ])
      await source.close()
      // What a state knows of the others is let alone.
      expect(await positionsAt(selection, 'earliest', savedAt(topic, 1))).toEqual([1, 0])
      const absent = positionsAt({ partitions: new Map([[topic, [0, 3, 7]]]) }, 'earliest')
      await expect(absent).rejects.toMatchObject({
        exit: 66,
        problems: [{ message: `topic ${topic} has no partition 3` }, { message: `topic ${topic} has no partition 7` }],
      })
    })

    it('says which offsets were deleted before they were read', async () => {
      const topic = await kafka.createTopic()
      await kafka.produce(topic, 'a', 'b', 'c')
      await kafka.deleteRecords(topic, 0, 2)
      await expect(readAll(topic, savedAt(topic, 1))).rejects.toMatchObject({
        exit: 79,
        code: 'E_OFFSET_GONE',
        message: `${topic}/0: saved offset 1 is below log start 2; 1 offsets were deleted before they were read`,
      })
      await expect(readAll(topic, savedAt(topic, 4))).rejects.toMatchObject({ exit: 79, code: 'E_OFFSET_AHEAD' })
      expect(valuesOf(await readAll(topic, savedAt(topic, 2)))).toEqual(['c'])
      expect(valuesOf(await readAll(topic, savedAt(topic, 3)))).toEqual([])
    })

    it('refuses a topic that does not exist, and does not create it', async () => {
      const topic = await kafka.createTopic(kafka.topicName('orders'))
      const misspelt = topic.replace('orders', 'order')
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(positionsAt(misspelt, 'earliest')).rejects.toMatchObject({
          exit: 66,
          code: 'E_TOPIC_MISSING',
          message: `topic ${misspelt} does not exist`,
          problems: [{ hint: `did you mean \`${topic}\`?` }],
        })
      }
    })
  })
})
