// Intervals from their parts and the parts of intervals: what Spark 4.3 answers.

import { describe, expect, it } from 'vitest'
import { ExpressionError } from '../../../src/expressions/index.ts'
import { typeName } from '../../../src/types.ts'
import { compileOver, run } from '../support.ts'

describe('functions of intervals', () => {
  it.each([
    ['make_ym_interval(1, 2)', 'interval year to month', "INTERVAL '1-2' YEAR TO MONTH"],
    ['make_ym_interval()', 'interval year to month', "INTERVAL '0-0' YEAR TO MONTH"],
    ['make_dt_interval(1, 2, 3, 4.5)', 'interval day to second', "INTERVAL '1 02:03:04.5' DAY TO SECOND"],
    ['make_dt_interval()', 'interval day to second', "INTERVAL '0 00:00:00' DAY TO SECOND"],
    ['make_dt_interval(null)', 'interval day to second', null],
    ['make_interval()', 'interval', '0 seconds'],
    ['make_interval(1, 2, 3, 4, 5, 6, 7.008)', 'interval', '1 years 2 months 25 days 5 hours 6 minutes 7.008 seconds'],
    ['try_make_interval(2147483647)', 'interval', null],
    ['make_interval(2147483647)', 'interval', 'ARITHMETIC_OVERFLOW'],
    ['make_ym_interval(178956970, 8)', 'interval year to month', 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION'],
    ["extract(year from interval '1-2' year to month)", 'int', '1'],
    ["extract(month from interval '1-2' year to month)", 'tinyint', '2'],
    ["extract(day from interval '1 2' day to hour)", 'int', '1'],
    ["extract(second from interval '1 02:03:04.5' day to second)", 'decimal(8,6)', '4.500000'],
    ["extract(hour from interval '-1 02:03:04.5' day to second)", 'tinyint', '-2'],
    ['extract(hour from make_interval(1,2,3,4,5,6,7))', 'tinyint', '5'],
  ])('%s', (source, type, wanted) => {
    expect(typeName(compileOver(source, []).type)).toBe(type)
    const { values, rejected } = run(compileOver(`CAST(${source} AS string)`, []), [], 1)
    const refused = rejected.get(0)
    expect(refused === undefined ? values[0] : (refused.condition ?? 'ARITHMETIC_OVERFLOW')).toBe(wanted)
  })

  it.each([
    'extract(week from make_interval(1,2,3,4,5,6,7))',
    "extract(hour from interval '1-2' year to month)",
    "extract(second from interval '1 2' day to hour)",
  ])('%s is a mistake', (source) => {
    expect(() => compileOver(source, [])).toThrow(ExpressionError)
    expect(() => compileOver(source, [])).toThrow(expect.objectContaining({ condition: 'INVALID_EXTRACT_FIELD' }))
  })

  it.each([
    ["timestampadd(MONTH, 1, timestamp'2026-01-31 10:00:00')", '2026-02-28 10:00:00'],
    ["timestampadd(DAYOFYEAR, 5, timestamp_ntz'2026-01-31 00:00:00')", '2026-02-05 00:00:00'],
    ["dateadd(WEEK, '2', date'2026-01-01')", '2026-01-15 00:00:00'],
    ["dateadd(DAY, 1.5, date'2026-01-01')", '2026-01-02 00:00:00'],
    ["dateadd(MONTH, 9223372036854775807, timestamp'2026-01-31 00:00:00')", 'DATETIME_OVERFLOW'],
    ["dateadd(SECOND, 9223372036854775807, timestamp'2026-01-31 00:00:00')", 'DATETIME_OVERFLOW'],
    ["timestampdiff(MONTH, timestamp'2026-01-31 00:00:00', timestamp'2026-02-28 23:00:00')", '0'],
    ["timestampdiff(MONTH, timestamp'2026-01-31 10:00:00', timestamp'2026-03-01 09:00:00')", '0'],
    ["timestampdiff(HOUR, timestamp'2026-01-31 00:00:00', timestamp'2026-02-28 23:00:00')", '695'],
    ["datediff(DAY, timestamp'2026-01-31 00:00:00', date'2026-01-01')", '-30'],
    ["datediff(QUARTER, '2026-01-31', '2027-01-31')", '4'],
    ["datediff(WEEK, timestamp'2026-01-31 10:00:00', timestamp'2026-02-14 09:00:00')", '1'],
    ["datediff(YEAR, timestamp'2026-01-31 10:00:00', null)", null],
  ])('%s is %s', (source, wanted) => {
    const { values, rejected } = run(compileOver(`CAST(${source} AS string)`, []), [], 1)
    expect(rejected.get(0)?.condition ?? values[0]).toBe(wanted)
  })
})
