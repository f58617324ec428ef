// Spark's RateControllerSuite: rates are published after batches complete, and are those of the estimator.

import { describe, expect, it, test } from 'vitest'
import type { Completed } from '../../../src/execution/rate/pid.ts'
import { RateControl } from '../../../src/execution/rate/rate-control.ts'

const BATCH = { counts: { processed: 5, filtered: 3, skipped: 1, deadLetters: 1, late: 7 }, schedulingDelayMs: 40 }
const TIMES = { started: 1000.2, done: 1250.6 }

describe('RateControllerSuite', () => {
  test('RateController - rate controller publishes updates after batches complete', () => {
    const seen: Completed[] = []
    const compute = (completed: Completed) => {
      seen.push(completed)
      return 333.9
    }
    const control = new RateControl({ compute }, null)
    expect([control.latestRate, control.limit]).toEqual([-1, null])
    control.committed(BATCH, TIMES)
    expect(seen).toEqual([{ time: 1251, numElements: 10, processingDelay: 250, schedulingDelay: 40 }])
    // A whole number, as `toLong` makes it.
    expect([control.latestRate, control.limit]).toEqual([333, 333])
  })

  test('ReceiverRateController - published rates reach receivers', () => {
    let rate = 0
    const control = new RateControl({ compute: () => rate }, null)
    for (rate of [100, 200, 300]) {
      control.committed(BATCH, TIMES)
      expect(control.limit).toBe(rate)
    }
  })
})

describe('RateControl', () => {
  it('allows the initial rate until there is an estimate, and keeps the last one', () => {
    const estimates = [null, 120, null]
    const control = new RateControl({ compute: () => estimates.shift() ?? null }, 500)
    const limits = [0, 1, 2].map(() => {
      control.committed(BATCH, TIMES)
      return control.limit
    })
    expect(limits).toEqual([500, 120, 120])
  })
})
