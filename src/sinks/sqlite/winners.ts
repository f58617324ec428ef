// Which of a batch's rows mode upsert writes: one of each key.

import type { SqlValue } from '../../checkpoint.ts'
import type { Cells } from './cells.ts'
import { keyOrder } from './key-order.ts'
import type { Block } from './rows.ts'

/** The rows of several blocks, numbered from 0 in the order in which they take effect. */
export class KeyedRows {
  readonly count: number
  readonly #blocks: readonly Block[]
  /** The number of each block's first row. */
  readonly #starts: readonly number[]
  readonly #blockOf: Int32Array
  readonly #keyAt: readonly number[]
  readonly #deletesAt: number

  /** `keyAt` are the columns of the key; `deletesAt` is the one that says whether the row deletes. */
  constructor(blocks: readonly Block[], keyAt: readonly number[], deletesAt: number) {
    const starts: number[] = []
    let count = 0
    for (const block of blocks) {
      starts.push(count)
      count += block.count
    }
    this.count = count
    this.#blocks = blocks
    this.#starts = starts
    this.#blockOf = new Int32Array(count)
    for (const [b, start] of starts.entries()) this.#blockOf.fill(b, start)
    this.#keyAt = keyAt
    this.#deletesAt = deletesAt
  }

  at(column: number, row: number): SqlValue {
    return (this.cells(row)[column] as Cells).at(this.place(row))
  }

  /** The columns of the row's block. */
  cells(row: number): readonly Cells[] {
    return (this.#blocks[this.#blockOf[row] as number] as Block).cells
  }

  /** The row's number in its block. */
  place(row: number): number {
    return row - (this.#starts[this.#blockOf[row] as number] as number)
  }

  isDelete(row: number): boolean {
    return this.at(this.#deletesAt, row) === 1n
  }

  key(row: number): readonly SqlValue[] {
    return this.#keyAt.map((column) => this.at(column, row))
  }

  /** Equal as keys of a Map where SQLite finds the keys of rows equal. The values of one column have one type. */
  keyName(row: number): SqlValue {
    const [first = -1, ...others] = this.#keyAt
    return others.length === 0 ? plain(this.at(first, row)) : this.key(row).map(delimited).join('')
  }

  /** Rows by the names of their keys, in the order of the index. */
  *inKeyOrder(rowOf: ReadonlyMap<SqlValue, number>): Generator<number> {
    const rows = [...rowOf.values()]
    const isNamed = this.#keyAt.length === 1
    const keys = isNamed ? [[...rowOf.keys()]] : this.#keyAt.map((column) => rows.map((row) => this.at(column, row)))
    for (const k of keyOrder(keys, rows.length)) yield rows[k] as number
  }
}

function plain(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
}

function delimited(value: SqlValue): string {
  if (value === null) return '-'
  const text = String(plain(value))
  return `${text.length}:${text}`
}

/** The last row of each key, by its name. */
export function lastRows(rows: KeyedRows): ReadonlyMap<SqlValue, number> {
  const last = new Map<SqlValue, number>()
  for (let row = 0; row < rows.count; row++) last.set(rows.keyName(row), row)
  return last
}

export interface Versions {
  /** Of the stored row; undefined: there is none. */
  saved(key: readonly SqlValue[]): SqlValue | undefined
  readonly column: number
  isLess(a: SqlValue, b: SqlValue): boolean
}

/** The row of each key that has the greatest version, the last one of those; none where the stored one is greater. */
export function greatestRows(rows: KeyedRows, versions: Versions): ReadonlyMap<SqlValue, number> {
  const greatest = new Map<SqlValue, number>()
  /** Undefined: the key has no row now. */
  const found = new Map<SqlValue, SqlValue | undefined>()
  for (let row = 0; row < rows.count; row++) {
    const name = rows.keyName(row)
    const current = found.has(name) ? found.get(name) : versions.saved(rows.key(row))
    const version = rows.at(versions.column, row)
    if (current !== undefined && versions.isLess(version, current)) {
      found.set(name, current)
      continue
    }
    greatest.set(name, row)
    // A deleted row has no version any more: any later row of the key wins.
    found.set(name, rows.isDelete(row) ? undefined : version)
  }
  return greatest
}
