// Mode upsert: stores the last row of each key, or the one with the greatest version; a row may delete its key.

import type { SqlValue, Statement, Transaction } from '../../checkpoint.ts'
import type { Column } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Rows } from '../../transform.ts'
import { BOOLEAN, type Schema } from '../../types.ts'
import { rowWriter } from './insert.ts'
import type { TableKey } from './key.ts'
import { quoted } from './names.ts'
import type { FlatRows } from './rows.ts'
import type { UpsertColumns } from './upsert-columns.ts'
import { Unstorable } from './value.ts'

export interface UpsertPlan {
  readonly key: TableKey
  /** Columns of collected rows: those of the table, then whether the row deletes. */
  readonly collected: Schema
  collect(rows: Rows): Rows
  write(transaction: Transaction, rows: FlatRows): void
}

const DELETES = { name: 'deleteWhen', type: BOOLEAN } as const

export function planUpsert(table: string, key: TableKey, columns: UpsertColumns): UpsertPlan {
  const { stored, deleteWhen } = columns
  return {
    key,
    collected: [...stored.map(({ name, type }) => ({ name, type })), DELETES],
    collect: ({ frame, selection }) => {
      const taken = stored.map(({ index, read }) => read?.(frame, selection) ?? (frame.columns[index] as Column))
      return { frame: { ...frame, columns: [...taken, deleteWhen?.(frame, selection) ?? NEVER] }, selection }
    },
    write: upsertWriter(table, key, columns),
  }
}

const NEVER: Column = { layout: 'constant', type: BOOLEAN, value: false }

/**
 * Law: a batch has the effect of its rows one after the other, so the result does not depend on which rows form a
 * batch. A key that occurs more than once is written once.
 */
function upsertWriter(table: string, key: TableKey, columns: UpsertColumns): UpsertPlan['write'] {
  const { stored, version } = columns
  const width = stored.length + 1
  const keyAt = key.columns.map((column) => stored.findIndex(({ name }) => name === column))
  const names = stored.map(({ name }) => name)
  const updates = names.filter((name) => !key.columns.includes(name))
  const set = updates.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')
  const put = rowWriter(table, names, `ON CONFLICT ${set === '' ? 'DO NOTHING' : `DO UPDATE SET ${set}`}`)
  return (transaction, rows) => {
    const keyOf = (at: number) => keyAt.map((column) => rows[at + column] ?? null)
    const winners =
      version === null
        ? lastRows(rows, width, keyOf)
        : greatestRows(rows, width, keyOf, versionsOf(table, key, version, transaction))
    const deletes = new Map<string, Statement>()
    const puts: SqlValue[] = []
    for (const at of winners) {
      if (rows[at + stored.length] !== 1n) for (let c = 0; c < stored.length; c++) puts.push(rows[at + c] ?? null)
      else {
        const { where, bound } = key.find(keyOf(at))
        const sql = `DELETE FROM ${quoted(table)} WHERE ${where}`
        cached(deletes, where, () => transaction.prepare(sql)).run(...bound)
      }
    }
    put(transaction, puts)
  }
}

type KeyOf = (at: number) => readonly SqlValue[]

/** Indexes of the rows to write: the last one of each key. */
function lastRows(rows: FlatRows, width: number, keyOf: KeyOf): Iterable<number> {
  const last = new Map<string, number>()
  for (let at = 0; at < rows.length; at += width) last.set(keyText(keyOf(at)), at)
  return last.values()
}

interface Versions {
  /** Undefined: the table has no such row. */
  saved(key: readonly SqlValue[]): SqlValue | undefined
  readonly column: number
  isLess(a: SqlValue, b: SqlValue): boolean
}

function greatestRows(rows: FlatRows, width: number, keyOf: KeyOf, versions: Versions): Iterable<number> {
  const found = new Map<string, { version: SqlValue | undefined; at: number | null }>()
  for (let at = 0; at < rows.length; at += width) {
    const key = keyOf(at)
    const current = cached(found, keyText(key), () => ({ version: versions.saved(key), at: null }))
    const version = rows[at + versions.column] ?? null
    if (current.version !== undefined && versions.isLess(version, current.version)) continue
    current.at = at
    // A deleted row has no version any more: any later row of the key wins.
    current.version = rows[at + width - 1] === 1n ? undefined : version
  }
  return [...found.values()].flatMap(({ at }) => at ?? [])
}

function versionsOf(
  table: string,
  key: TableKey,
  { name, column, compare }: NonNullable<UpsertColumns['version']>,
  transaction: Transaction,
): Versions {
  const reads = new Map<string, Statement>()
  const sql = (where: string) => `SELECT ${quoted(name)} AS version FROM ${quoted(table)} WHERE ${where}`
  return {
    column,
    saved(values) {
      const { where, bound } = key.find(values)
      return cached(reads, where, () => transaction.prepare(sql(where))).get(...bound)?.['version']
    },
    /** NULL is less than any value. */
    isLess(a, b) {
      if (a === null || b === null) return a === null && b !== null
      try {
        return compare(a, b) < 0
      } catch (error) {
        if (!(error instanceof Unstorable)) throw error
        const message = `table ${table}, column ${name}: ${error.message}`
        throw new SprkError(Exit.BAD_RECORD, { code: error.code, message })
      }
    },
  }
}

function cached<T>(cache: Map<string, T>, name: string, make: () => T): T {
  let found = cache.get(name)
  if (found === undefined) {
    found = make()
    cache.set(name, found)
  }
  return found
}

/** Equal texts where SQLite finds keys equal. The values of one column have one type. */
function keyText(key: readonly SqlValue[]): string {
  return key
    .map((value) => {
      if (value === null) return '-'
      const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
      return `${text.length}:${text}`
    })
    .join('')
}
