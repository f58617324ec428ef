// The rows of a micro-batch for a table, copied and encoded.

import type { SqlValue } from '../../checkpoint.ts'
import { type Column, isNull, keptBytes, rejectRow, valueAt } from '../../column.ts'
import { byOrigin, type Origin, originKey } from '../../record.ts'
import type { Staged } from '../../sink.ts'
import type { Rows } from '../../transform.ts'
import type { Schema } from '../../types.ts'
import { type Encode, encoderOf, Unstorable } from './value.ts'

/** Encoded rows, one after the other: `rows[row * width + column]`. */
export type FlatRows = readonly SqlValue[]

interface OriginRows {
  readonly origin: Origin | null
  readonly values: SqlValue[]
}

/** Collects rows by origin. */
export class RowBuffer {
  readonly #encode: EncodeRows
  readonly #origins = new Map<string, OriginRows>()
  #keptBytes = 0

  constructor(table: string, schema: Schema) {
    this.#encode = rowEncoder(table, schema)
  }

  /** Encodes rows. Refuses, through the frame, the records of values that cannot be stored. */
  stage(rows: Rows): Staged {
    const staged = this.#encode(rows)
    return {
      add: (origin) => {
        if (staged.length === 0) return
        const { values } = this.#rowsOf(origin)
        for (const value of staged) {
          values.push(value)
          this.#keptBytes += keptBytes(value)
        }
      },
    }
  }

  /** Of memory, estimated. */
  get keptBytes(): number {
    return this.#keptBytes
  }

  #rowsOf(origin: Origin | null): OriginRows {
    const key = originKey(origin)
    const found = this.#origins.get(key)
    if (found !== undefined) return found
    const rows = { origin, values: [] }
    this.#origins.set(key, rows)
    return rows
  }

  /** The rows of all origins, in the order of `byOrigin`. */
  inOrder(): readonly FlatRows[] {
    return [...this.#origins.values()].sort((a, b) => byOrigin(a.origin, b.origin)).map(({ values }) => values)
  }

  clear(): void {
    this.#origins.clear()
    this.#keptBytes = 0
  }
}

/** A refused value becomes NULL. */
type EncodeRows = (rows: Rows) => readonly SqlValue[]

function rowEncoder(table: string, schema: Schema): EncodeRows {
  const encoders = schema.map(({ type }) => encoderOf(type))
  return ({ frame, selection }) => {
    const values: SqlValue[] = []
    for (let i = 0; i < selection.count; i++) {
      const row = selection.rows[i] as number
      for (let c = 0; c < encoders.length; c++) {
        try {
          values.push(encodeAt(frame.columns[c], row, encoders[c]))
        } catch (error) {
          if (!(error instanceof Unstorable)) throw error
          const message = `column ${schema[c]?.name} of table ${table}: ${error.message}`
          rejectRow(frame, row, { code: error.code, message })
          values.push(null)
        }
      }
    }
    return values
  }
}

function encodeAt(column: Column | undefined, row: number, encode: Encode | undefined): SqlValue {
  if (column === undefined || encode === undefined) throw new Error('a frame with fewer columns than its schema')
  return isNull(column, row) ? null : encode(valueAt(column, row))
}
