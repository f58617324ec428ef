// Kernels beside the row-by-row path: the same values, to the bit, and the same refusals.

import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Evaluate, type Selection, type Value, valueAt } from '../../../src/column.ts'
import { compileExpression, fromJson, lift, parseSchema } from '../../../src/expressions/index.ts'
import type { Scalar } from '../../../src/expressions/typed.ts'
import { type DataType, INT, type Schema, STRING, VARIANT } from '../../../src/types.ts'
import { columnOf, random, run, scopeOf, spanned, variant } from '../support.ts'
import { EXTREMES, LOOSE, numberText, numberVariant, oneOf, type Pick, TIMES, timeText } from './kernel-values.ts'

const SEED = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 1_000_000)
const ROWS = 200

/** Every third row or so is left out. */
function someRows(pick: Pick): Selection {
  const rows = Array.from({ length: ROWS }, (_, row) => row).filter(() => pick(3) > 0)
  return { rows: Int32Array.from(rows), count: rows.length }
}

/**
 * Evaluates over boxed values, row by row, and over the columns given, all rows and some. `toEqual` keeps -0 from 0,
 * and NaN equals itself.
 */
function expectSame(source: string, schema: Schema, columns: readonly Column[], pick: Pick, timeZone = 'UTC'): void {
  const compiled = compileExpression(source, scopeOf(schema), { timeZone })
  expectSameOf(compiled, `${source} in ${timeZone}`, columns, pick)
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

function fromJsonOf(ddl: string, timeZone: string): Evaluate {
  const type = parseSchema(`v ${ddl}`)[0]?.type as DataType
  const scalar = fromJson(type, timeZone) as Scalar
  return lift(scalar, [{ evaluate: (frame) => frame.columns[0] as Column, canFail: false }], type)
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
      const evaluate = fromJsonOf(ddl, 'UTC')
      for (const column of columnsOf(VARIANT, () => numberVariant(pick), EXTREMES.map(variant))) {
        expectSameOf({ evaluate }, `from_json ${ddl}`, [column], pick)
      }
    }
  })

  it('read times as texts are read', () => {
    const pick = random(SEED + 3)
    for (const timeZone of ['UTC', 'Europe/Berlin', '-03:30']) {
      for (const type of ['date', 'timestamp', 'timestamp_ntz']) {
        for (const column of columnsOf(STRING, () => (pick(9) === 0 ? null : timeText(pick)), TIMES)) {
          expectSame(`CAST(v AS ${type})`, [{ name: 'v', type: STRING }], [column], pick, timeZone)
        }
        const jsons = () => (pick(5) === 0 ? numberVariant(pick) : variant(JSON.stringify(timeText(pick))))
        for (const column of columnsOf(
          VARIANT,
          jsons,
          TIMES.map((text) => variant(JSON.stringify(text))),
        )) {
          expectSame(`CAST(v AS ${type})`, [{ name: 'v', type: VARIANT }], [column], pick, timeZone)
          expectSameOf({ evaluate: fromJsonOf(type, timeZone) }, `from_json ${type} in ${timeZone}`, [column], pick)
        }
      }
    }
  })

  it('cast times as values are cast', () => {
    const pick = random(SEED + 4)
    const far = 9_007_199_254_740_991
    const micros = () => oneOf(pick, [null, 0, -1, far, -far, 1_774_746_000_000_000, pick(2 ** 31) * 1_000_003])
    const days = () => oneOf(pick, [null, 0, -1, 104_249, 104_250, -104_251, 2_932_896, 2 ** 31 - 1, pick(40_000)])
    const types = { date: days, timestamp: micros, timestamp_ntz: micros }
    for (const timeZone of ['UTC', 'America/New_York']) {
      for (const [from, make] of Object.entries(types)) {
        const type: DataType = { kind: from as keyof typeof types }
        // Half of the columns have nothing far away, so that the kernel does the whole of them.
        for (const near of [true, false]) {
          const values = Array.from({ length: ROWS }, make).map((value) =>
            near && value !== null && (Math.abs(value) > 2 ** 52 || (from === 'date' && Math.abs(value) > 50_000))
              ? 7
              : value,
          )
          for (const to of Object.keys(types)) {
            const column = columnOf(type, values)
            expectSame(`CAST(v AS ${to})`, [{ name: 'v', type }], [column], pick, timeZone)
          }
          if (from === 'date')
            for (const source of ['v + 30', 'v - 1', '2147483647 + v', 'v + w']) {
              const schema = [
                { name: 'v', type },
                { name: 'w', type: INT },
              ]
              const by = columnOf(
                INT,
                Array.from({ length: ROWS }, () => oneOf(pick, [null, 1, -5, near ? 9 : 2 ** 31 - 1])),
              )
              expectSame(source, schema, [columnOf(type, values), by], pick, timeZone)
            }
        }
      }
    }
  })

  it('compare decimals by what they are, not by their digits', () => {
    const pick = random(SEED + 6)
    const schema = ['v', 'w'].map((name) => ({ name, type: VARIANT }))
    const columns = schema.map(() =>
      spanned(
        VARIANT,
        Array.from({ length: ROWS }, () => variant(`${pick(20)}.${pick(2)}`)),
      ),
    )
    for (const source of [
      'CAST(v AS decimal(10,1)) < CAST(w AS decimal(10,2))',
      'CAST(v AS decimal(10,1)) = CAST(w AS bigint)',
      'CAST(v AS decimal(10,1)) >= 5',
      'CAST(v AS decimal(10,1)) = CAST(w AS decimal(12,1))',
      'coalesce(CAST(v AS decimal(10,1)), 1) + CAST(w AS decimal(10,2))',
    ])
      expectSame(source, schema, columns, pick)
  })

  it('compute decimals of two scales as values are computed', () => {
    const pick = random(SEED + 8)
    const limits = [0n, 1n, -1n, 99_999_999n, -99_999_999n, 12_345_678n]
    const types = [1, 2, 7].map((scale): DataType => ({ kind: 'decimal', precision: 8, scale }))
    const wide: DataType = { kind: 'decimal', precision: 17, scale: 7 }
    for (const [a, b] of types.flatMap((first) => [...types, wide].map((second) => [first, second] as const))) {
      const schema = [a, b].map((type, i) => ({ name: 'ab'[i] as string, type }))
      const columns = schema.map(({ type }): Column => {
        const values = Array.from({ length: ROWS }, () =>
          type === wide ? oneOf(pick, [10n ** 17n - 1n, 2n ** 53n + 1n, 5n]) : oneOf(pick, limits),
        )
        const nulls = Uint8Array.from(values, () => Number(pick(8) === 0))
        return { layout: 'bigint', type, values: BigInt64Array.from(values), nulls }
      })
      for (const source of ['a + b', 'a - b', 'b - a', 'a * b', 'a + 1', 'a * 2.5', 'a / b', 'a % b', 'b = a + b'])
        expectSame(source, schema, columns, pick)
    }
  })

  it('count the characters of texts', () => {
    const pick = random(SEED + 7)
    const text = () =>
      pick(9) === 0 ? null : Array.from({ length: pick(9) }, () => oneOf(pick, ['a', 'ü', '€', '😀', ' '])).join('')
    for (const column of columnsOf(STRING, text)) expectSame('length(s)', [{ name: 's', type: STRING }], [column], pick)
  })

  it('compute as values are computed', () => {
    const pick = random(SEED + 5)
    const limits = [
      0n,
      1n,
      -1n,
      2n ** 31n,
      2n ** 52n,
      2n ** 53n,
      2n ** 53n + 1n,
      3_037_000_500n,
      2n ** 62n,
      2n ** 63n - 1n,
    ]
    const bigs = limits.flatMap((value) => [value, -value])
    const makes: Readonly<Record<string, () => Value>> = {
      tinyint: () => pick(256) - 128,
      int: () => oneOf(pick, [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), pick(100_000), 46_341]),
      bigint: () => (pick(2) === 0 ? oneOf(pick, bigs) : BigInt(pick(2 ** 31) - 2 ** 30)),
      double: () => oneOf(pick, [0, -0, 1.5, -2.5, 0.1, 1e308, Number.NaN, Infinity, -Infinity]),
    }
    for (const [kind, make] of Object.entries(makes)) {
      const type = { kind } as DataType
      const schema = ['a', 'b'].map((name) => ({ name, type }))
      // In the second round nothing is large, so that kernels do whole columns.
      for (const isSmall of [false, true]) {
        const small = (): Value => (kind === 'bigint' ? BigInt(pick(100) + 1) : pick(11) + 1)
        const columns = schema.map(() =>
          columnOf(
            type,
            Array.from({ length: ROWS }, () => (pick(8) === 0 ? null : isSmall ? small() : make())),
          ),
        )
        const compared = ['=', '<>', '<', '<=', '>', '>=', '<=>'].flatMap((by) => [
          `a ${by} b`,
          `a ${by} 1`,
          `2 ${by} a`,
        ])
        const computed = ['+', '-', '*', '/', '%'].flatMap((by) => [`a ${by} b`, `a ${by} CAST(3 AS ${kind})`])
        const others = [
          '-a',
          'coalesce(a, b)',
          'coalesce(a, 0)',
          'CASE WHEN a < b THEN a WHEN b IS NULL THEN NULL ELSE b END',
        ]
        const logic = [
          'a < b AND b < 5',
          'a < b OR b IS NULL',
          'NOT (a = b)',
          'a IN (1, 2, NULL)',
          'a BETWEEN 1 AND b',
          'a IN (b, 1)',
        ]
        const whole = kind === 'double' ? [] : ['a div b']
        for (const source of [...compared, ...computed, ...others, ...logic, ...whole]) {
          expectSame(source, schema, columns, pick)
        }
      }
    }
  })
})
