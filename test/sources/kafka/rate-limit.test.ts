// Spark's shares, within the bound.

import { describe, expect, it } from 'vitest'
import { limitRate } from '../../../src/sources/kafka/rate-limit.ts'

describe('limitRate', () => {
  it('gives everything where the bound allows it', () => {
    expect(limitRate([3, 0, 4], 7)).toEqual([3, 0, 4])
    expect(limitRate([], 7)).toEqual([])
  })

  it('shares in proportion to lag, rounded down', () => {
    expect(limitRate([1000, 3000], 100)).toEqual([25, 75])
    expect(limitRate([100, 100, 100], 100)).toEqual([33, 33, 33])
  })

  it('does not starve small partitions; the largest pays', () => {
    expect(limitRate([1_000_000, 1, 1], 100)).toEqual([98, 1, 1])
  })

  it('lets the least lag wait where there are more partitions than records', () => {
    expect(limitRate([5, 9, 7, 8], 2)).toEqual([0, 1, 0, 1])
  })

  it('keeps the bound and makes progress, whatever the lags', () => {
    for (let seed = 1; seed < 500; seed++) {
      const lags = Array.from({ length: 1 + (seed % 9) }, (_, i) => 1 + ((seed * 7919 * (i + 3)) % 10 ** (1 + (i % 6))))
      const max = 1 + ((seed * 31) % 2000)
      const shares = limitRate(lags, max)
      const sum = shares.reduce((total, share) => total + share, 0)
      expect(sum).toBeLessThanOrEqual(max)
      expect(sum).toBeGreaterThan(0)
      expect(shares.every((share, i) => share >= 0 && share <= (lags[i] as number))).toBe(true)
    }
  })
})
