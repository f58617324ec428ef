import { describe, expect, test } from 'vitest'
import { Tag, valueAt } from '../../../src/column.ts'
import { parseSchema } from '../../../src/expressions/index.ts'
import { typedJsonFormat } from '../../../src/formats/json/typed.ts'
import { describeFormat } from '../../contract/format.ts'
import { chunkOf, collectRejects } from '../../support/chunk.ts'

const formatOf = (schema: string, timeZone = 'UTC') => typedJsonFormat(parseSchema(schema), timeZone)

const EVENTS =
  'type string, properties struct<city: string, tags: array<string>>, n int, amount decimal(10,2), v variant'

describeFormat('json with a schema', {
  create: () => formatOf(EVENTS),
  fields: ['type', 'properties.city', 'properties', 'n', 'amount', 'v', 'v.x'].map((path) => ({
    path: path.split('.'),
  })),
  accepted: [
    '{"type":"track","properties":{"city":"São Paulo","tags":["a"]},"n":-7,"amount":1.5,"v":{"x":1}}',
    '{"n":0,"type":"a\\"b","properties":{},"v":[1]}',
    ' { "type" : null , "properties" : null } ',
    '{"type":"track","properties":{"city":"Berlin","city":"Tokyo"},"amount":"12.345","v":null}',
  ],
  refused: ['', '{"type":"a"', '[1]', 'null', Buffer.from('{"x":"\xff"}', 'latin1')],
})

/** The value of column `x` of this type in a record, or the message of its reject. */
function read(type: string, value: string, timeZone?: string): unknown {
  const rejects = collectRejects()
  const [column] = formatOf(`x ${type}`, timeZone)
    .open([{ path: ['x'] }])
    .read(chunkOf([`{"x":${value}}`]), rejects)
  const all = rejects.all.get(0) ?? []
  if (all.length > 0) expect([all.length, valueAt(column as never, 0)]).toEqual([1, null])
  return all[0] === undefined ? valueAt(column as never, 0) : `${all[0].code}: ${all[0].message}`
}

describe('values of each type', () => {
  test.each([
    ['string', '"a\\u00e9"', 'aé'],
    ['string', '1.50', '1.50'],
    ['string', '{"a": 1}', '{"a": 1}'],
    ['string', 'true', 'true'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['tinyint', '-128', -128],
    ['smallint', '32767', 32767],
    ['int', '-2147483648', -2147483648],
    ['int', '-0', 0],
    ['int', '00000000000000000001'.replace(/^0+/, ''), 1],
    ['bigint', '9223372036854775807', 9223372036854775807n],
    ['float', '0.1', Math.fround(0.1)],
    ['double', '1e3', 1000],
    ['double', '9007199254740993', 9007199254740992],
    ['double', '"NaN"', Number.NaN],
    ['double', '"-INF"', -Infinity],
    ['decimal(10,2)', '1.005', 101n],
    ['decimal(10,2)', '"12.34"', 1234n],
    ['decimal(38,0)', '12345678901234567890123456789012345678', 12345678901234567890123456789012345678n],
    ['binary', '"AQL/"', Uint8Array.of(1, 2, 255)],
    ['date', '"1970-01-02"', 1],
    ['timestamp', '"1970-01-01T00:00:01Z"', 1_000_000],
    ['timestamp', '1767225600', 1_767_225_600_000_000],
    ['timestamp_ntz', '"1970-01-01 00:00:01"', 1_000_000],
    ['array<int>', '[1, null, 3]', [1, null, 3]],
    [
      'map<string, array<bigint>>',
      '{"a": [1], "b": null}',
      new Map([
        ['a', [1n]],
        ['b', null],
      ]),
    ],
    ['struct<a: int, b: struct<c: string>>', '{"b": {"c": "x", "d": 1}}', [null, ['x']]],
    ['variant', '{"a": 1}', { tag: Tag.OBJECT, text: '{"a": 1}' }],
    ['array<variant>', '[1, null]', [{ tag: Tag.NUMBER, text: '1' }, null]],
  ])('reads %s from %s', (type, value, expected) => {
    expect(read(type, value)).toEqual(expected)
  })

  test('takes timestamps without a zone in that of the pipeline', () => {
    expect(read('timestamp', '"1970-01-01T01:00:00"', 'Europe/Berlin')).toBe(0)
  })

  test.each(['string', 'int', 'double', 'timestamp', 'array<int>', 'struct<a: int>', 'variant'])(
    'takes null and a missing field of %s for NULL',
    (type) => {
      expect(read(type, 'null')).toBeNull()
      expect(read(type, '1, "x": null')).toBeNull()
      const [column] = formatOf(`x ${type}`)
        .open([{ path: ['x'] }])
        .read(chunkOf(['{}']), collectRejects())
      expect(valueAt(column as never, 0)).toBeNull()
    },
  )
})

describe('values that are not of their type', () => {
  test.each([
    ['boolean', '1', 'a JSON number cannot be read as boolean'],
    ['boolean', '"true"', 'a JSON string cannot be read as boolean'],
    ['int', '"1"', 'a JSON string cannot be read as int'],
    ['int', '1.0', '1.0 is not a whole number and cannot be read as int'],
    ['int', '1e2', '1e2 is not a whole number and cannot be read as int'],
    ['int', '2147483648', '2147483648 is out of range for int'],
    ['tinyint', '128', '128 is out of range for tinyint'],
    ['int', '99999999999999999999', '99999999999999999999 is out of range for int'],
    ['bigint', '9223372036854775808', '9223372036854775808 is out of range for bigint'],
    ['double', '"1"', '"1" cannot be cast to double'],
    ['double', 'true', 'a JSON boolean cannot be read as double'],
    ['decimal(4,2)', '123.45', '123.45 does not fit decimal(4,2)'],
    ['decimal(4,2)', '""', '"" cannot be cast to decimal(4,2)'],
    ['binary', '"a"', 'a JSON string that is not base64 cannot be read as binary'],
    ['date', '20000', 'a JSON number cannot be read as date'],
    ['date', '"yesterday"', '"yesterday" cannot be cast to date'],
    ['timestamp', '1.5', '1.5 is not a whole number and cannot be read as timestamp'],
    ['timestamp', '""', '"" cannot be cast to timestamp'],
    ['array<int>', '{}', 'a JSON object cannot be cast to array<int>'],
    ['array<int>', '[1, "2"]', 'a JSON string cannot be read as int'],
    ['map<string, int>', '[]', 'a JSON array cannot be cast to map<string, int>'],
    ['struct<a: int>', '5', 'a JSON number cannot be cast to struct<a: int>'],
    ['struct<a: struct<b: int>>', '{"a": {"b": true}}', 'a JSON boolean cannot be read as int'],
  ])('refuses to read %s from %s', (type, value, message) => {
    expect(read(type, value)).toBe(`E_BAD_FIELD: x: ${message}`)
  })

  const rejectsOf = (schema: string, paths: readonly string[], record: string) => {
    const rejects = collectRejects()
    formatOf(schema)
      .open(paths.map((path) => ({ path: path.split('.') })))
      .read(chunkOf(['{}', record, '{}']), rejects)
    return [...rejects.all].map(([row, all]) => [row, ...all.map(({ message }) => message)])
  }

  test('matter only where the plan needs them', () => {
    expect(rejectsOf('a int, b int', ['a'], '{"a":1,"b":"x"}')).toEqual([])
    expect(rejectsOf('a struct<b: int, c: int>', ['a.b'], '{"a":{"b":1,"c":"x"}}')).toEqual([])
  })

  test('reject a record once', () => {
    expect(rejectsOf('a int, b int', ['a', 'b'], '{"a":"x","b":"x"}')).toEqual([
      [1, 'a: a JSON string cannot be read as int'],
    ])
  })

  test('are told with their path, and with the struct that is none', () => {
    const schema = 'a struct<b: struct<c: int>>'
    expect(rejectsOf(schema, ['a.b.c'], '{"a":{"b":{"c":"x"}}}')).toEqual([
      [1, 'a.b.c: a JSON string cannot be read as int'],
    ])
    expect(rejectsOf(schema, ['a.b.c'], '{"a":{"b":[]}}')).toEqual([[1, 'a.b: a JSON object is expected']])
    expect(rejectsOf(schema, ['a.b.c'], '{"a":5}')).toEqual([[1, 'a: a JSON object is expected']])
    expect(rejectsOf(schema, ['a.b.c'], '{"a":null}')).toEqual([])
  })
})

describe('columns', () => {
  test('have the types of the schema by path, and variants below a variant', () => {
    const format = formatOf(EVENTS)
    const typeOf = (path: string) => format.typeOf(path.split('.'))?.kind
    expect(['type', 'properties', 'properties.city', 'v', 'v.a.b'].map(typeOf)).toEqual([
      'string',
      'struct',
      'string',
      'variant',
      'variant',
    ])
    expect(['other', 'properties.cty', 'n.x', 'properties.tags.x'].map(typeOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  test.each(['tinyint', 'int', 'bigint'])('of %s hold the same numbers whatever stands in other records', (type) => {
    const numbers = ['0', '-0', '-1', '127', '-128', 'null']
    const valuesOf = (texts: readonly string[]) => {
      const [column] = formatOf(`x ${type}`)
        .open([{ path: ['x'] }])
        .read(chunkOf(texts.map((text) => `{"x":${text}}`)), collectRejects())
      return numbers.map((_, row) => valueAt(column as never, row))
    }
    const expected = [0, 0, -1, 127, -128].map((value) => (type === 'bigint' ? BigInt(value) : value))
    expect(valuesOf(numbers)).toEqual([...expected, null])
    for (const other of ['"x"', '1.0', '1e2', '99999999999999999999', 'true'])
      expect(valuesOf([...numbers, other])).toEqual([...expected, null])
  })

  test('of strings are made for the rows of a chunk, and not of the longest one before', () => {
    const reader = formatOf('x string').open([{ path: ['x'] }])
    reader.read(chunkOf(Array(1000).fill('{"x":"a"}')), collectRejects())
    const [column] = reader.read(chunkOf(['{"x":"a"}', '{}']), collectRejects())
    expect(column?.layout === 'string' && [...(column.nulls ?? [])]).toEqual([0, 1])
  })

  test('of strings keep their dictionary ids', () => {
    const [column] = formatOf('x string')
      .open([{ path: ['x'] }])
      .read(chunkOf(['{"x":"a"}', '{"x":"b"}', '{"x":"a"}', '{"x":5}']), collectRejects())
    expect(column).toMatchObject({ layout: 'string' })
    expect(column?.layout === 'string' && Array.from(column.ids?.subarray(0, 4) ?? [])).toEqual([0, 1, 0, -1])
  })
})
