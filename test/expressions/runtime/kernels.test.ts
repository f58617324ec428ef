// Kernels beside the row-by-row path: the same values, to the bit, and the same refusals.

import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Evaluate, type Selection, type Value, valueAt } from '../../../src/column.ts'
import { fromJson, lift, parseSchema } from '../../../src/expressions/index.ts'
import type { Scalar } from '../../../src/expressions/typed.ts'
import { type DataType, type Schema, STRING, VARIANT } from '../../../src/types.ts'
import { compileOver, random, run, spanned, variant } from '../support.ts'

type Pick = (below: number) => number

const SEED = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 1_000_000)
const ROWS = 200

function oneOf<T>(pick: Pick, options: readonly T[]): T {
  return options[pick(options.length)] as T
}

/** Every third row or so is left out. */
function someRows(pick: Pick): Selection {
  const rows = Array.from({ length: ROWS }, (_, row) => row).filter(() => pick(3) > 0)
  return { rows: Int32Array.from(rows), count: rows.length }
}

/**
 * Evaluates over boxed values, row by row, and over the columns given, all rows and some. `toEqual` keeps -0 from 0,
 * and NaN equals itself.
 */
function expectSame(source: string, schema: Schema, columns: readonly Column[], pick: Pick): void {
  expectSameOf(compileOver(source, schema), source, columns, pick)
}

function expectSameOf(
  expression: { readonly evaluate: Evaluate },
  source: string,
  columns: readonly Column[],
  pick: Pick,
): void {
  const boxed = columns.map(
    (column): Column => ({
      layout: 'values',
      type: column.type,
      values: Array.from({ length: ROWS }, (_, row) => valueAt(column, row)),
    }),
  )
  for (const selection of [allRows(ROWS), someRows(pick)]) {
    const expected = run(expression, boxed, ROWS, selection)
    const found = run(expression, columns, ROWS, selection)
    expect(found.values, `${source}, seed ${SEED}`).toEqual(expected.values)
    expect(new Map([...found.rejected].sort()), `${source}, seed ${SEED}`).toEqual(
      new Map([...expected.rejected].sort()),
    )
  }
}

/** The first rows have the values given. */
function columnsOf(type: DataType, make: () => Value, first: readonly Value[] = []): Column[] {
  const values = Array.from({ length: ROWS }, (_, row) => (row < first.length ? (first[row] as Value) : make()))
  return [spanned(type, values), spanned(type, values, (row) => row % 7 !== 3)]
}

const EXTREMES = [
  '0',
  '-0',
  '-0.0',
  '0.00',
  '1',
  '-1',
  '127',
  '128',
  '-128',
  '-129',
  '32767',
  '32768',
  '2147483647',
  '2147483648',
  '-2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '999999999999999',
  '1000000000000000',
  '99999999.99',
  '99999999.995',
  '100000000',
  '1.0',
  '1.5',
  '-1.5',
  '2.675',
  '1.005',
  '0.1',
  '0.3',
  '123456789.123456',
  '1e3',
  '1E+3',
  '-1.5e-3',
  '1e400',
  '-1e400',
  '1e-400',
  '5e-324',
  '1.7976931348623157e308',
  '1234567890123456789012345678901234567890',
  '0.1234567890123456789012345678901234567890',
  '999999999999999999',
  '99999999999999999999999999999999999999',
  '0.000000000000001',
  '1.000000000000000',
  '12345678.9012345',
]

/** Texts that JSON does not have, but a cast of texts may take. */
const LOOSE = [
  '',
  '.',
  '+',
  '-',
  '+1',
  '1.',
  '.5',
  '-.5',
  ' 7 ',
  '\t8',
  '1d',
  '2F',
  'NaN',
  '-Infinity',
  'x',
  '1x',
  '--1',
  '1.2.3',
  '007',
  '1 2',
  '\u0661',
]

function numberText(pick: Pick): string {
  const digits = (upTo: number) => Array.from({ length: pick(upTo) }, () => pick(10)).join('')
  const whole = `${1 + pick(9)}${digits(oneOf(pick, [4, 16, 24]))}`
  return `${pick(3) === 0 ? '-' : ''}${pick(5) === 0 ? '0' : whole}${pick(2) === 0 ? '' : `.${pick(10)}${digits(oneOf(pick, [3, 8, 20]))}`}`
}

/** Mostly numbers. */
function numberVariant(pick: Pick): Value {
  const json =
    pick(10) > 0 ? numberText(pick) : oneOf(pick, ['null', 'true', 'false', '"12"', '" 1.5 "', '"x"', '[1]', '{"a":1}'])
  return variant(json)
}

describe('kernels', () => {
  it('split as texts are split', () => {
    const pick = random(SEED)
    const letters = [' ', ' ', 'a', 'b', '\t', 'ü', '😀', '\v', '\u00a0', '.', ',']
    const text = () =>
      pick(12) === 0
        ? null
        : Array.from({ length: pick(30) }, () => oneOf(pick, letters).repeat(pick(40) === 0 ? 70 : 1)).join('')
    for (const pattern of [' ', '\\\\s', '\\\\s+', '\\\\.', ',', 'ab', ' +']) {
      for (const column of columnsOf(STRING, text)) {
        expectSame(`split(s, '${pattern}')`, [{ name: 's', type: STRING }], [column], pick)
        expectSame(`split(s, '${pattern}', 3)[0]`, [{ name: 's', type: STRING }], [column], pick)
      }
    }
  })

  it('read numbers as texts are read', () => {
    const pick = random(SEED + 1)
    const types = [
      'tinyint',
      'smallint',
      'int',
      'bigint',
      'float',
      'double',
      'decimal(10,2)',
      'decimal(18,0)',
      'decimal(38,10)',
    ]
    for (const type of types) {
      for (const column of columnsOf(VARIANT, () => numberVariant(pick), EXTREMES.map(variant))) {
        expectSame(`CAST(v AS ${type})`, [{ name: 'v', type: VARIANT }], [column], pick)
      }
      for (const column of columnsOf(STRING, () => (pick(9) === 0 ? null : numberText(pick)), [
        ...EXTREMES,
        ...LOOSE,
      ])) {
        expectSame(`CAST(v AS ${type})`, [{ name: 'v', type: STRING }], [column], pick)
      }
    }
    for (const source of ['v + 1D', 'v > 2', 'length(substring("x", v))', 'v = 1.5']) {
      for (const column of columnsOf(VARIANT, () => numberVariant(pick), EXTREMES.map(variant))) {
        expectSame(source, [{ name: 'v', type: VARIANT }], [column], pick)
      }
    }
  })

  it('read JSON numbers of a schema as their texts are read', () => {
    const pick = random(SEED + 2)
    for (const ddl of ['tinyint', 'int', 'bigint', 'float', 'double', 'decimal(10,2)', 'decimal(38,10)']) {
      const type = parseSchema(`v ${ddl}`)[0]?.type as DataType
      const scalar = fromJson(type, 'UTC') as Scalar
      const evaluate = lift(scalar, [{ evaluate: (frame) => frame.columns[0] as Column, canFail: false }], type)
      for (const column of columnsOf(VARIANT, () => numberVariant(pick), EXTREMES.map(variant))) {
        expectSameOf({ evaluate }, `from_json ${ddl}`, [column], pick)
      }
    }
  })
})
