import { describe, expect, it } from 'vitest'
import { allRows, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { compileAggregates, compileExpression, ExpressionError } from '../../src/expressions/index.ts'
import { STRING, typeName } from '../../src/types.ts'
import { RowFault } from '../../src/values/row-fault.ts'
import { UTC, zone } from '../../src/values/zone.ts'
import { DIFFERENCES } from './golden-differences.ts'
import { type Answer, answers, asked, columns, ROWS, schema } from './golden-inputs.ts'
import { frameOf, scopeOf } from './support.ts'

/** What sprk gives, written as the stored answers are: the error's code instead of Spark's class. */
function ours({ expression, zone: timeZone = 'UTC' }: Answer): Answer {
  try {
    const options = { timeZone }
    const [column, type, rejected] = expression.startsWith('aggregate ')
      ? aggregated(expression.slice('aggregate '.length), options)
      : evaluated(expression, options)
    const render = converter(type, STRING, zone(timeZone) ?? UTC)
    const rows = column.length
    const values = Array.from({ length: rows }, (_, row) => {
      const code = rejected.get(row)?.code
      if (code !== undefined) return { error: code }
      const value = column.at(row) ?? null
      return value === null || render === undefined ? null : (render(value) as string)
    })
    return { expression, type: typeName(type), values }
  } catch (error) {
    if (error instanceof ExpressionError) return { expression, error: error.code }
    if (error instanceof SprkError) return { expression, values: [{ error: error.code }] }
    if (error instanceof RowFault) return { expression, values: [{ error: error.reject.code }] }
    throw error
  }
}

function evaluated(expression: string, options: { timeZone: string }) {
  const compiled = compileExpression(expression, scopeOf(schema), options)
  const frame = frameOf(columns, ROWS)
  const column = compiled.evaluate(frame, allRows(ROWS))
  const values = Array.from({ length: ROWS }, (_, row) => valueAt(column, row))
  return [values, compiled.type, frame.rejected] as const
}

function aggregated(expression: string, options: { timeZone: string }) {
  const compiled = compileAggregates(expression, scopeOf(schema), options)
  const frame = frameOf(columns, ROWS)
  const results = compiled.aggregates.map(({ open }) => {
    const accumulator = open()
    accumulator.add(new Int32Array(ROWS), 1, frame, allRows(ROWS))
    return accumulator.result(1)
  })
  const reject = [...frame.rejected.values()][0]
  const result = frameOf(results, 1)
  const column = compiled.evaluate(result, allRows(1))
  return [[valueAt(column, 0)], compiled.type, reject === undefined ? result.rejected : new Map([[0, reject]])] as const
}

function isError(value: unknown): value is { readonly error: string } {
  return typeof value === 'object' && value !== null
}

/** The same type, the same values, errors where Spark has errors. Rows that name no column are answered once. */
function agree(mine: Answer, sparks: Answer): boolean {
  const refused = sparks.error !== undefined || (sparks.values ?? []).every(isError)
  if (mine.error !== undefined) return refused
  if (sparks.error !== undefined) return (mine.values ?? []).every(isError)
  const type = mine.type === undefined || mine.type === sparks.type
  const values = (sparks.values ?? []).every((value, row) => {
    const other = mine.values?.[row] ?? null
    return isError(value) ? isError(other) : !isError(other) && other === value
  })
  return values && (type || (sparks.values ?? []).every(isError))
}

describe('expressions beside Spark', () => {
  it('has answers to every expression of golden.txt', () => {
    expect(answers.map(({ expression }) => expression)).toEqual(asked)
    expect(asked.length).toBeGreaterThan(300)
  })

  it.each(answers.map((answer) => [answer.zone ?? 'UTC', answer.expression, answer] as const))('%s: %s', (...row) => {
    const [, expression, answer] = row
    const mine = ours(answer)
    if (DIFFERENCES.has(expression)) expect(agree(mine, answer), 'no longer differs').toBe(false)
    else expect(agree(mine, answer), `sprk ${JSON.stringify(mine)}\nSpark ${JSON.stringify(answer)}`).toBe(true)
  })
})
