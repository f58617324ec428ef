// What is fetched when, and whose memory it is.

import { afterEach, describe, expect, it } from 'vitest'
import type { Limits, Source, Start } from '../../../src/source.ts'
import { kafkaSource } from '../../../src/sources/kafka/source.ts'
import { collect } from '../../support/chunks.ts'
import { resultOf } from '../../support/drain.ts'
import { FAKE_TOPIC, type FakeBroker, startFakeBroker } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { partitionMap } from '../../support/partitions.ts'
import { encodeBatch } from '../../support/record-batch.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** Partitions with batches of ten records each. */
async function brokerWith(partitions: number, batches: number, valueOf: (partition: number, i: number) => string) {
  const log = Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: batches }, (_, batch) => {
      const records = Array.from({ length: 10 }, (_, i) => ({ value: valueOf(partition, 10 * batch + i) }))
      return encodeBatch({ baseOffset: 10 * batch, records })
    }),
  )
  const broker = await startFakeBroker({ partitions: log, end: 10 * batches })
  opened.push(broker)
  return broker
}

async function openOn({ address }: FakeBroker): Promise<Source> {
  const options = { brokers: [address], clientId: 'test', topics: [FAKE_TOPIC], startingOffsets: 'earliest' as const }
  const source = kafkaSource(options, hurriedClock)
  opened.push(source)
  await resultOf(source.open(NEW, signal))
  return source
}

async function batchOf(source: Source, limits: Partial<Limits>): Promise<(string | null)[]> {
  const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
  return (await collect(source.chunks(plan.ranges, signal))).records.map(({ value }) => value)
}

describe('reading ahead', () => {
  it('goes on across planned ends: they cut what is handed on, not what is fetched', async () => {
    const broker = await brokerWith(1, 3, (_, i) => `${i}`)
    const source = await openOn(broker)
    const values: (string | null)[] = []
    for (const size of [7, 7, 7, 7, 2]) {
      const batch = await batchOf(source, { maxRecords: 7 })
      expect(batch).toHaveLength(size)
      values.push(...batch)
    }
    expect(values).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`))
    expect(broker.fetched).toEqual([0])
  })

  it('has the next fetch on its way before the last one is handed on', async () => {
    const broker = await brokerWith(1, 3, (_, i) => `${i}`)
    broker.batchesPerFetch = 1
    const source = await openOn(broker)
    const plan = await resultOf(source.plan(UNBOUNDED, signal))
    const reading = source.chunks(plan.ranges, signal)
    await reading.next()
    await expect.poll(() => broker.fetched).toEqual([0, 10])
  })

  it('ends a range where the byte bound cut it', async () => {
    const broker = await brokerWith(1, 1, (_, i) => `${i}:`.padEnd(1000, '.'))
    const source = await openOn(broker)
    const plan = await resultOf(source.plan({ ...UNBOUNDED, maxBytes: 3500 }, signal))
    const { records, result } = await collect(source.chunks(plan.ranges, signal))
    expect(plan.ranges).toMatchObject([{ fromOffset: 0, untilOffset: 10 }])
    expect(result).toMatchObject([{ fromOffset: 0, untilOffset: records.length }])
    expect(records).toHaveLength(3)
  })

  it('keeps the memory of an answer until all partitions in it are read', async () => {
    const value = (partition: number, i: number) => `${partition}:${i}:`.padEnd(20_000, '.')
    const broker = await brokerWith(2, 12, value)
    broker.batchesPerFetch = 1
    const source = await openOn(broker)
    const ends = partitionMap({ [`${FAKE_TOPIC}/0`]: 120, [`${FAKE_TOPIC}/1`]: 1 })
    const expected = (partition: number) => Array.from({ length: 120 }, (_, i) => value(partition, i))
    const first = await batchOf(source, { ends })
    expect(first.filter((text) => text?.startsWith('0:'))).toEqual(expected(0))
    const second = await batchOf(source, {})
    expect([...first, ...second].filter((text) => text?.startsWith('1:'))).toEqual(expected(1))
    // A batch whose bytes were overwritten would have been fetched again.
    for (let offset = 0; offset < 120; offset += 10) {
      expect(broker.fetched.filter((fetched) => fetched === offset)).toHaveLength(2)
    }
  })
})
