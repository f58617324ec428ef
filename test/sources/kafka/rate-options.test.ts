import { describe, expect, it } from 'vitest'
import { paceOf, type RateKeys } from '../../../src/sources/kafka/rate-options.ts'
import type { Entry } from '../../../src/spec.ts'
import { NOWHERE } from '../../../src/spec.ts'

const DEFAULTS: RateKeys = { backpressure: false, minRecordsPerBatch: 0 }

function entriesOf<T>(values: Readonly<Record<string, T>>): Entry<T>[] {
  return Object.entries(values).map(([name, value]) => ({ name, place: NOWHERE, value }))
}

describe('paceOf', () => {
  it('is nothing where nothing is set', () => {
    expect(paceOf(DEFAULTS)).toEqual({ pacing: null, rates: null })
    expect(paceOf({ ...DEFAULTS, maxRatePerPartition: 0 })).toEqual({ pacing: null, rates: null })
  })

  it("has Spark's defaults for back-pressure", () => {
    const pid = { proportional: 1, integral: 0.2, derived: 0, minRate: 100, initialRate: null }
    expect(paceOf({ ...DEFAULTS, backpressure: true }).rates).toEqual({
      backpressure: pid,
      description: 'back-pressure',
    })
  })

  it('finds the rate of a partition: its own, else that of its topic, else that of all', () => {
    const maxRatePerPartition = entriesOf<number | Entry<number>[]>({
      default: 7,
      events: entriesOf({ 0: 100, default: 50 }),
      orders: entriesOf({ 3: 1 }),
      clicks: 0,
    })
    const { pacing } = paceOf({ ...DEFAULTS, maxRatePerPartition })
    const rates = ['events/0', 'events/1', 'orders/3', 'orders/4', 'clicks/0', 'others/0'].map((key) => {
      const [topic = '', partition] = key.split('/')
      return pacing?.maxRateOf({ topic, partition: Number(partition) })
    })
    expect(rates).toEqual([100, 50, 1, 7, 0, 7])
    const { pacing: named } = paceOf({ ...DEFAULTS, maxRatePerPartition: entriesOf({ events: 9 }) })
    expect(named?.maxRateOf({ topic: 'others', partition: 0 })).toBe(0)
  })

  it('waits for records up to 15 minutes by default, without any rate', () => {
    expect(paceOf({ ...DEFAULTS, minRecordsPerBatch: 10 })).toMatchObject({
      pacing: { minRecords: 10, maxTriggerDelayMs: 900_000 },
      rates: null,
    })
  })

  it('describes the rates in words', () => {
    const backpressure = { proportional: 1, integral: 0, derived: 0, minRate: 1, initialRate: 1000 }
    expect(paceOf({ ...DEFAULTS, maxRatePerPartition: 5000, backpressure }).rates?.description).toBe(
      'at most 5,000 records a second a partition; back-pressure, first 1,000 records a second',
    )
    const maxRatePerPartition = entriesOf<number | Entry<number>[]>({ events: entriesOf({ 0: 5000 }), default: 200 })
    expect(paceOf({ ...DEFAULTS, maxRatePerPartition }).rates?.description).toBe(
      'at most {events: {0: 5,000}, default: 200} records a second a partition',
    )
  })
})
