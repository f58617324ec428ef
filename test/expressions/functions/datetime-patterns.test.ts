// Patterns of dates and times: what Spark 4.3 on Java 17 answers.

import { describe, expect, it } from 'vitest'
import type { Value } from '../../../src/column.ts'
import { compileExpression, ExpressionError, parseSchema } from '../../../src/expressions/index.ts'
import { STRING } from '../../../src/types.ts'
import { columnOf, run, scopeOf } from '../support.ts'

/** As text; Spark's error condition where the row is refused. */
function at(timeZone: string, source: string): Value {
  const compiled = compileExpression(`CAST(${source} AS string)`, scopeOf([]), { timeZone })
  const { values, rejected } = run(compiled, [], 1)
  return rejected.get(0)?.condition ?? rejected.get(0)?.code ?? (values[0] as Value)
}

const FORMATTED: readonly (readonly [pattern: string, text: string])[] = [
  [
    'G y M L d E a h H k K m s S z Z x X O q Q D F VV',
    'AD 2026 1 1 2 Fri AM 3 3 3 3 4 5 0 UTC +0000 +00 Z GMT 1 1 2 2 UTC',
  ],
  [
    'GG yy MM LL dd EE hh HH kk KK mm ss SS zz ZZ xx XX qq QQ DD',
    'AD 26 01 01 02 Fri 03 03 03 03 04 05 00 UTC +0000 +0000 Z 01 01 02',
  ],
  ['GGG yyy MMM LLL EEE SSS zzz ZZZ xxx XXX qqq QQQ DDD', 'AD 2026 Jan Jan Fri 000 UTC +0000 +00:00 Z Q1 Q1 002'],
  [
    'GGGG yyyy MMMM LLLL EEEE SSSS zzzz ZZZZ xxxx XXXX qqqq QQQQ OOOO',
    'Anno Domini 2026 January January Friday 0000 Coordinated Universal Time GMT +0000 Z 1st quarter 1st quarter GMT',
  ],
  ['ZZZZZ xxxxx XXXXX SSSSSSSSS', 'Z +00:00 Z 000000000'],
  ['g', '61042'],
  ['v', 'UTC'],
  ['[yyyy', '2026'],
  ["yyyy''", "2026'"],
  ["'a''b' '' é😀", "a'b ' é😀"],
  ['', ''],
]

describe('date_format', () => {
  it.each(FORMATTED)('writes %s', (pattern, text) => {
    expect(at('UTC', `date_format(timestamp'2026-01-02 03:04:05', "${pattern}")`)).toBe(text)
  })

  it.each([
    [
      'America/New_York',
      'HH:mm Z XXX O OOOO z zzzz VV',
      '20:04 -0500 -05:00 GMT-5 GMT-05:00 EST Eastern Standard Time America/New_York',
    ],
    ['Asia/Kolkata', 'HH:mm X XX O', '06:34 +0530 +0530 GMT+5:30'],
    ['+01:00', 'X z VV', '+01 +01:00 +01:00'],
  ])('writes the zone %s', (timeZone, pattern, text) => {
    expect(at(timeZone, `date_format(timestamp'2026-01-02 01:04:05Z', '${pattern}')`)).toBe(text)
  })

  it.each([
    ['yyyyyyy', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['Y', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['u', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['e', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN'],
    ['c', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN'],
    ['w W', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['n', 'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER'],
    ['A', 'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER'],
    ['B', 'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER'],
    ['bbb', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ['l', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ['V', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ['VVV', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ['OO', 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ["yyyy'T", 'INVALID_DATETIME_PATTERN.WITH_SUGGESTION'],
    ['qqqqq', 'INVALID_DATETIME_PATTERN.LENGTH'],
    ['QQQQQ', 'INVALID_DATETIME_PATTERN.LENGTH'],
    ['GGGGG', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['EEEEE', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['MMMMM', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['SSSSSSSSSS', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['ZZZZZZ', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['HHH', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['DDDD', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['aa', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['FF', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['[yyyy] #', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
    ['yyyy]', 'INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION'],
  ])('refuses %s when it is validated', (pattern, condition) => {
    const source = `date_format(timestamp'2026-01-02 03:04:05', "${pattern}")`
    expect(() => at('UTC', source)).toThrow(ExpressionError)
    expect(() => at('UTC', source)).toThrow(expect.objectContaining({ code: 'E_TIME', condition }))
  })
})

describe('to_timestamp', () => {
  it.each([
    ["'02/Jan/2026:03:04:05 +0100', 'dd/MMM/yyyy:HH:mm:ss Z'", '2026-01-02 02:04:05'],
    ["'2026-01-02', 'yyyy-MM-dd HH'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'2026-01-02 24', 'yyyy-MM-dd HH'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'2026-02-30', 'yyyy-MM-dd'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'2026-01-02 extra', 'yyyy-MM-dd'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'1', 'd'", '1970-01-01 00:00:00'],
    ["'5', 'H'", '1970-01-01 05:00:00'],
    ["'5 PM', 'h a'", '1970-01-01 17:00:00'],
    ["'5 pm', 'h a'", '1970-01-01 17:00:00'],
    ["'2026-01-02 5', 'yyyy-MM-dd h'", '2026-01-02 05:00:00'],
    ["'366 2024', 'DDD yyyy'", '2024-12-31 00:00:00'],
    ["'366 2025', 'DDD yyyy'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'', ''", '1970-01-01 00:00:00'],
    ["date'2026-01-01', 'yyyy'", '2026-01-01 00:00:00'],
    ["'2026-01-02 03:04'", '2026-01-02 03:04:00'],
    ["'x'", 'E_CAST'],
    ['1.5', '1970-01-01 00:00:01.5'],
    // By the rules of java.time.format that no answer of Spark stands beside.
    ["'2026-01-02 03:04:05.5', 'yyyy-MM-dd HH:mm:ss[.SSS]'", '2026-01-02 03:04:05.5'],
    ["'2026-01-02 03:04:05', 'yyyy-MM-dd HH:mm:ss[.SSS]'", '2026-01-02 03:04:05'],
    ["'20260102030405', 'yyyyMMddHHmmss'", '2026-01-02 03:04:05'],
    ["'120260102', 'yyyyMMdd'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'26-1-2', 'yy-M-d'", '2026-01-02 00:00:00'],
    ["'2026-01-02 Europe/Berlin', 'yyyy-MM-dd VV'", '2026-01-01 23:00:00'],
    ["'2026-07-02 PDT', 'yyyy-MM-dd z'", '2026-07-02 07:00:00'],
    ["'2026-01-02T03:04:05Z', \"yyyy-MM-dd'T'HH:mm:ssX\"", '2026-01-02 03:04:05'],
    ["'2026-01-02 GMT+5:30', 'yyyy-MM-dd O'", '2026-01-01 18:30:00'],
    ["'0001 BC', 'yyyy G'", 'DATETIME_OVERFLOW'],
    ["'13 13 PM', 'HH h a'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'13 1 AM', 'HH h a'", 'CANNOT_PARSE_TIMESTAMP'],
    ["'13 1 PM', 'HH h a'", '1970-01-01 13:00:00'],
    ["'PM', 'a'", '1970-01-01 12:00:00'],
  ])('of %s is %s', (args, wanted) => {
    expect(at('UTC', `to_timestamp(${args})`)).toBe(wanted)
  })

  it.each([
    ["to_timestamp_ntz('2026-01-01 10:00:00 +02:00', 'yyyy-MM-dd HH:mm:ss XXX')", '2026-01-01 10:00:00'],
    ["to_timestamp_ltz('2026-01-01 10:00:00 +02:00', 'yyyy-MM-dd HH:mm:ss XXX')", '2026-01-01 08:00:00'],
    ["try_to_timestamp('x')", null],
    ["try_to_timestamp('x', 'yyyy')", null],
    ["try_to_date('x')", null],
    ["try_to_date('2026-13-01', 'yyyy-MM-dd')", null],
    ["to_date('2/1/2026', 'dd/MM/yyyy')", 'CANNOT_PARSE_TIMESTAMP'],
    ["to_date('02/01/26', 'dd/MM/yy')", '2026-01-02'],
    ["to_date('0044', 'yyyy')", '0044-01-01'],
    ["to_date(timestamp'2026-01-02 23:00:00', 'yyyy')", '2026-01-02'],
    ["to_date('12:30', 'HH:mm')", '1970-01-01'],
    ['to_date(20260102)', 'E_CAST'],
    ["unix_timestamp('2026-01-02')", 'CANNOT_PARSE_TIMESTAMP'],
    ["unix_timestamp('2026-01-02', 'yyyy-MM-dd')", '1767312000'],
    ["unix_timestamp(timestamp'1969-12-31 23:59:59.1')", '0'],
    ["unix_timestamp(timestamp_ntz'2026-01-02 00:00:01.9')", '1767312001'],
    ['from_unixtime(1.9)', '1970-01-01 00:00:01'],
    ["from_unixtime('12')", '1970-01-01 00:00:12'],
    ['from_unixtime(253402300800)', 'DATETIME_OVERFLOW'],
  ])('and its like: %s is %s', (source, wanted) => {
    expect(at('UTC', source)).toBe(wanted)
  })

  it('takes no letters to read that it takes to write, and no number with a pattern', () => {
    for (const source of [
      "to_timestamp('2026 Q3', \"yyyy 'Q'q\")",
      "to_date('Fri', 'E')",
      "to_timestamp(1, 'yyyy')",
      'unix_timestamp(1)',
    ])
      expect(() => at('UTC', source), source).toThrow(ExpressionError)
  })

  it('takes patterns from a column; one that is none refuses the row', () => {
    const compiled = compileExpression('to_date(s, p)', scopeOf(parseSchema('s string, p string')), { timeZone: 'UTC' })
    const columns = [
      columnOf(STRING, ['2026', '01', 'x', '1', null]),
      columnOf(STRING, ['yyyy', 'MM', 'yyyy', 'B', 'B']),
    ]
    const { values, rejected } = run(compiled, columns, 5)
    expect(values.slice(0, 2)).toEqual([20_454, 0])
    expect([...rejected].map(([row, { condition }]) => [row, condition])).toEqual([
      [2, 'CANNOT_PARSE_TIMESTAMP'],
      [3, 'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER'],
    ])
  })

  it('reads what date_format wrote', () => {
    const patterns = [
      'yyyy-MM-dd HH:mm:ss.SSSSSS XXX',
      'D/yyyy KK:mm:ss.SSSSSS a Z',
      'd MMMM yyyy k:m:s.SSSSSSSSS xxxxx',
      'G yy M d HHmmss SSSSSS O',
    ]
    for (const pattern of patterns)
      for (const time of ['2026-01-02 03:04:05.123456', '2031-12-31 12:00:00', '2024-02-29 23:59:59.000001'])
        expect(
          at('Asia/Kolkata', `to_timestamp(date_format(timestamp'${time}', '${pattern}'), '${pattern}')`),
          pattern,
        ).toBe(time)
  })
})
