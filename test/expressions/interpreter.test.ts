// The column evaluators beside an interpreter of single rows, for every expression that Spark was asked.

import { describe, expect, it } from 'vitest'
import { allRows, valueAt } from '../../src/column.ts'
import { analyse } from '../../src/expressions/analysis/analyse.ts'
import type { Context } from '../../src/expressions/analysis/context.ts'
import { ExpressionError } from '../../src/expressions/index.ts'
import { compile } from '../../src/expressions/runtime/compile.ts'
import { parseExpression } from '../../src/expressions/syntax/parser.ts'
import type { Node } from '../../src/expressions/typed.ts'
import { RowFault } from '../../src/values/row-fault.ts'
import { zone } from '../../src/values/zone.ts'
import { columns, corpus, ROWS, schema } from './golden-inputs.ts'
import { interpret, LambdaMet } from './interpreter.ts'
import { frameOf, scopeOf } from './support.ts'

function analysed(source: string, timeZone: string): Node | undefined {
  const context: Context = {
    analyse,
    scope: scopeOf(schema),
    zone: zone(timeZone) as Context['zone'],
    notes: new Set(),
    dependsOnBatch: () => {},
    aggregate: null,
    variables: new Map(),
  }
  try {
    return analyse(parseExpression(source), context)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** By rows: the value, or the code of the fault. */
function byColumns(node: Node): readonly unknown[] {
  const frame = frameOf(columns, ROWS)
  const column = compile(node)(frame, allRows(ROWS))
  return Array.from({ length: ROWS }, (_, row) => frame.rejected.get(row) ?? valueAt(column, row))
}

/** Null where there are lambdas in it. */
function byRows(node: Node): readonly unknown[] | null {
  try {
    return Array.from({ length: ROWS }, (_, row) => ofRow(node, row))
  } catch (error) {
    if (error instanceof LambdaMet) return null
    throw error
  }
}

function ofRow(node: Node, row: number): unknown {
  try {
    return interpret(node, { values: columns.map((column) => valueAt(column, row)), batchId: 1, batchTime: 0 })
  } catch (fault) {
    if (fault instanceof RowFault) return fault.reject
    throw fault
  }
}

describe('column evaluators', () => {
  it.each(corpus.map((file) => [file.name, file] as const))('give what single rows give: %s', (_, { questions }) => {
    for (const { expression, zone } of questions) {
      if (expression.startsWith('aggregate ')) continue
      const node = analysed(expression, zone)
      const expected = node && byRows(node)
      if (node !== undefined && expected !== null) expect(byColumns(node), expression).toEqual(expected)
    }
  })
})
