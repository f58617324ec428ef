// Functions of dates and times: what Spark 4.3 answers, and whole columns beside single rows.

import { describe, expect, it } from 'vitest'
import type { Column, Value } from '../../../src/column.ts'
import { compileExpression, ExpressionError, parseSchema } from '../../../src/expressions/index.ts'
import { DATE, type DataType, TIMESTAMP, TIMESTAMP_NTZ } from '../../../src/types.ts'
import { daysOf } from '../../../src/values/calendar.ts'
import { MAX_MICROS, MIN_MICROS } from '../../../src/values/parse-time.ts'
import { columnOf, random, run, scopeOf } from '../support.ts'

const NO_COLUMNS = scopeOf([])

/** As text, in a time zone; a code where the row is refused. */
function at(timeZone: string, source: string): Value {
  const compiled = compileExpression(`CAST(${source} AS string)`, NO_COLUMNS, { timeZone })
  const { values, rejected } = run(compiled, [], 1)
  return rejected.get(0)?.code ?? (values[0] as Value)
}

describe('in a zone whose clocks are changed', () => {
  it.each([
    ["date_trunc('day', timestamp'2026-03-08 12:00:00')", '2026-03-08 00:00:00'],
    ["unix_seconds(date_trunc('hour', timestamp'2026-11-01 06:30:00Z'))", '1793512800'],
    ["unix_seconds(date_trunc('minute', timestamp'2026-11-01 06:30:20Z'))", '1793514600'],
    ["unix_seconds(date_trunc('second', timestamp'2026-11-01 06:30:20.5Z'))", '1793514620'],
    ["unix_seconds(date_trunc('day', timestamp'2026-11-01 06:30:20.5Z'))", '1793505600'],
    ["from_utc_timestamp(timestamp'2026-07-01 12:00:00', 'Europe/Berlin')", '2026-07-01 14:00:00'],
    ["to_utc_timestamp(timestamp'2026-03-08 02:30:00', 'Europe/Berlin')", '2026-03-08 01:30:00'],
    ["to_utc_timestamp('2026-11-01 01:30:00', 'America/New_York')", '2026-11-01 05:30:00'],
    ["convert_timezone('UTC', timestamp_ntz'2026-01-01 00:00:00')", '2026-01-01 05:00:00'],
    ["convert_timezone('UTC', timestamp'2026-01-01 00:00:00')", '2026-01-01 05:00:00'],
    ['current_timezone()', 'America/New_York'],
  ])('%s is %s', (source, wanted) => {
    expect(at('America/New_York', source)).toBe(wanted)
  })
})

describe('the present', () => {
  it('is the time of the batch in the zone of the pipeline, and depends on the batch', () => {
    for (const source of ['current_date', 'CURRENT_DATE', 'current_date()', 'curdate()']) {
      expect(at('Asia/Tokyo', source)).toBe('1970-01-01')
      expect(at('America/New_York', source)).toBe('1969-12-31')
      expect(compileExpression(source, NO_COLUMNS, { timeZone: 'UTC' }).boundary).toBe('dependent')
    }
    expect(at('Asia/Tokyo', 'localtimestamp()')).toBe('1970-01-01 09:00:00')
  })

  it('is a column where there is one of that name', () => {
    const compiled = compileExpression('current_date', scopeOf(parseSchema('current_date int')), { timeZone: 'UTC' })
    expect(compiled).toMatchObject({ type: { kind: 'int' }, boundary: 'independent' })
  })
})

describe('months', () => {
  it.each([
    ["months_between('2026-02-28', '2026-01-31')", '1.0'],
    ["months_between('2026-02-28 12:00:00', '2026-01-15 10:30:00', false)", '1.4213709677419355'],
    ["months_between('2026-02-28', '2026-01-15', null)", null],
    ["add_months(date'2026-01-31', 2147483647)", 'E_OVERFLOW'],
    ["add_months(date'2024-02-29', -12)", '2023-02-28'],
    ["add_months(date'2026-01-31', 1.5)", '2026-02-28'],
  ])('%s is %s', (source, wanted) => {
    expect(at('UTC', source)).toBe(wanted)
  })
})

describe('parts that there are not', () => {
  it.each([
    ['make_date(2026, 2, 29)', 'E_OVERFLOW'],
    ['make_date(10000000, 1, 1)', 'E_OVERFLOW'],
    ['make_timestamp(2026, 1, 2, 3, 4, 60)', '2026-01-02 03:05:00'],
    ['make_timestamp(2026, 1, 2, 3, 4, 60.1)', 'E_OVERFLOW'],
    ['make_timestamp(2026, 1, 2, 3, 4, -1)', 'E_OVERFLOW'],
    ['make_timestamp(2026, 1, 2, 24, 4, 1)', 'E_OVERFLOW'],
    ['make_timestamp(1600, 1, 2, 3, 4, 5)', 'E_OVERFLOW'],
    ['try_make_timestamp_ntz(2026, 13, 2, 3, 4, 5)', null],
    ["date_trunc('fortnight', timestamp'2026-01-01 00:00:00')", null],
    ["trunc(date'2026-01-01', 'DAY')", null],
    ["timestamp_seconds(cast('NaN' as double))", null],
    ['timestamp_seconds(1.1234567)', 'E_OVERFLOW'],
    ['timestamp_millis(9223372036854775807)', 'E_OVERFLOW'],
  ])('%s is %s', (source, wanted) => {
    expect(at('UTC', source)).toBe(wanted)
  })

  it.each([
    ["next_day(date'2026-01-01', 'xx')", 'E_TIME'],
    ["next_day(date'2026-01-01', 'MOND')", 'E_TIME'],
    ["from_utc_timestamp(timestamp'2026-01-01 00:00:00', 'europe/berlin')", 'E_TIME'],
    ["date_part('century', date'2026-01-01')", 'E_TYPE'],
    ['unix_date(1)', 'E_TYPE'],
    ["timestamp_millis('1')", 'E_TYPE'],
    ["date_add(date'2026-01-01', 1.5)", 'E_TYPE'],
    ["date_add(date'2026-01-01', 1L)", 'E_TYPE'],
  ])('%s is a mistake', (source, code) => {
    expect(() => at('UTC', source)).toThrow(ExpressionError)
    expect(() => at('UTC', source)).toThrow(expect.objectContaining({ code }))
  })
})

/** Moments of many years and around changes of clocks. */
function moments(): number[] {
  const next = random(7)
  const changes = [
    Date.UTC(2026, 2, 8, 7),
    Date.UTC(2026, 10, 1, 6),
    Date.UTC(2026, 3, 4, 15),
    Date.UTC(2026, 9, 3, 15, 30),
  ]
  const around = changes.flatMap((ms) => Array.from({ length: 60 }, () => (ms + next(2e8) - 1e8) * 1000 + next(1000)))
  const anywhere = Array.from(
    { length: 200 },
    () => (next(2 ** 31) * 3000 + next(3000)) * (next(2) === 0 ? 1000 : -1000),
  )
  // The same local time in New York, before and after its clocks are set back.
  const twice = [5, 6, 5].map((hour) => Date.UTC(2026, 10, 1, hour, 50) * 1000)
  return [...around, ...anywhere, ...twice, 0, -1, 1]
}

/** As a kernel sees it, and boxed, which no kernel takes. */
function columns(type: DataType, values: readonly (number | null)[]): readonly [Column, Column] {
  return [columnOf(type, values), { layout: 'values', type, values }]
}

describe('whole columns', () => {
  const UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']
  const sources = [
    ...UNITS.map((unit) => `date_trunc('${unit}', t)`),
    ...['hour', 'minute', 'second', 'year', 'weekofyear', 'dayofweek'].map((name) => `${name}(t)`),
  ]

  it.each(['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', '-03:30'])(
    'equal single rows in %s',
    (timeZone) => {
      // A row without a result sends all rows of its column to the path of single rows.
      const tables = [
        [null, ...moments()],
        [0, MIN_MICROS, MAX_MICROS],
      ]
      for (const [type, values] of [TIMESTAMP, TIMESTAMP_NTZ].flatMap((of) =>
        tables.map((table) => [of, table] as const),
      ))
        for (const source of sources) {
          const compiled = compileExpression(source, scopeOf([{ name: 't', type }]), { timeZone })
          const [whole, boxed] = columns(type, values).map((column) => run(compiled, [column], values.length))
          const known = (outcome: typeof whole) =>
            outcome?.values.map((value, row) => outcome.rejected.get(row)?.message ?? value)
          expect(known(whole), source).toEqual(known(boxed))
        }
    },
  )

  it('of dates equal single rows', () => {
    const next = random(9)
    const days = [null, ...Array.from({ length: 400 }, () => next(2 ** 31) * (next(2) === 0 ? 1 : -1)), -(2 ** 31)]
    for (const name of ['year', 'quarter', 'month', 'day', 'dayofyear', 'dayofweek', 'weekday', 'weekofyear']) {
      const compiled = compileExpression(`${name}(d)`, scopeOf([{ name: 'd', type: DATE }]), { timeZone: 'UTC' })
      const [whole, boxed] = columns(DATE, days).map((column) => run(compiled, [column], days.length))
      expect(whole?.values, name).toEqual(boxed?.values)
    }
  })

  it('know the first and the last week of a year', () => {
    const weeks = [
      [2024, 12, 30, 1],
      [2021, 1, 3, 53],
      [2027, 1, 3, 53],
      [2027, 1, 4, 1],
      [2020, 12, 31, 53],
    ] as const
    const compiled = compileExpression('weekofyear(d)', scopeOf([{ name: 'd', type: DATE }]), { timeZone: 'UTC' })
    const column = columnOf(
      DATE,
      weeks.map(([year, month, day]) => daysOf(year, month, day)),
    )
    expect(run(compiled, [column], weeks.length).values).toEqual(weeks.map(([, , , week]) => week))
  })
})
