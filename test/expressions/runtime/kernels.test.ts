// Kernels beside the row-by-row path: the same values, to the bit, and the same refusals.

import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Selection, type Value, valueAt } from '../../../src/column.ts'
import { type DataType, type Schema, STRING } from '../../../src/types.ts'
import { compileOver, random, run, spanned } from '../support.ts'

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
  const boxed = columns.map(
    (column): Column => ({
      layout: 'values',
      type: column.type,
      values: Array.from({ length: ROWS }, (_, row) => valueAt(column, row)),
    }),
  )
  for (const selection of [allRows(ROWS), someRows(pick)]) {
    const expression = compileOver(source, schema)
    const expected = run(expression, boxed, ROWS, selection)
    const found = run(expression, columns, ROWS, selection)
    expect(found.values, `${source}, seed ${SEED}`).toEqual(expected.values)
    expect(new Map([...found.rejected].sort()), `${source}, seed ${SEED}`).toEqual(
      new Map([...expected.rejected].sort()),
    )
  }
}

function columnsOf(type: DataType, make: () => Value): Column[] {
  const values = Array.from({ length: ROWS }, make)
  return [spanned(type, values), spanned(type, values, (row) => row % 7 !== 3)]
}

describe(`kernels, seed ${SEED}`, () => {
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
})
