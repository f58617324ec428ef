// Times at the borders of what a timestamp holds, and the spelling of zones.

import { describe, expect, it } from 'vitest'
import { type Reject, type Value, valueAt } from '../../src/column.ts'
import { compileExpression, ExpressionError, parseSchema } from '../../src/expressions/index.ts'
import { typedJsonFormat } from '../../src/formats/json/typed.ts'
import { metadataColumn } from '../../src/metadata.ts'
import { zone, zoneOfText } from '../../src/values/zone.ts'
import { chunkOf, collectRejects } from '../support/chunk.ts'
import { columnOf, constant, run, scopeOf } from './support.ts'

/** The value of a field of JSON that is declared with the type, or why the record is refused. */
function read(type: string, json: string): Value | Reject {
  const rejects = collectRejects()
  const [column] = typedJsonFormat(parseSchema(`x ${type}`), 'UTC')
    .open([{ path: ['x'] }])
    .read(chunkOf([`{"x":${json}}`]), rejects)
  return rejects.all.get(0)?.[0] ?? (column === undefined ? null : valueAt(column, 0))
}

describe('a time outside of 1685 to 2255', () => {
  it.each([
    ["CAST('9999-12-31' AS timestamp)", '9999-12-31 is out of range for timestamp: the years 1685 to 2255'],
    ["CAST('0001-01-01' AS timestamp_ntz)", '0001-01-01 is out of range for timestamp_ntz: the years 1685 to 2255'],
    ["CAST(DATE '9999-12-31' AS timestamp)", '9999-12-31 is out of range for timestamp: the years 1685 to 2255'],
    ['CAST(253402300799 AS timestamp)', '253402300799 is out of range for timestamp: the years 1685 to 2255'],
    ['CAST(253402300799.5 AS timestamp)', '253402300799.5 is out of range for timestamp: the years 1685 to 2255'],
    ['CAST(1e300 AS timestamp)', '1.0E300 is out of range for timestamp: the years 1685 to 2255'],
  ])('is refused in the units of its user: %s', (source, message) => {
    expect(() => constant(source)).toThrow(`E_OVERFLOW: ${message}`)
  })

  it('is refused where another zone leads out of the years', () => {
    const schema = parseSchema('t timestamp')
    const column = columnOf({ kind: 'timestamp' }, [Number.MAX_SAFE_INTEGER])
    const compiled = compileExpression('CAST(t AS timestamp_ntz)', scopeOf(schema), { timeZone: 'Europe/Berlin' })
    expect(run(compiled, [column], 1).rejected.get(0)?.code).toBe('E_OVERFLOW')
  })

  it('is refused as a literal, and a date beyond its type is', () => {
    expect(() => constant("TIMESTAMP '9999-12-31 00:00:00'")).toThrow(ExpressionError)
    expect(() => constant("CAST('5881580-07-11' AS date) + 2147483647")).toThrow('E_OVERFLOW')
  })

  it.each([
    ['timestamp', '"9999-12-31T23:59:59.999Z"'],
    ['timestamp', '253402300799'],
    ['timestamp_ntz', '"9999-12-31T23:59:59.999"'],
  ])('is refused in a field of JSON: %s %s', (type, json) => {
    expect(read(type, json)).toMatchObject({ code: 'E_BAD_FIELD', message: expect.stringContaining('1685 to 2255') })
  })

  it('is refused as the timestamp of a record, which Kafka takes whatever it is', () => {
    const rejects = collectRejects()
    const timestamps = [0, 1_767_225_600_000, 9_007_199_254_740, 9_007_199_254_741, 1_767_225_600_000_000, 2 ** 63, -1]
    const column = metadataColumn(
      chunkOf(timestamps.map((timestamp) => ({ value: '', timestamp }))),
      'timestamp',
      rejects,
    )
    expect([...rejects.all.keys()]).toEqual([3, 4, 5])
    expect(rejects.all.get(4)).toEqual([
      {
        code: 'E_OVERFLOW',
        message: "the record's timestamp 1767225600000000 is after the year 2255: Kafka counts milliseconds since 1970",
      },
    ])
    expect(timestamps.map((_, row) => valueAt(column, row))).toEqual([
      0,
      1_767_225_600_000_000,
      9_007_199_254_740_000,
      null,
      null,
      null,
      null,
    ])
  })
})

describe('time zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['europe/berlin', false],
    ['EUROPE/BERLIN', false],
    ['US/Eastern', true],
    ['us/eastern', false],
    ['Asia/Kolkata', true],
    ['Asia/Calcutta', true],
    ['asia/calcutta', false],
    ['UTC', true],
    ['utc', false],
    ['Z', true],
    ['z', false],
    ['PST', true],
    ['pst', false],
    ['+01:0', true],
    ['+1:30', true],
    ['Foo/Bar', false],
  ])('%s in a text is one: %s', (name, is) => {
    expect(zoneOfText(name) !== undefined).toBe(is)
  })

  it('change their clocks to the second', () => {
    const seconds = (time: string) => Number(constant(`CAST(TIMESTAMP '${time}Z' AS bigint)`))
    const local = (name: string, time: string) => (zone(name)?.toLocal(seconds(time) * 1e6) ?? 0) / 1e6 - seconds(time)
    expect(local('America/St_Johns', '1999-10-31 02:30:59')).toBe(-9000)
    expect(local('America/St_Johns', '1999-10-31 02:31:00')).toBe(-12_600)
    expect(local('Africa/Monrovia', '1972-01-07 00:44:29')).toBe(-2670)
    expect(local('Africa/Monrovia', '1972-01-07 00:44:30')).toBe(0)
  })
})

describe('fields of JSON', () => {
  it.each([
    ['timestamp_ntz', '"2026-01-01T00:00:00+02:00"'],
    ['timestamp_ntz', '"2026-01-01T00:00:00Z"'],
    ['decimal(10,2)', '" 1 "'],
    ['decimal(10,2)', '1e1000000'],
    ['bigint', '9'.repeat(1000)],
  ])('are read more strictly than they are cast: %s from %s', (type, json) => {
    expect(read(type, json)).toMatchObject({ code: 'E_BAD_FIELD' })
  })

  it('may have a local time, and a decimal with an exponent', () => {
    expect(read('timestamp_ntz', '"2026-01-01T00:00:00"')).toBe(1_767_225_600_000_000)
    expect(read('decimal(10,2)', '"1"')).toBe(100n)
    expect(read('decimal(10,2)', '1e-1000000')).toBe(0n)
  })
})
