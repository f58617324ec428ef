import { describe, expect, test } from 'vitest'
import { Tag, type Value } from '../../../src/column.ts'
import { columnType, encoderOf, Unstorable } from '../../../src/sinks/sqlite/value.ts'
import * as t from '../../../src/types.ts'

const encode = (type: t.DataType, value: Value) => encoderOf(type)(value)
const variant = (tag: (typeof Tag)[keyof typeof Tag], text: string) => encode(t.VARIANT, { tag, text })
const decimal = (precision: number, scale: number): t.DataType => ({ kind: 'decimal', precision, scale })
const array = (element: t.DataType): t.DataType => ({ kind: 'array', element })

describe('a value is stored exactly', () => {
  test.each<[string, t.DataType, Value, unknown]>([
    ['true', t.BOOLEAN, true, 1n],
    ['false', t.BOOLEAN, false, 0n],
    ['int', t.INT, -5, -5n],
    ['bigint', t.BIGINT, 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
    ['double', t.DOUBLE, 0.1, 0.1],
    ['infinity', t.DOUBLE, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['string', t.STRING, 'Kraków 🏰\0', 'Kraków 🏰\0'],
    ['binary', t.BINARY, Uint8Array.of(0, 255), Uint8Array.of(0, 255)],
    ['decimal', decimal(10, 2), -5n, '-0.05'],
    ['large decimal', decimal(38, 0), 10n ** 37n, `1${'0'.repeat(37)}`],
    ['timestamp', t.TIMESTAMP, 1_767_225_600_000_001, '2026-01-01T00:00:00.000001Z'],
    ['timestamp before 1970', t.TIMESTAMP, -1, '1969-12-31T23:59:59.999999Z'],
    ['timestamp_ntz', t.TIMESTAMP_NTZ, 1_767_225_600_000_000, '2026-01-01T00:00:00.000000'],
    ['date', t.DATE, 20_454, '2026-01-01'],
    ['array', array(t.INT), [1, null, 3], '[1,null,3]'],
    ['array of bigint', array(t.BIGINT), [9_007_199_254_740_993n], '[9007199254740993]'],
    ['array of double', array(t.DOUBLE), [1.5, Number.NaN], '[1.5,"NaN"]'],
    ['array of decimal', array(decimal(4, 2)), [150n], '[1.50]'],
    ['array of binary', array(t.BINARY), [Uint8Array.of(1)], '["AQ=="]'],
    ['array of half a surrogate pair', array(t.STRING), ['\ud800'], '["\\ud800"]'],
    [
      'array of variant',
      array(t.VARIANT),
      [
        { tag: Tag.STRING, text: 'a"' },
        { tag: Tag.NUMBER, text: '1.0' },
      ],
      '["a\\"",1.0]',
    ],
    [
      'struct',
      {
        kind: 'struct',
        fields: [
          { name: 'a"b', type: t.DATE },
          { name: 'c', type: t.BOOLEAN },
        ],
      },
      [0, true],
      '{"a\\"b":"1970-01-01","c":true}',
    ],
    [
      'map',
      { kind: 'map', key: t.INT, value: t.STRING },
      new Map([
        [1, 'x'],
        [2, null],
      ]),
      '{"1":"x","2":null}',
    ],
    [
      'map of strings',
      { kind: 'map', key: t.STRING, value: t.TIMESTAMP },
      new Map([['k', 0]]),
      '{"k":"1970-01-01T00:00:00.000000Z"}',
    ],
  ])('%s', (_, type, value, stored) => {
    expect(encode(type, value)).toStrictEqual(stored)
  })

  test('variant, as the JSON type it has', () => {
    expect(variant(Tag.STRING, '1')).toBe('1')
    expect(variant(Tag.NUMBER, '1')).toBe(1n)
    expect(variant(Tag.NUMBER, '-0')).toBe(0n)
    expect(variant(Tag.NUMBER, '1.0')).toBe(1)
    expect(variant(Tag.NUMBER, '1e2')).toBe(100)
    expect(variant(Tag.NUMBER, '-9223372036854775808')).toBe(-9_223_372_036_854_775_808n)
    expect(variant(Tag.TRUE, 'true')).toBe(1n)
    expect(variant(Tag.FALSE, 'false')).toBe(0n)
    expect(variant(Tag.OBJECT, '{"a": 1.0}')).toBe('{"a": 1.0}')
    expect(variant(Tag.ARRAY, '[]')).toBe('[]')
  })
})

describe('a value that would change is refused', () => {
  test.each<[string, t.DataType, Value]>([
    ['NaN', t.DOUBLE, Number.NaN],
    ['half a surrogate pair', t.STRING, 'a\ud800b'],
    ['half a surrogate pair of a variant', t.VARIANT, { tag: Tag.STRING, text: '\udc00' }],
    ['an integer of more than 64 bits', t.VARIANT, { tag: Tag.NUMBER, text: '9223372036854775808' }],
    ['a number beyond a double', t.VARIANT, { tag: Tag.NUMBER, text: '-1e999' }],
    ['a date after 9999', t.DATE, 2_932_897],
    ['a date before year 0', t.DATE, -719_529],
  ])('%s', (_, type, value) => {
    expect(() => encode(type, value)).toThrow(Unstorable)
  })
})

test('a column has the type of its values', () => {
  const types = [
    t.BOOLEAN,
    t.BIGINT,
    t.FLOAT,
    t.STRING,
    t.DATE,
    t.TIMESTAMP,
    decimal(4, 1),
    array(t.INT),
    t.BINARY,
    t.VARIANT,
    t.VOID,
  ]
  expect(types.map(columnType)).toEqual([
    'INTEGER',
    'INTEGER',
    'REAL',
    'TEXT',
    'TEXT',
    'TEXT',
    'TEXT',
    'TEXT',
    'BLOB',
    'ANY',
    null,
  ])
})
