import { describe, expect, it } from 'vitest'
import { allRows, type Column, valueAt } from '../../../src/column.ts'
import { type Compiled, compileExpression, ExpressionError } from '../../../src/expressions/index.ts'
import { asked, columns, ROWS, schema } from '../golden-inputs.ts'
import { OPTIONS, type Outcome, run, scopeOf, spanned } from '../support.ts'

const compiled = asked.flatMap((source): { source: string; compiled: Compiled }[] => {
  try {
    return [{ source, compiled: compileExpression(source, scopeOf(schema), OPTIONS) }]
  } catch (error) {
    if (error instanceof ExpressionError) return []
    throw error
  }
})

const boxed = columns.map(
  (column): Column => ({
    layout: 'values',
    type: column.type,
    values: Array.from({ length: ROWS }, (_, row) => valueAt(column, row)),
  }),
)

/** The texts of all rows stand in bytes. */
const allInBytes = boxed.map((column) =>
  column.layout === 'values' && (column.type.kind === 'string' || column.type.kind === 'variant')
    ? spanned(column.type, column.values)
    : column,
)

function constants(row: number): readonly Column[] {
  return columns.map((column) => ({ layout: 'constant', type: column.type, value: valueAt(column, row) }))
}

/** -0 and 0 are one value of SQL. */
function outcome({ values, rejected }: Outcome) {
  return { values: values.map((value) => (value === 0 ? 0 : value)), rejected: new Map([...rejected].sort()) }
}

describe('evaluators', () => {
  it('give the same for every layout of their columns', () => {
    expect(compiled.length).toBeGreaterThan(800)
    for (const { source, compiled: expression } of compiled) {
      const native = outcome(run(expression, columns, ROWS))
      expect(outcome(run(expression, boxed, ROWS)), source).toEqual(native)
      expect(outcome(run(expression, allInBytes, ROWS)), source).toEqual(native)
      for (let row = 0; row < ROWS; row++) {
        const one = outcome(run(expression, constants(row), 1, allRows(1)))
        expect(one.values[0], source).toEqual(native.values[row])
        expect(one.rejected.get(0), source).toEqual(native.rejected.get(row))
      }
    }
  })

  it('give the same for a row whatever else is selected', () => {
    for (const { source, compiled: expression } of compiled) {
      const native = outcome(run(expression, columns, ROWS))
      for (const rows of [[], [3], [0, 2, 4], [1, 2]]) {
        const some = outcome(run(expression, columns, ROWS, { rows: Int32Array.from(rows), count: rows.length }))
        expect(some.values, source).toEqual(rows.map((row) => native.values[row]))
        const expected = rows.filter((row) => native.rejected.has(row))
        expect([...some.rejected.keys()].sort(), source).toEqual(expected)
      }
    }
  })
})
