// Cases of Spark's RateLimiterSuite, and ReceiverSuite "block generator throttling" (which Spark ignores, since its clock is real).

import { describe, expect, it } from 'vitest'
import { RateLimiter } from '../../../../src/sources/kafka/receiver/rate-limiter.ts'
import { manualClock } from '../../../support/manual-clock.ts'

/** Suite and case → `spark.streaming.receiver.maxRate`, the rate that back-pressure gives, and the one in force then. */
const SPARK = [
  { name: 'rate limiter initializes even without a maxRate set', maxRate: null, update: 105, rate: 105 },
  { name: 'rate limiter updates when below maxRate', maxRate: 110, update: 105, rate: 105 },
  { name: 'rate limiter stays below maxRate despite large updates', maxRate: 100, update: 105, rate: 100 },
  { name: 'rate limiter does not update on receiving an update of 0', maxRate: 100, update: 0, rate: 100 },
]

describe('RateLimiterSuite', () => {
  it.each(SPARK)('$name', ({ maxRate, update, rate }) => {
    const limiter = new RateLimiter(manualClock(), maxRate)
    limiter.update(update)
    expect(limiter.rate).toBe(rate)
  })
})

/** All that may be taken within so many steps of 100 ms. */
async function taken(limiter: RateLimiter, clock: ReturnType<typeof manualClock>, steps: number): Promise<number[]> {
  const records: number[] = []
  for (let i = 0; i < steps; i++) {
    await clock.advance(100)
    const now = limiter.available()
    limiter.take(now)
    records.push(now)
  }
  return records
}

describe('ReceiverSuite', () => {
  it('block generator throttling', async () => {
    const clock = manualClock()
    const records = await taken(new RateLimiter(clock, 1001), clock, 20)
    expect(records.reduce((sum, n) => sum + n)).toBe(2002)
    expect(new Set(records)).toEqual(new Set([100, 101]))
  })
})

describe('a rate limiter', () => {
  it('allows everything without a rate, and at once', () => {
    for (const maxRate of [null, 0, -1]) {
      const limiter = new RateLimiter(manualClock(), maxRate)
      limiter.take(1e9)
      expect([limiter.rate, limiter.available(), limiter.waitMs()]).toEqual([Infinity, Infinity, 0])
    }
  })

  it('begins with the initial rate of back-pressure, where it is lower', () => {
    expect(new RateLimiter(manualClock(), null, 50).rate).toBe(50)
    expect(new RateLimiter(manualClock(), 100, 50).rate).toBe(50)
    expect(new RateLimiter(manualClock(), 100, 500).rate).toBe(100)
    expect(new RateLimiter(manualClock(), 100, 0).rate).toBe(100)
  })

  it('allows what was not used in the last second, and no more', async () => {
    const clock = manualClock()
    const limiter = new RateLimiter(clock, 1000)
    expect(limiter.available()).toBe(0)
    await clock.advance(500)
    expect(limiter.available()).toBe(500)
    await clock.advance(60_000)
    expect(limiter.available()).toBe(1000)
  })

  it('makes up for what was taken beyond it', async () => {
    const clock = manualClock()
    const limiter = new RateLimiter(clock, 1000)
    limiter.take(300)
    await clock.advance(200)
    expect(limiter.available()).toBeLessThanOrEqual(0)
    await clock.advance(200)
    expect(limiter.available()).toBe(100)
  })

  it('waits for a tenth of a second’s records, at least for one', async () => {
    const clock = manualClock()
    expect(new RateLimiter(clock, 1000).waitMs()).toBe(100)
    const slow = new RateLimiter(clock, 2)
    expect(slow.waitMs()).toBe(500)
    await clock.advance(500)
    expect([slow.waitMs(), slow.available()]).toEqual([0, 1])
  })

  it('counts what the rate before allowed when it changes', async () => {
    const clock = manualClock()
    const limiter = new RateLimiter(clock, 1000)
    await clock.advance(100)
    limiter.update(10)
    await clock.advance(100)
    expect(limiter.available()).toBe(10) // the burst of the new rate
    const fresh = new RateLimiter(clock, null)
    await clock.advance(5000)
    fresh.update(10)
    expect(fresh.available()).toBe(0)
  })
})
