// The least and greatest values of every type, and those that no program expects.

import type { CalendarInterval, Value, Variant } from '../../src/column.ts'
import { BIGINT, type DataType, INT } from '../../src/types.ts'
import { fits } from '../../src/values/decimal.ts'
import { MAX_MICROS, MIN_MICROS } from '../../src/values/parse-time.ts'
import { variant } from './support.ts'

const NUMBERS = ['0', '-0', '1', '-1.5', '1e400', '-1e400', '1e-400', '1e1000000', '-1e1000000', '1e-1000000']
const LONG_NUMBERS = [
  `1e${'9'.repeat(40)}`,
  '9'.repeat(400),
  `0.${'0'.repeat(500)}1`,
  `1${'0'.repeat(39)}`,
  '9007199254740993',
]
const TIMES = ['2026-01-31', '0001-01-01', '9999-12-31T23:59:59.999999Z', '262143-12-31', '2026-02-30', '+999999-01-01']
const TEXTS = [
  ...NUMBERS,
  ...LONG_NUMBERS,
  ...TIMES,
  ...[
    '',
    ' ',
    'NaN',
    'Infinity',
    '-inf',
    'true',
    '\ud800',
    'a\udc00b',
    '\0',
    '(',
    '[a',
    '%',
    '\\',
    'ß',
    'İ',
    '😀é',
    '{"a":1}',
  ],
]
export const JSONS = [
  ...NUMBERS,
  ...LONG_NUMBERS,
  ...TEXTS.map((text) => JSON.stringify(text)),
  ...[
    'true',
    'false',
    'null',
    '{}',
    '[]',
    '{"a":null,"a":1}',
    '[1,"x",null,[[]]]',
    `${'['.repeat(200)}${']'.repeat(200)}`,
  ],
]
const DOUBLES = [0, -0, 1, -1.5, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324, 2 ** 53, 2 ** 63]
const BYTES = [[], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0, 0, 0, 0, 0, 0, 0, 1], [...Buffer.from('abc')]].map(
  (bytes) => new Uint8Array(bytes),
)
const nines = (digits: number) => 10n ** BigInt(digits) - 1n

const NO_TIME = { months: 0, days: 0, microseconds: 0n }

export const VALUES: readonly (readonly [string, readonly Value[]])[] = [
  ['boolean', [true, false]],
  ['tinyint', [0, 127, -128]],
  ['smallint', [0, 32_767, -32_768]],
  ['int', [0, 1, 2_147_483_647, -2_147_483_648]],
  ['bigint', [0n, 1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  ['float', DOUBLES.map(Math.fround)],
  ['double', DOUBLES],
  ['decimal(10,2)', [0n, 1n, nines(10), -nines(10)]],
  ['decimal(38,0)', [0n, 1n, nines(38), -nines(38)]],
  ['decimal(38,38)', [0n, 1n, nines(38), -nines(38)]],
  ['string', TEXTS],
  ['binary', BYTES],
  ['date', [0, -719_162, 2_147_483_647, -2_147_483_648]],
  ['timestamp', [0, MAX_MICROS, MIN_MICROS]],
  ['timestamp_ntz', [0, MAX_MICROS, MIN_MICROS]],
  ['interval year to month', [0, 1, 2_147_483_647, -2_147_483_648]],
  ['interval day to second', [0n, 1n, 2n ** 63n - 1n, -(2n ** 63n)]],
  ['interval', [NO_TIME, { months: 2_147_483_647, days: -2_147_483_648, microseconds: 2n ** 63n - 1n }]],
  ['variant', JSONS.map(variant)],
  ['array<string>', [[], [null], ['1', 'x', '\ud800']]],
  ['array<binary>', [[], [null], BYTES]],
  [
    'map<string, int>',
    [
      new Map(),
      new Map<Value, Value>([
        ['a', 1],
        ['', null],
      ]),
    ],
  ],
  [
    'struct<a: double, b: string>',
    [
      [null, null],
      [Number.NaN, 'x'],
    ],
  ],
]
export const TYPES = [
  ...VALUES.map(([name]) => name),
  'array<int>',
  'array<variant>',
  'map<string, string>',
  'struct<a: int>',
]

/** Whether a type has the value. */
export function isOf(value: Value, type: DataType): boolean {
  if (value === null) return true
  const isWhole = (bits: number) => Number.isInteger(value) && Math.abs((value as number) + 0.5) < 2 ** (bits - 1)
  switch (type.kind) {
    case 'boolean':
    case 'string':
      return typeof value === type.kind
    case 'tinyint':
      return isWhole(8)
    case 'smallint':
      return isWhole(16)
    case 'int':
    case 'date':
    case 'year_month_interval':
      return isWhole(32)
    case 'bigint':
    case 'day_time_interval':
      return typeof value === 'bigint' && value === BigInt.asIntN(64, value)
    case 'float':
      return typeof value === 'number' && Object.is(Math.fround(value), value)
    case 'double':
      return typeof value === 'number'
    case 'decimal':
      return typeof value === 'bigint' && fits(value, type.precision)
    case 'timestamp':
    case 'timestamp_ntz':
      return Number.isSafeInteger(value)
    case 'binary':
      return value instanceof Uint8Array
    case 'array':
      return (value as readonly Value[]).every((item) => isOf(item, type.element))
    case 'struct':
      return type.fields.every((field, i) => isOf((value as readonly Value[])[i] ?? null, field.type))
    case 'map':
      return [...(value as ReadonlyMap<Value, Value>)].every(
        ([key, item]) => isOf(key, type.key) && isOf(item, type.value),
      )
    case 'interval': {
      const { months, days, microseconds } = value as CalendarInterval
      return isOf(months, INT) && isOf(days, INT) && isOf(microseconds, BIGINT)
    }
    case 'variant':
      return typeof (value as Variant).text === 'string'
    case 'void':
      return false
    default:
      return type satisfies never
  }
}
