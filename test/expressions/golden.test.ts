import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allRows, type Column, type Value, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { UTC, zone } from '../../src/expressions/casts/zone.ts'
import { RowFault } from '../../src/expressions/error.ts'
import { compileAggregates, compileExpression, ExpressionError, parseSchema } from '../../src/expressions/index.ts'
import { type DataType, STRING, typeName } from '../../src/types.ts'
import { DIFFERENCES } from './golden-differences.ts'
import { columnOf, frameOf, scopeOf, variant } from './support.ts'

interface Answer {
  readonly expression: string
  readonly zone?: string
  readonly type?: string
  readonly values?: readonly (string | null | { readonly error: string })[]
  readonly error?: string
}

interface Input {
  readonly type: string
  readonly values: readonly (string | null)[]
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const answers = read('golden.json') as readonly Answer[]
const inputs = Object.entries(read('golden-inputs.json') as Readonly<Record<string, Input>>)

const schema = inputs.map(([name, input]) => ({ name, type: typeOf(input.type) }))
const columns = inputs.map(([, input]) => inputColumn(typeOf(input.type), input.values))
const ROWS = 5

function typeOf(text: string): DataType {
  const [field] = parseSchema(`x ${text}`)
  if (field === undefined) throw new Error(`no type ${text}`)
  return field.type
}

function inputColumn(type: DataType, values: readonly (string | null)[]): Column {
  const convert = type.kind === 'variant' ? (value: Value) => variant(value as string) : converter(STRING, type, UTC)
  if (convert === undefined) throw new Error(`no input of ${typeName(type)}`)
  return columnOf(
    type,
    values.map((value) => (value === null ? null : convert(value))),
  )
}

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
    const lines = readFileSync(new URL('golden.txt', import.meta.url), 'utf8').split('\n')
    const asked = lines.filter((line) => line !== '' && !line.startsWith('#'))
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
