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
export function run(compiled: Compiled, columns: readonly Column[], length: number, selection?: Selection): Outcome {
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
