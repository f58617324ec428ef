// Frames, scopes and a recorder of rejects for tests of expressions.

import {
  allRows,
  type Column,
  type Dictionary,
  type Frame,
  type Reject,
  type Selection,
  Tag,
  type Value,
  type Variant,
  valueAt,
} from '../../src/column.ts'
import { type Compiled, compileExpression } from '../../src/expressions/index.ts'
import { builder } from '../../src/expressions/runtime/builder.ts'
import type { Scope } from '../../src/scope.ts'
import { type DataType, type Schema, STRING, VARIANT } from '../../src/types.ts'

export interface TestFrame extends Frame {
  readonly rejected: Map<number, Reject>
}

export function frameOf(columns: readonly Column[], length: number): TestFrame {
  const rejected = new Map<number, Reject>()
  const reject = (record: number, why: Reject) => {
    if (!rejected.has(record)) rejected.set(record, why)
  }
  return { length, columns, records: null, rejects: { reject }, batch: { batchId: 1, batchTime: 0 }, rejected }
}

export function columnOf(type: DataType, values: readonly Value[]): Column {
  const out = builder(type, values.length)
  for (const [row, value] of values.entries()) out.set(row, value)
  return out.finish()
}

/** A variant from a JSON text; null for JSON's null. */
export function variant(json: string): Variant | null {
  const value: unknown = JSON.parse(json)
  if (value === null) return null
  if (typeof value === 'string') return { tag: Tag.STRING, text: value }
  if (typeof value === 'boolean') return { tag: value ? Tag.TRUE : Tag.FALSE, text: json }
  if (typeof value === 'number') return { tag: Tag.NUMBER, text: json }
  return { tag: Array.isArray(value) ? Tag.ARRAY : Tag.OBJECT, text: json }
}

export function variants(...jsons: readonly string[]): Column {
  return columnOf(VARIANT, jsons.map(variant))
}

/** A growing dictionary over strings; `column` gives a string column of which a share of rows has no id. */
export class TestDictionary implements Dictionary {
  readonly #texts: string[] = []

  get size(): number {
    return this.#texts.length
  }

  text(id: number): string {
    return this.#texts[id] as string
  }

  column(values: readonly (string | null)[], hasId: (row: number) => boolean = () => true): Column {
    const ids = values.map((value, row) => (value === null || !hasId(row) ? -1 : this.#id(value)))
    return {
      layout: 'string',
      type: STRING,
      nulls: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
      ids: Int32Array.from(ids),
      dictionary: this,
      textAt: (row) => values[row] as string,
    }
  }

  variants(values: readonly (Variant | null)[]): Column {
    const ids = values.map((value) => (value?.tag === Tag.STRING ? this.#id(value.text) : -1))
    return {
      layout: 'variant',
      type: VARIANT,
      tags: Uint8Array.from(values, (value) => value?.tag ?? Tag.NULL),
      ids: Int32Array.from(ids),
      dictionary: this,
      textAt: (row) => (values[row] as Variant).text,
    }
  }

  #id(text: string): number {
    const known = this.#texts.indexOf(text)
    return known >= 0 ? known : this.#texts.push(text) - 1
  }
}

/** A stream with fixed columns. */
export function scopeOf(schema: Schema): Scope {
  return {
    resolve([name]) {
      const column = schema.findIndex((field) => field.name === name)
      const field = schema[column]
      return field && { column, type: field.type, used: 1 }
    },
    names: () => schema.map((field) => field.name),
  }
}

/** An open payload: each path is a variant column of its own, in order of appearance. */
export function openScope(paths: string[] = []): Scope {
  return {
    resolve(path) {
      const text = path.join('.')
      if (!paths.includes(text)) paths.push(text)
      return { column: paths.indexOf(text), type: VARIANT, used: path.length }
    },
    names: () => [],
  }
}

export const OPTIONS = { timeZone: 'UTC' }

export function compileOver(source: string, schema: Schema): Compiled {
  return compileExpression(source, scopeOf(schema), OPTIONS)
}

export interface Outcome {
  readonly values: readonly Value[]
  readonly rejected: ReadonlyMap<number, Reject>
}

/** The values at the selected rows, and what was rejected. */
export function run(
  compiled: Pick<Compiled, 'evaluate'>,
  columns: readonly Column[],
  length: number,
  selection?: Selection,
): Outcome {
  const frame = frameOf(columns, length)
  const chosen = selection ?? allRows(length)
  const column = compiled.evaluate(frame, chosen)
  const rows = [...chosen.rows.subarray(0, chosen.count)]
  return { values: rows.map((row) => valueAt(column, row)), rejected: frame.rejected }
}

/** The value of an expression without columns; a fault is thrown as its code. */
export function constant(source: string): Value {
  const { values, rejected } = run(compileOver(source, []), [], 1)
  const reject = rejected.get(0)
  if (reject !== undefined) throw new Error(`${reject.code}: ${reject.message}`)
  return values[0] ?? null
}

/** A string or variant column whose texts stand in bytes, but for the rows where `hasSpan` says no. */
export function spanned(
  type: DataType,
  values: readonly Value[],
  hasSpan: (row: number) => boolean = () => true,
): Column {
  const texts = values.map((value) =>
    value === null ? '' : typeof value === 'string' ? value : (value as Variant).text,
  )
  // Bytes before and behind: a kernel that reads beyond a span goes wrong.
  const parts = texts.map((text) => Buffer.from(`9${text}9`))
  const bytes = Buffer.concat(parts)
  let at = 0
  const starts = Int32Array.from(parts, ({ length }) => {
    at += length
    return at - length + 1
  })
  const ends = Int32Array.from(parts, ({ length }, row) => (starts[row] as number) + length - 2)
  for (const row of texts.keys()) if (!hasSpan(row)) ends[row] = ~(ends[row] as number)
  const common = {
    ids: null,
    dictionary: null,
    spans: { bytes, starts, ends },
    textAt: (row: number) => texts[row] as string,
  }
  if (type.kind === 'variant')
    return {
      ...common,
      layout: 'variant',
      type,
      tags: Uint8Array.from(values, (value) => (value as Variant | null)?.tag ?? Tag.NULL),
    }
  return { ...common, layout: 'string', type, nulls: Uint8Array.from(values, (value) => Number(value === null)) }
}

/** A generator of whole numbers below a bound (mulberry32): the same for a seed. */
export function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
