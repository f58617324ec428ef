// The source kafka against a real broker.

import { describe, expect, it } from 'vitest'
import { sourceContract } from '../contract/source.ts'
import type { PlainRecord } from '../support/chunks.ts'
import * as kafka from '../support/kafka.ts'
import { NEW, offsetsOf, positionsAt, putForward, readAll, savedAt, sourceOf, valuesOf } from './kafka-source.ts'

describe.skipIf(!kafka.kafkaAvailable)('kafkaSource', () => {
  sourceContract('kafka', async () => {
    const topic = await kafka.createTopic(kafka.topicName('contract'), 2)
    return {
      append: (partition, values) => kafka.produce(topic, ...values.map((value) => ({ partition, value }))),
      grow: async () => {
        await kafka.createPartitions(topic, 3)
        putForward(30_000)
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
    })
    // More may be compacted while this reads.
    await kafka.waitUntil(async () => {
      const whole = await readAll(topic)
      const end = (whole.at(-1)?.offset ?? 0) + 1
      const parts: PlainRecord[][] = []
      for (let from = 0; from <= end; from++) parts.push(await readAll(topic, savedAt(topic, from), 1 + (from % 4)))
      if (JSON.stringify(await readAll(topic)) !== JSON.stringify(whole)) return false
      expect(parts).toEqual(parts.map((_, from) => whole.filter(({ offset }) => offset >= from)))
      return true
    })
  })
})
