import { describe, expect, it } from 'vitest'
import type { Value } from '../../src/column.ts'
import { keptBytes } from '../../src/kept-bytes.ts'
import { type DataType, dayTimeInterval, INTERVAL, typeName, yearMonthInterval } from '../../src/types.ts'
import { canonicalKey } from '../../src/values/canonical-key.ts'
import { type IntervalType, intervalRenderer } from '../../src/values/interval-text.ts'

const yearToMonth = yearMonthInterval('year', 'month')
const dayToSecond = dayTimeInterval('day', 'second')
const calendar = (months: number, days: number, microseconds: bigint): Value => ({ months, days, microseconds })

// As Spark 4.3 answers `cast(interval … as string)`.
const CASES: readonly (readonly [IntervalType, Value, string])[] = [
  [yearToMonth, 14, "INTERVAL '1-2' YEAR TO MONTH"],
  [yearToMonth, -1, "INTERVAL '-0-1' YEAR TO MONTH"],
  [yearToMonth, -2_147_483_648, "INTERVAL '-178956970-8' YEAR TO MONTH"],
  [yearMonthInterval('year', 'year'), 25, "INTERVAL '2' YEAR"],
  [yearMonthInterval('month', 'month'), 25, "INTERVAL '25' MONTH"],
  [dayToSecond, -93_784_500_000n, "INTERVAL '-1 02:03:04.5' DAY TO SECOND"],
  [dayToSecond, -(2n ** 63n), "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND"],
  [dayTimeInterval('second', 'second'), 1_500_000n, "INTERVAL '01.5' SECOND"],
  [dayTimeInterval('second', 'second'), 0n, "INTERVAL '00' SECOND"],
  [dayTimeInterval('minute', 'second'), 62_000_001n, "INTERVAL '01:02.000001' MINUTE TO SECOND"],
  [dayTimeInterval('hour', 'hour'), 36_000_000_000n, "INTERVAL '10' HOUR"],
  [dayTimeInterval('hour', 'hour'), 18_000_000_000n, "INTERVAL '05' HOUR"],
  [dayTimeInterval('hour', 'second'), 90_062_123_456n, "INTERVAL '25:01:02.123456' HOUR TO SECOND"],
  [dayTimeInterval('day', 'minute'), 36_300_000_000n, "INTERVAL '0 10:05' DAY TO MINUTE"],
  [INTERVAL, calendar(14, 25, 18_367_008_000n), '1 years 2 months 25 days 5 hours 6 minutes 7.008 seconds'],
  [INTERVAL, calendar(-1, -1, -500_000n), '-1 months -1 days -0.5 seconds'],
  [INTERVAL, calendar(0, 0, 0n), '0 seconds'],
  [INTERVAL, calendar(0, 0, 70_000_000n), '1 minutes 10 seconds'],
]

describe('intervals', () => {
  it.each(CASES)('of %j are written as Spark does: %s', (type, value, text) => {
    expect(intervalRenderer(type)(value)).toBe(text)
  })

  it('have the type names of the DDL', () => {
    const types: readonly DataType[] = [yearToMonth, yearMonthInterval('year', 'year'), dayToSecond, INTERVAL]
    expect(types.map(typeName)).toEqual([
      'interval year to month',
      'interval year',
      'interval day to second',
      'interval',
    ])
  })

  it('are keys by their value, and have a size', () => {
    const keys = [calendar(1, 2, 3n), calendar(1, 2, 3n), calendar(1, 23, 3n)].map((value) => canonicalKey([value]))
    expect(keys[0]).toBe(keys[1])
    expect(keys[0]).not.toBe(keys[2])
    expect(keptBytes(calendar(1, 2, 3n))).toBeGreaterThan(0)
  })
})
