// Mode upsert: stores the last row of each key, or the one with the greatest version; a row may delete its key.

import type { Transaction } from '../../checkpoint.ts'
import type { Column } from '../../column.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Rows } from '../../transform.ts'
import { BOOLEAN, type Schema } from '../../types.ts'
import { rowWriter } from './insert.ts'
import type { TableKey } from './key.ts'
import { quoted } from './names.ts'
import type { Block } from './rows.ts'
import type { UpsertColumns } from './upsert-columns.ts'
import { Unstorable } from './value.ts'
import { greatestRows, KeyedRows, lastRows, type Versions } from './winners.ts'

export interface UpsertPlan {
  readonly key: TableKey
  /** Columns of collected rows: those of the table, then whether the row deletes. */
  readonly collected: Schema
  collect(rows: Rows): Rows
  write(transaction: Transaction, blocks: readonly Block[]): void
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
  const keyAt = key.columns.map((column) => stored.findIndex(({ name }) => name === column))
  const names = stored.map(({ name }) => name)
  const updates = names.filter((name) => !key.columns.includes(name))
  const set = updates.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')
  const put = rowWriter(table, names, {
    onConflict: `ON CONFLICT ${set === '' ? 'DO NOTHING' : `DO UPDATE SET ${set}`}`,
  })
  return (transaction, blocks) => {
    const rows = new KeyedRows(blocks, keyAt, stored.length)
    const winners = version === null ? lastRows(rows) : greatestRows(rows, versionsOf(table, key, version, transaction))
    const puts = put(transaction)
    for (const row of rows.inKeyOrder(winners)) {
      if (!rows.isDelete(row)) puts.add(rows.cells(row), rows.place(row))
      else {
        const { where, bound } = key.find(rows.key(row))
        transaction.prepare(`DELETE FROM ${quoted(table)} WHERE ${where}`).run(...bound)
      }
    }
    puts.end()
  }
}

function versionsOf(
  table: string,
  key: TableKey,
  { name, column, compare }: NonNullable<UpsertColumns['version']>,
  transaction: Transaction,
): Versions {
  return {
    column,
    saved(values) {
      const { where, bound } = key.find(values)
      const sql = `SELECT ${quoted(name)} AS version FROM ${quoted(table)} WHERE ${where}`
      return transaction.prepare(sql).get(...bound)?.['version']
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
