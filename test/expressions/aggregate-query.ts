// Runs `AGGREGATE FROM VALUES (…), (…) AS t(x, y)`: the form that examples of aggregates have.

import { allRows, type Value, valueAt } from '../../src/column.ts'
import { commonType } from '../../src/expressions/analysis/coerce.ts'
import { converter } from '../../src/expressions/casts/cast.ts'
import { compileAggregates } from '../../src/expressions/index.ts'
import { type DataType, type Field, STRING, typeName, VOID } from '../../src/types.ts'
import { UTC } from '../../src/values/zone.ts'
import { columnOf, compileOver, frameOf, OPTIONS, run, scopeOf } from './support.ts'

export interface QueryResult {
  readonly type: string
  /** As a cast to string gives it; null for NULL. */
  readonly text: string | null
}

/** Throws what the compilation throws, and GroupFault; a refused record is an Error with its code. */
export function runQuery(query: string, parts = 1): QueryResult {
  const [source, rows, names] = split(query)
  const schema = names.map(
    (name, c): Field => ({ name, type: rows.map((row) => typeOf(row[c] as string)).reduce(common) }),
  )
  const columns = schema.map(({ type }, c) =>
    columnOf(
      type,
      rows.map((row) => valueOf(`CAST(${row[c]} AS ${typeName(type).replaceAll(': ', ':')})`)),
    ),
  )
  const compiled = compileAggregates(source, scopeOf(schema), OPTIONS)
  const frame = frameOf(columns, rows.length)
  const results = compiled.aggregates.map(({ open }) => {
    const whole = open()
    for (let part = 0; part < parts; part++) {
      const [from, until] = [part, part + 1].map((p) => Math.floor((p * rows.length) / parts)) as [number, number]
      const accumulator = open()
      const selection = { rows: Int32Array.from({ length: until - from }, (_, i) => from + i), count: until - from }
      accumulator.add(new Int32Array(until - from), 1, frame, selection)
      whole.mergeFrom(accumulator, new Int32Array(1), 1)
    }
    return whole.result(1)
  })
  const [reject] = frame.rejected.values()
  if (reject !== undefined) throw new Error(`${reject.code}: ${reject.message}`)
  const value = valueAt(compiled.evaluate(frameOf(results, 1), allRows(1)), 0)
  const render = converter(compiled.type, STRING, UTC)
  return {
    type: typeName(compiled.type),
    text: value === null || render === undefined ? null : (render(value) as string),
  }
}

function split(query: string): readonly [string, readonly (readonly string[])[], readonly string[]] {
  const match = /^(.*) FROM VALUES (.*) AS t\(([\w, ]+)\)$/is.exec(query)
  if (match === null) throw new Error(`no query: ${query}`)
  const [, source = '', values = '', names = ''] = match
  return [source, listOf(values).map(rowOf), names.split(',').map((name) => name.trim())]
}

/** The parts between commas that stand outside of brackets and strings. */
function listOf(values: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (const [i, character] of [...values].entries()) {
    if (character === "'") quoted = !quoted
    if (quoted) continue
    if (character === '(') depth++
    if (character === ')') depth--
    if (character !== ',' || depth > 0) continue
    parts.push(values.slice(from, i))
    from = i + 1
  }
  return [...parts, values.slice(from)].map((part) => part.trim())
}

function rowOf(row: string): string[] {
  return listOf(row.slice(1, -1))
}

function typeOf(source: string): DataType {
  return compileOver(source, []).type
}

function common(a: DataType, b: DataType): DataType {
  return commonType(a, b) ?? VOID
}

function valueOf(source: string): Value {
  const { values, rejected } = run(compileOver(source, []), [], 1)
  const reject = rejected.get(0)
  if (reject !== undefined) throw new Error(reject.message)
  return values[0] ?? null
}
