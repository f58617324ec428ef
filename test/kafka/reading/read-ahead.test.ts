// What is read of a batch before it is planned, and what the plan makes of it.

import { afterEach, describe, expect, it } from 'vitest'
import type { Limits, Source, Start } from '../../../src/source.ts'
import { kafkaSource } from '../../../src/sources/kafka/source.ts'
import type { KafkaSourceOptions } from '../../../src/sources/kafka/source-options.ts'
import { collect, type PlainRecord, sorted, valuesBy } from '../../support/chunks.ts'
import { resultOf } from '../../support/drain.ts'
import { FAKE_TOPIC, type FakeBroker, startFakeBroker } from '../../support/fake-broker.ts'
import { hurriedClock } from '../../support/hurried-clock.ts'
import { encodeBatch } from '../../support/record-batch.ts'

const { signal } = new AbortController()
const NEW: Start = { logId: null, positions: [] }
const UNBOUNDED: Limits = { maxRecords: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, ends: null }

const opened: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

/** The first batches of two partitions, of ten records each. The first batch is read when a test begins. */
function logOf(batches: number, leaderEpoch = 0, epoch = 0) {
  const partitions = [0, 1].map((partition) =>
    Array.from({ length: batches }, (_, batch) => {
      const records = Array.from({ length: 10 }, (_, i) => ({ value: `${partition}:${10 * batch + i}` }))
      return encodeBatch({ baseOffset: 10 * batch, records, leaderEpoch: epoch })
    }),
  )
  return { partitions, end: 10 * batches, leaderEpoch }
}

async function openOn(batches: number, options: Partial<KafkaSourceOptions> = {}) {
  const broker = await startFakeBroker(logOf(1))
  opened.push(broker)
  const source = sourceOn(broker, options)
  await resultOf(source.open(NEW, signal))
  await batch(source)
  broker.log = logOf(batches)
  return { broker, source }
}

function sourceOn({ address }: FakeBroker, options: Partial<KafkaSourceOptions>): Source {
  const always = { brokers: [address], clientId: 'test', startingOffsets: 'earliest' as const }
  const source = kafkaSource({ topics: [FAKE_TOPIC], ...always, ...options } as KafkaSourceOptions, hurriedClock)
  opened.push(source)
  return source
}

async function ahead(source: Source, limits: Partial<Limits> = {}): Promise<PlainRecord[]> {
  const chunks = source.ahead?.({ ...UNBOUNDED, ...limits }, signal)
  if (chunks === undefined) throw new Error('nothing is read ahead')
  return (await collect(chunks)).records
}

async function batch(source: Source, limits: Partial<Limits> = {}) {
  const plan = await resultOf(source.plan({ ...UNBOUNDED, ...limits }, signal))
  return { plan, ...(await collect(source.chunks(plan.ranges, signal))) }
}

const numbered = (from: number, until: number) =>
  [0, 1].map((partition) => Array.from({ length: until - from }, (_, i) => `${partition}:${from + i}`))

describe('what is read ahead', () => {
  it('is in the ranges of the next batch, which gives the rest', async () => {
    const { broker, source } = await openOn(2)
    const all = await ahead(source)
    expect(valuesBy(all)).toEqual(numbered(10, 20))
    broker.log = logOf(3)
    all.push(...(await ahead(source)))
    expect(valuesBy(all)).toEqual(numbered(10, 30))
    broker.log = logOf(4)
    const { plan, records, result } = await batch(source)
    expect(plan.ranges).toMatchObject([0, 1].map((partition) => ({ partition, fromOffset: 10, untilOffset: 40 })))
    expect(plan.more).toBe('no')
    expect(valuesBy(records)).toEqual(numbered(30, 40))
    // As one that reads all of it at once.
    const other = sourceOn(broker, {})
    await resultOf(other.open(NEW, signal))
    await batch(other, { maxRecords: 20 })
    const whole = await batch(other)
    expect(sorted([...all, ...records])).toEqual(sorted(whole.records))
    expect(result).toEqual(whole.result)
  })

  it('makes a batch though nothing comes after it', async () => {
    const { broker, source } = await openOn(2)
    await ahead(source)
    const { plan, records, result } = await batch(source)
    expect(plan.ranges).toMatchObject([{ untilOffset: 20 }, { untilOffset: 20 }])
    expect(records).toEqual([])
    expect(result).toMatchObject([{ fromOffset: 10, untilOffset: 20 }, { fromOffset: 10 }])
    broker.log = logOf(3)
    const next = await batch(source)
    expect(next.plan.ranges).toMatchObject([{ fromOffset: 20, untilOffset: 30 }, { fromOffset: 20 }])
    expect(valuesBy(next.records)).toEqual(numbered(20, 30))
  })

  it('counts in the bounds of the batch', async () => {
    const { source } = await openOn(4)
    expect(await ahead(source, { maxRecords: 25 })).toHaveLength(25)
    expect(await ahead(source, { maxRecords: 25 })).toHaveLength(0)
    const full = await batch(source, { maxRecords: 25 })
    expect(full.plan.more).toBe('bound')
    expect(full.records).toEqual([])
    expect(full.result.reduce((sum, { fromOffset, untilOffset }) => sum + untilOffset - fromOffset, 0)).toBe(25)

    const some = await ahead(source, { maxRecords: 20, maxBytes: 30 })
    expect(some.length).toBeGreaterThan(0)
    expect(some.length).toBeLessThan(10)
    expect(await ahead(source, { maxRecords: 20, maxBytes: 30 })).toHaveLength(0)
    expect(await ahead(source, { maxRecords: 20, room: () => 0 })).toHaveLength(0)
    const bounded = await batch(source, { maxRecords: 20, maxBytes: 30 })
    expect(bounded.records).toEqual([])
    const rest = await batch(source)
    expect(25 + some.length + rest.records.length).toBe(60)
  })

  it('is the whole batch where a log may be another one since then, which is checked behind it', async () => {
    const { broker, source } = await openOn(2)
    await ahead(source)
    // Elected anew; what was read is still there.
    broker.log = logOf(3, 1)
    await ahead(source)
    const { plan, records, result } = await batch(source)
    expect(plan).toMatchObject({ more: 'bound', ranges: [{ untilOffset: 20 }, { untilOffset: 20 }] })
    expect(plan.gaps).toBeUndefined()
    expect(records).toEqual([])
    expect(result).toHaveLength(2)
    const next = await batch(source)
    expect(next.plan.ranges).toMatchObject([{ fromOffset: 20, untilOffset: 30 }, { fromOffset: 20 }])
    expect(valuesBy(next.records)).toEqual(numbered(20, 30))
  })

  it('is committed before it is told that the log was cut below it', async () => {
    const { broker, source } = await openOn(2)
    await ahead(source)
    broker.log = logOf(3, 1, 1)
    await ahead(source)
    const { plan, result } = await batch(source)
    expect(plan.ranges).toMatchObject([{ untilOffset: 20 }, { untilOffset: 20 }])
    expect(result).toMatchObject([{ untilOffset: 20 }, { untilOffset: 20 }])
    await expect(batch(source)).rejects.toMatchObject({ exit: 79, message: expect.stringContaining('saved offset 20') })
  })

  it('is nothing where rates decide what a batch may read', async () => {
    const pacing = { maxRateOf: () => 5, minRecords: 0, maxTriggerDelayMs: 0 }
    const { source } = await openOn(2, { pacing })
    expect(await ahead(source)).toEqual([])
  })

  it('may not be left out of the ranges', async () => {
    const { source } = await openOn(2)
    await ahead(source)
    const { ranges } = await resultOf(source.plan(UNBOUNDED, signal))
    await expect(collect(source.chunks(ranges.slice(1), signal))).rejects.toThrow('was read up to 20 already')
  })
})
