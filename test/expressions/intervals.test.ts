// Intervals: literals, casts and arithmetic. The answers are those of Spark 4.3.

import { describe, expect, it } from 'vitest'
import { allRows, valueAt } from '../../src/column.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { compileExpression, ExpressionError } from '../../src/expressions/index.ts'
import { STRING, typeName } from '../../src/types.ts'
import { conditionOf } from '../../src/values/row-fault.ts'
import { type Zone, zone } from '../../src/values/zone.ts'
import { frameOf, scopeOf } from './support.ts'

/** `type: value`, the condition of the error, or the code of the mistake. */
function answer(expression: string, timeZone = 'UTC'): string {
  const frame = frameOf([], 1)
  try {
    const { type, evaluate } = compileExpression(expression, scopeOf([]), { timeZone })
    const value = valueAt(evaluate(frame, allRows(1)), 0)
    const fault = frame.rejected.get(0)
    if (fault !== undefined) return String(conditionOf(fault))
    const render = converter(type, STRING, zone(timeZone) as Zone)
    return `${typeName(type)}: ${value === null ? 'NULL' : render?.(value)}`
  } catch (error) {
    if (error instanceof ExpressionError) return error.code
    throw error
  }
}

describe('a literal of an interval', () => {
  it.each([
    ['INTERVAL 1 YEAR 2 MONTHS', "interval year to month: INTERVAL '1-2' YEAR TO MONTH"],
    ["INTERVAL -'1-2' YEAR TO MONTH", "interval year to month: INTERVAL '-1-2' YEAR TO MONTH"],
    ['INTERVAL 1 DAY 4.5 SECONDS', "interval day to second: INTERVAL '1 00:00:04.5' DAY TO SECOND"],
    ['INTERVAL 1 WEEK 1 DAY', "interval day: INTERVAL '8' DAY"],
    ['INTERVAL 5 MICROSECONDS', "interval second: INTERVAL '00.000005' SECOND"],
    ["INTERVAL '1 day 2 hours'", "interval day to hour: INTERVAL '1 02' DAY TO HOUR"],
    ["INTERVAL '1 02:03' DAY TO MINUTE", "interval day to minute: INTERVAL '1 02:03' DAY TO MINUTE"],
    ['INTERVAL 1.5 DAY', 'E_TYPE'],
    ["INTERVAL '1 25' DAY TO HOUR", 'E_TYPE'],
    ['INTERVAL 2147483647 YEARS', 'E_TYPE'],
    ["INTERVAL '1 year 2 days'", 'E_SYNTAX'],
    ["INTERVAL ''", 'E_TYPE'],
  ])('%s is %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })
})

describe('a cast of an interval', () => {
  it.each([
    [
      "CAST('-1 2:3:4.123456789' AS interval day to second)",
      "interval day to second: INTERVAL '-1 02:03:04.123456' DAY TO SECOND",
    ],
    [`CAST("interval -'-1' day" AS interval day)`, "interval day: INTERVAL '1' DAY"],
    ["CAST('1-12' AS interval year to month)", 'INVALID_INTERVAL_FORMAT.INTERVAL_PARSING'],
    ["CAST('1-2' AS interval year)", 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING'],
    ["CAST('1.' AS interval second)", 'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'],
    ["CAST('1 year -2 months 4.5 seconds' AS interval)", 'interval: 10 months 4.5 seconds'],
    ["CAST('1.5 days' AS interval)", 'interval: NULL'],
    ["CAST('1 day' AS interval) IS NULL", 'boolean: false'],
    ['CAST(1.5 AS interval month)', "interval month: INTERVAL '2' MONTH"],
    ['CAST(CAST(1.5 AS interval day) AS interval hour)', "interval hour: INTERVAL '36' HOUR"],
    ['CAST(2147483647 AS interval year)', 'CAST_OVERFLOW'],
    ["CAST(INTERVAL '1.5' SECOND AS decimal(10,6))", 'decimal(10,6): 1.500000'],
    ["CAST(INTERVAL '-1.5' SECOND AS int)", 'int: -1'],
    ["CAST(INTERVAL '30' MONTH AS interval year)", "interval year: INTERVAL '2' YEAR"],
    ["CAST(INTERVAL '300' DAY AS tinyint)", 'CAST_OVERFLOW'],
    ["TRY_CAST('x' AS interval day)", 'interval day: NULL'],
    ['CAST(INTERVAL 1 DAY AS double)', 'E_TYPE'],
    ['CAST(INTERVAL 1 DAY AS interval month)', 'E_TYPE'],
  ])('%s is %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })
})

describe('arithmetic of intervals', () => {
  it.each([
    ['INTERVAL 1 DAY + INTERVAL 5 HOURS', "interval day to hour: INTERVAL '1 05' DAY TO HOUR"],
    ['INTERVAL 1 YEAR - INTERVAL 13 MONTHS', "interval year to month: INTERVAL '-0-1' YEAR TO MONTH"],
    ['- INTERVAL 1 DAY', "interval day: INTERVAL '-1' DAY"],
    ['INTERVAL 1 YEAR * 2.5D', "interval year to month: INTERVAL '2-6' YEAR TO MONTH"],
    ["INTERVAL '1-1' YEAR TO MONTH / 2", "interval year to month: INTERVAL '0-7' YEAR TO MONTH"],
    ["'2' * INTERVAL 5 HOURS", "interval day to second: INTERVAL '0 10:00:00' DAY TO SECOND"],
    ['INTERVAL 1 DAY / 1.5', "interval day to second: INTERVAL '0 16:00:00' DAY TO SECOND"],
    ['INTERVAL 1 DAY / 0', 'INTERVAL_DIVIDED_BY_ZERO'],
    ['INTERVAL 1 DAY DIV INTERVAL 5 HOURS', 'bigint: 4'],
    ["CAST('1 month 3 days 4 hours' AS interval) * 1.5", 'interval: 1 months 4 days 18 hours'],
    ['INTERVAL 1 DAY > INTERVAL 23 HOURS', 'boolean: true'],
    ['INTERVAL 1 DAY IN (INTERVAL 24 HOURS, NULL)', 'boolean: true'],
    ["INTERVAL 1 DAY = '1'", 'E_TYPE'],
    ["CAST('1 day' AS interval) = CAST('1 day' AS interval)", 'E_TYPE'],
    ['INTERVAL 1 DAY + INTERVAL 1 MONTH', 'E_TYPE'],
    ['COALESCE(INTERVAL 1 YEAR, INTERVAL 1 MONTH)', "interval year to month: INTERVAL '1-0' YEAR TO MONTH"],
  ])('%s is %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })
})

describe('a date or timestamp and an interval', () => {
  it.each([
    ["DATE '2020-01-31' + INTERVAL 1 MONTH", 'date: 2020-02-29'],
    ["INTERVAL 1 DAY + DATE '2020-01-31'", 'date: 2020-02-01'],
    ["DATE '2020-01-31' - INTERVAL 5 HOURS", 'timestamp: 2020-01-30 19:00:00'],
    ["DATE '2020-01-31' + CAST('1 hour' AS interval)", 'INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION'],
    ["'2020-01-03' + INTERVAL 1 DAY", 'string: 2020-01-04 00:00:00'],
    ["TIMESTAMP '2020-01-31 03:04:05.5' + INTERVAL '1-1' YEAR TO MONTH", 'timestamp: 2021-02-28 03:04:05.5'],
    ["DATE '2020-01-31' - '2020-01-03'", "interval day: INTERVAL '28' DAY"],
    [
      "TIMESTAMP '2020-01-31 03:04:05.5' - DATE '2020-01-31'",
      "interval day to second: INTERVAL '0 03:04:05.5' DAY TO SECOND",
    ],
    ["DATE '2020-01-31' - INTERVAL 1 YEAR * NULL", 'date: NULL'],
    ["NULL + DATE '2020-01-31'", 'timestamp: NULL'],
    ["INTERVAL 1 DAY - DATE '2020-01-31'", 'E_TYPE'],
    ["TIMESTAMP '2020-01-31' + 1", 'E_TYPE'],
    ["TIMESTAMP '2020-01-31' + INTERVAL 3000 YEARS", 'DATETIME_OVERFLOW'],
  ])('%s is %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })

  it.each([
    // A day is a day of the clock, 24 hours are not, and in a doubled hour the offset stays what it was.
    ["TIMESTAMP '2020-10-24 12:00:00' + INTERVAL 1 DAY", 'timestamp: 2020-10-25 12:00:00'],
    ["TIMESTAMP '2020-10-24 12:00:00' + INTERVAL 25 HOURS", 'timestamp: 2020-10-25 13:00:00'],
    ["TIMESTAMP '2020-03-28 02:30:00' + INTERVAL 1 DAY", 'timestamp: 2020-03-29 03:30:00'],
    ["CAST(TIMESTAMP '2020-10-26 02:30:00' - INTERVAL 1 DAY AS bigint)", 'bigint: 1603589400'],
    ["CAST(TIMESTAMP '2020-10-24 02:30:00' + INTERVAL 1 DAY AS bigint)", 'bigint: 1603585800'],
    [
      "TIMESTAMP '2020-03-29 03:00:00' - TIMESTAMP '2020-03-29 01:00:00'",
      "interval day to second: INTERVAL '0 02:00:00' DAY TO SECOND",
    ],
  ])('in Berlin %s is %s', (expression, expected) => {
    expect(answer(expression, 'Europe/Berlin')).toBe(expected)
  })

  it('counts with bigints where numbers lose microseconds', () => {
    expect(answer("INTERVAL '106751991 04:00:54.775807' DAY TO SECOND - INTERVAL '0.000001' SECOND")).toBe(
      "interval day to second: INTERVAL '106751991 04:00:54.775806' DAY TO SECOND",
    )
  })
})
