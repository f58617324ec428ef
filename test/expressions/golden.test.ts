import { describe, expect, it } from 'vitest'
import { allRows, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { compileAggregates, compileExpression, ExpressionError } from '../../src/expressions/index.ts'
import { type DataType, STRING, typeName } from '../../src/types.ts'
import { conditionOf, RowFault } from '../../src/values/row-fault.ts'
import { UTC, zone } from '../../src/values/zone.ts'
import { DIFFERENCES } from './golden-differences.ts'
import { type Answer, answers, asked, columns, corpus, ROWS, schema } from './golden-inputs.ts'
import { frameOf, scopeOf } from './support.ts'

/** What sprk gives, written as the stored answers are: the error's code instead of Spark's class. */
function ours({ expression, zone: timeZone = 'UTC' }: Answer): Answer {
  try {
    const options = { timeZone }
    const [column, type, rejected] = expression.startsWith('aggregate ')
      ? aggregated(expression.slice('aggregate '.length), options)
      : evaluated(expression, options)
    const render = rendered(type, timeZone)
    const rows = column.length
    const values = Array.from({ length: rows }, (_, row) => {
      const reject = rejected.get(row)
      if (reject !== undefined) return { error: classOf(reject) }
      const value = column.at(row) ?? null
      return value === null || render === undefined ? null : (render(value) as string)
    })
    return { expression, type: typeName(type), values }
  } catch (error) {
    if (error instanceof ExpressionError) return { expression, error: error.code }
    if (error instanceof SprkError) return { expression, values: [{ error: classOf(error) }] }
    if (error instanceof RowFault) return { expression, values: [{ error: classOf(error.reject) }] }
    throw error
  }
}

/** Python reads the bytes of a binary as text, whatever they are. */
function rendered(type: DataType, timeZone: string) {
  if (type.kind === 'binary') return (value: unknown) => Buffer.from(value as Uint8Array).toString('utf8')
  return converter(type, STRING, zone(timeZone) ?? UTC)
}

/** Spark's error class: its condition without the part behind the point. */
function classOf(fault: Parameters<typeof conditionOf>[0]): string {
  return (conditionOf(fault) ?? fault.code).split('.')[0] as string
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

const HAS_DOUBLES = /double|float/

/** Doubles are equal to 1e-12 of their size, also inside of arrays, maps and structs. */
function isEqual(mine: string | null, sparks: string | null): boolean {
  if (mine === null || sparks === null) return false
  const [a, b] = [mine.split(NUMBERS), sparks.split(NUMBERS)]
  return a.length === b.length && a.every((part, i) => part === b[i] || isNear(part, b[i] as string))
}

const NUMBERS = /(-?\d+\.\d+(?:E-?\d+)?)/

function isNear(a: string, b: string): boolean {
  const [x, y] = [Number(a), Number(b)]
  return NUMBERS.test(a) && NUMBERS.test(b) && Math.abs(x - y) <= 1e-12 * Math.max(Math.abs(x), Math.abs(y))
}

/** Of a row: the same value, or an error of the same class. */
function agreeInRow(mine: Value, sparks: Value, type = ''): boolean {
  if (!isError(sparks)) return !isError(mine) && (mine === sparks || (HAS_DOUBLES.test(type) && isEqual(mine, sparks)))
  return isError(mine) && (!NAME.test(sparks.error) || UNNAMED.has(sparks.error) || mine.error === sparks.error)
}

type Value = string | null | { readonly error: string }

/** Other errors have the message of an exception of Java in the place of a name. */
const NAME = /^[A-Z][A-Z0-9_]*$/

/** What Spark's Java code throws without naming an error class of SQL. */
const UNNAMED = new Set(['_LEGACY_ERROR_TEMP_', 'Py4JJavaError', 'INTERNAL_ERROR'])

/** The same type, the same values, errors where Spark has errors. Rows that name no column are answered once. */
function agree(mine: Answer, sparks: Answer): boolean {
  const refused = sparks.error !== undefined || (sparks.values ?? []).every(isError)
  if (mine.error !== undefined) return refused
  if (sparks.error !== undefined) return (mine.values ?? []).every(isError)
  // Spark's `dtypes` has no blanks.
  const isSameType =
    mine.type === undefined || mine.type.replaceAll(/([:,]) /g, '$1') === sparks.type?.replaceAll(/([:,]) /g, '$1')
  const values = (sparks.values ?? []).every((value, row) => agreeInRow(mine.values?.[row] ?? null, value, sparks.type))
  return values && (isSameType || (sparks.values ?? []).every(isError))
}

describe('expressions beside Spark', () => {
  it.each(corpus.map((file) => [file.name, file] as const))('has answers to every expression of %s.txt', (_, file) => {
    expect(file.answers.map(({ expression }) => expression)).toEqual(file.asked)
    expect(file.isCurrent).toBe(true)
    expect(file.spark).toMatch(/^4\./)
  })

  it('differs in at most 3 of 100 expressions', () => {
    expect(asked.length).toBeGreaterThan(1500)
    expect(asked.filter((expression) => DIFFERENCES.has(expression)).length / asked.length).toBeLessThan(0.03)
  })

  it.each(answers.map((answer) => [answer.zone ?? 'UTC', answer.expression, answer] as const))('%s: %s', (...row) => {
    const [, expression, answer] = row
    const mine = ours(answer)
    if (DIFFERENCES.has(expression)) expect(agree(mine, answer), 'no longer differs').toBe(false)
    else expect(agree(mine, answer), `sprk ${JSON.stringify(mine)}\nSpark ${JSON.stringify(answer)}`).toBe(true)
  })
})
