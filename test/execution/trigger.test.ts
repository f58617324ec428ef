import { describe, expect, test } from 'vitest'
import { processingTime } from '../../src/execution/trigger.ts'
import { manualClock } from '../support/manual-clock.ts'

/** Where a manual clock begins: a multiple of every interval here. */
const START = 1_700_000_000_000

const never = new AbortController().signal

describe('processingTime', () => {
  test('starts the first batch at once and the next at the multiple of the interval', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    expect(await trigger.next(false, never)).toEqual({ batchTime: START, delayMs: 0 })
    await clock.advance(300)
    let started = false
    const second = trigger.next(false, never).then((delay) => {
      started = true
      return delay
    })
    await clock.advance(699)
    expect(started).toBe(false)
    await clock.advance(1)
    expect(await second).toEqual({ batchTime: START + 1000, delayMs: 0 })
  })

  test('collapses missed multiples into one batch that starts at once, and reports its delay', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    await clock.advance(3500)
    expect(await trigger.next(false, never)).toEqual({ batchTime: START + 3000, delayMs: 2500 })
    const next = trigger.next(false, never)
    expect(clock.sleepers).toBe(1)
    await clock.advance(500)
    expect(await next).toEqual({ batchTime: START + 4000, delayMs: 0 })
  })

  test('does not wait while a backlog remains, and goes back to the multiples afterwards', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    await clock.advance(100)
    expect(await trigger.next(true, never)).toEqual({ batchTime: START, delayMs: 0 })
    const next = trigger.next(false, never)
    await clock.advance(899)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    expect(await next).toEqual({ batchTime: START + 1000, delayMs: 0 })
  })

  test('is due at multiples since the epoch, whenever it was made', async () => {
    const clock = manualClock(START + 501)
    const trigger = processingTime(1000, clock)
    expect(await trigger.next(false, never)).toEqual({ batchTime: START, delayMs: 0 })
    const next = trigger.next(false, never)
    await clock.advance(498)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    expect(await next).toEqual({ batchTime: START + 1000, delayMs: 0 })
  })

  test.each([
    ['back', -3_600_000],
    ['on', 3_600_250],
  ])('computes the multiple again after the clock was put %s', async (_, step) => {
    const clock = manualClock()
    const trigger = processingTime(10_000, clock)
    await trigger.next(false, never)
    const next = trigger.next(false, never)
    await clock.advance(2000)
    clock.step(step)
    await clock.advance(1000)
    const left = 10_000 - (((clock.now() % 10_000) + 10_000) % 10_000)
    await clock.advance(left - 1)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    expect(await next).toEqual({ batchTime: clock.now(), delayMs: 0 })
    expect(clock.now() % 10_000).toBe(0)
  })

  test('says no delay of a step that comes while a batch is computed', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    await clock.advance(100)
    clock.step(7_200_500)
    const next = trigger.next(false, never)
    await clock.advance(400)
    expect(await next).toEqual({ batchTime: START + 7_201_000, delayMs: 0 })
  })

  test('returns early on an abort', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    const stop = new AbortController()
    const waiting = trigger.next(false, stop.signal)
    stop.abort()
    await waiting
    expect(clock.sleepers).toBe(0)
  })

  test('never waits with an interval of 0', async () => {
    const clock = manualClock()
    const trigger = processingTime(0, clock)
    for (let i = 0; i < 3; i++) expect(await trigger.next(false, never)).toEqual({ batchTime: START, delayMs: 0 })
    expect(clock.sleepers).toBe(0)
  })
})
