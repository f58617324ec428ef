// The column evaluators beside an interpreter of single rows, for every expression that Spark was asked.

import { isDeepStrictEqual as isEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { allRows, type Column, valueAt } from '../../src/column.ts'
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
import { frameOf, random, scopeOf } from './support.ts'

const SEED = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 1_000_000)
/** One of so many expressions is folded. */
const SHARE = process.env['SPRK_TEST_FULL'] === '1' ? 1 : 3

function analysed(source: string, timeZone: string, ofNode: Context['analyse'] = analyse): Node | undefined {
  const context: Context = {
    analyse: ofNode,
    scope: scopeOf(schema),
    zone: zone(timeZone) as Context['zone'],
    notes: new Set(),
    dependsOnBatch: () => {},
    generator: null,
    aggregate: null,
    variables: new Map(),
  }
  try {
    return ofNode(parseExpression(source), context)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** The analysis where the columns are literals of one row's values: what has no others is folded. */
function overLiterals(row: number): Context['analyse'] {
  return (syntax, context) => {
    const node = analyse(syntax, context)
    if (node.kind !== 'column') return node
    return { kind: 'literal', type: node.type, value: valueAt(columns[node.column] as Column, row) }
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

  it.each(corpus.map((file) => [file.name, file] as const))(
    'give what is folded of literals: %s',
    (_, { questions }) => {
      const pick = random(SEED)
      let compared = 0
      const scalar = questions.filter(({ expression }) => !expression.startsWith('aggregate '))
      for (const { expression, zone } of scalar) {
        if (pick(SHARE) > 0) continue
        const node = analysed(expression, zone)
        const values = node && byColumns(node)
        const row = pick(ROWS)
        const folded = node && analysed(expression, zone, overLiterals(row))
        // Where literals stand the analysis may give another type: that of a literal number is as small as it can be.
        if (node === undefined || folded === undefined || !isEqual(folded.type, node.type)) continue
        expect(byColumns(folded)[row], `${expression} over row ${row}, seed ${SEED}`).toEqual(values?.[row])
        compared++
      }
      expect(compared > 0).toBe(scalar.length > 0)
    },
  )
})
