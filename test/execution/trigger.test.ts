import { describe, expect, test } from 'vitest'
import { processingTime } from '../../src/execution/trigger.ts'
import { manualClock } from '../support/manual-clock.ts'

const never = new AbortController().signal

describe('processingTime', () => {
  test('starts the first batch at once and the next at the multiple of the interval', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    expect(await trigger.next(false, never)).toBe(0)
    await clock.advance(300)
    let started = false
    const second = trigger.next(false, never).then((delay) => {
      started = true
      return delay
    })
    await clock.advance(699)
    expect(started).toBe(false)
    await clock.advance(1)
    expect(await second).toBe(0)
  })

  test('collapses missed multiples into one batch that starts at once, and reports its delay', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    await clock.advance(3500)
    expect(await trigger.next(false, never)).toBe(2500)
    const next = trigger.next(false, never)
    expect(clock.sleepers).toBe(1)
    await clock.advance(500)
    expect(await next).toBe(0)
  })

  test('does not wait while a backlog remains, and goes back to the multiples afterwards', async () => {
    const clock = manualClock()
    const trigger = processingTime(1000, clock)
    await trigger.next(false, never)
    await clock.advance(100)
    expect(await trigger.next(true, never)).toBe(0)
    const next = trigger.next(false, never)
    await clock.advance(899)
    expect(clock.sleepers).toBe(1)
    await clock.advance(1)
    expect(await next).toBe(0)
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
    for (let i = 0; i < 3; i++) expect(await trigger.next(false, never)).toBe(0)
    expect(clock.sleepers).toBe(0)
  })
})
