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
async function brokerWith(
  partitions: number,
  batches: number,
  valueOf: (partition: number, i: number) => string,
  codec = 0,
) {
  const log = Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: batches }, (_, batch) => {
      const records = Array.from({ length: 10 }, (_, i) => ({ value: valueOf(partition, 10 * batch + i) }))
      return encodeBatch({ baseOffset: 10 * batch, records, codec })
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

  it('gives chunks of a megabyte at most, and of no more than there is room for, but one record', async () => {
    const broker = await brokerWith(1, 40, (_, i) => `${i}:`.padEnd(i === 200 ? 2_000_000 : 10_000, '.'))
    const source = await openOn(broker)
    let sizes: number[] = []
    const lengths = async (limits: Partial<Limits>) => {
      sizes = []
      const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
      await collect(source.chunks(plan.ranges, signal), ({ length }) => sizes.push(length))
      return sizes
    }
    expect(await lengths({ maxRecords: 150 })).toEqual([104, 46])
    expect(await lengths({ maxRecords: 10, room: () => 45_000 })).toEqual([4, 4, 2])
    expect(await lengths({ maxRecords: 40, room: () => 1 })).toEqual(Array(40).fill(1))
    expect(await lengths({ maxRecords: 2 })).toEqual([1, 1])
    // The record of 2 MB does not fit behind others.
    expect(await lengths({ room: () => (sizes.length < 2 ? 25_000 : 0) })).toEqual([2, 2])
  })

  describe('of batches that are much larger than what came over the wire', () => {
    const PARTITIONS = 6
    const RECORDS = 10

    /** How many partitions stand inside of a batch at most, and the batches of the run. */
    async function readAll(limits: Partial<Limits>) {
      const broker = await brokerWith(PARTITIONS, 1, (_, i) => `${i}`.padEnd(3_000_000, '.'), 1)
      const source = await openOn(broker)
      const read = Array<number>(PARTITIONS).fill(0)
      let mostOpen = 0
      let batches = 0
      for (; ; batches++) {
        const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
        if (plan.ranges.length === 0) break
        await collect(source.chunks(plan.ranges, signal), ({ partition, length }) => {
          read[partition] = (read[partition] ?? 0) + length
          mostOpen = Math.max(mostOpen, read.filter((records) => records > 0 && records < RECORDS).length)
        })
      }
      expect(read).toEqual(Array(PARTITIONS).fill(RECORDS))
      return { mostOpen, batches }
    }

    it('stands inside as many as fit into memory', async () => {
      expect(await readAll({})).toEqual({ mostOpen: 3, batches: 1 })
    })

    it('ends a batch rather than beginning more of them', async () => {
      const { mostOpen, batches } = await readAll({ maxRecords: PARTITIONS })
      expect(mostOpen).toBeLessThanOrEqual(4)
      expect(batches).toBeGreaterThan(RECORDS)
    })
  })

  it('keeps the memory of an answer until all partitions in it are read', async () => {
    // An answer has 2.6 MB: smaller ones get memory of their own.
    const value = (partition: number, i: number) => `${partition}:${i}:`.padEnd(130_000, '.')
    const broker = await brokerWith(2, 6, value)
    broker.batchesPerFetch = 1
    const source = await openOn(broker)
    const ends = partitionMap({ [`${FAKE_TOPIC}/0`]: 60, [`${FAKE_TOPIC}/1`]: 1 })
    const expected = (partition: number) => Array.from({ length: 60 }, (_, i) => value(partition, i))
    const first = await batchOf(source, { ends })
    expect(first.filter((text) => text?.startsWith('0:'))).toEqual(expected(0))
    const second = await batchOf(source, {})
    expect([...first, ...second].filter((text) => text?.startsWith('1:'))).toEqual(expected(1))
    // A batch whose bytes were overwritten would have been fetched again.
    for (let offset = 0; offset < 60; offset += 10) {
      expect(broker.fetched.filter((fetched) => fetched === offset)).toHaveLength(2)
    }
  })
})
