// The cases of Spark's PIDRateEstimatorSuite, by their names there. Batch intervals and times are milliseconds.

import { describe, expect, it, test } from 'vitest'
import { PidRateEstimator } from '../../../src/execution/rate/pid.ts'
import { randomFrom } from '../../support/random.ts'

const pid = (batchIntervalMs: number, proportional: number, integral: number, derived: number, minRate: number) =>
  new PidRateEstimator(batchIntervalMs, { proportional, integral, derived, minRate })
const standard = () => pid(20, 1, 0, 0, 10)

type Update = readonly [time: number, numElements: number, processingDelay: number, schedulingDelay: number]

const compute = (estimator: PidRateEstimator, ...updates: readonly Update[]) =>
  updates.map(([time, numElements, processingDelay, schedulingDelay]) =>
    estimator.compute({ time, numElements, processingDelay, schedulingDelay }),
  )

/** One batch every 20 ms, each processed in 20 ms. */
const updates = (elements: (i: number) => number, delay: (i: number) => number): Update[] =>
  Array.from({ length: 50 }, (_, i) => [i * 20, elements(i), 20, delay(i)])

describe('PIDRateEstimatorSuite', () => {
  test.each([
    [0, 1, 2, 3, 10],
    [100, -1, 2, 3, 10],
    [100, 0, -1, 3, 10],
    [100, 0, 0, -1, 10],
    [100, 0, 0, 0, 0],
    [100, 0, 0, 0, -10],
  ])('estimator checks ranges: %d, %d, %d, %d, %d', (...options) => {
    expect(() => pid(...options)).toThrow(RangeError)
  })

  test.each<[string, readonly Update[], readonly (number | null)[]]>([
    ['first estimate is None', [[0, 10, 10, 0]], [null]],
    [
      'second estimate is not None',
      [
        [0, 10, 10, 0],
        [10, 10, 10, 0],
      ],
      [null, 1000],
    ],
    [
      'no estimate when no time difference between successive calls',
      [
        [0, 10, 10, 0],
        [10, 10, 10, 0],
        [10, 10, 10, 0],
      ],
      [null, 1000, null],
    ],
    [
      'no estimate when no records in previous batch',
      [
        [0, 10, 10, 0],
        [10, 0, 10, 0],
        [20, -10, 10, 0],
      ],
      [null, null, null],
    ],
    [
      'no estimate when there is no processing delay',
      [
        [0, 10, 10, 0],
        [10, 10, 0, 0],
        [20, 10, -10, 0],
      ],
      [null, null, null],
    ],
  ])('%s', (_, given, estimates) => {
    expect(compute(standard(), ...given)).toEqual(estimates)
  })

  test('estimate is never less than min rate', () => {
    const estimates = compute(
      pid(20, 1, 1, 0, 5),
      ...updates(
        () => 1,
        () => 100,
      ),
    )
    expect(estimates).toEqual([null, ...Array.from({ length: 49 }, () => 5)])
  })

  test('with no accumulated or positive error, |I| > 0, follow the processing speed', () => {
    const estimates = compute(
      pid(20, 1, 1, 0, 10),
      ...updates(
        (i) => (i + 1) * 20,
        () => 0,
      ),
    )
    expect(estimates).toEqual([null, ...Array.from({ length: 49 }, (_, i) => (i + 2) * 1000)])
  })

  test('with no accumulated but some positive error, |I| > 0, follow the processing speed', () => {
    const estimates = compute(
      pid(20, 1, 1, 0, 10),
      ...updates(
        (i) => (50 - i) * 20,
        () => 0,
      ),
    )
    expect(estimates).toEqual([null, ...Array.from({ length: 49 }, (_, i) => (49 - i) * 1000)])
  })

  test('with some accumulated and some positive error, |I| > 0, stay below the processing speed', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed)
      const given = updates(
        () => 1000 + Math.floor(random() * 1000),
        () => 1 + Math.floor(random() * 19),
      )
      const [first, ...others] = compute(pid(20, 1, 0.01, 0, 10), ...given)
      expect(first).toBeNull()
      for (const [i, estimate] of others.entries()) {
        const [, numElements] = given[i + 1] as Update
        expect(estimate).toBeLessThan((numElements / 20) * 1000)
        expect(estimate).toBeGreaterThanOrEqual(10)
      }
    }
  })
})

describe('PidRateEstimator', () => {
  // Each is computed by hand from the formula.
  it('weighs the last error, the scheduling delay and the change of the error', () => {
    const given: Update[] = [
      [1000, 1000, 500, 0],
      [2000, 1000, 1000, 250],
      [4000, 500, 1000, 0],
    ]
    // 2000 a second; then error 1000, historical 250, change 1000; then error 1000 - 500 = 500 and so on.
    expect(compute(pid(1000, 0.5, 0.2, 0, 100), ...given)).toEqual([null, 2000 - 500 - 50, 1450 - 475])
    expect(compute(pid(1000, 0.5, 0.2, 0.1, 100), ...given)).toEqual([
      null,
      1350,
      1350 - 425 - 0.1 * ((850 - 1000) / 2),
    ])
  })
})
