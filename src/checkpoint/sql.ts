// Pieces of SQL: names of tables and columns, and rows of our own tables.

import type { SqlValue, Transaction } from '../checkpoint.ts'

/** Quotes any name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Column → value. Numbers are whole: they are stored as integers. */
export type NewRow = Readonly<Record<string, SqlValue>>

export function insert(transaction: Transaction, table: string, row: NewRow, onConflict = ''): void {
  const columns = Object.keys(row)
  const places = columns.map(() => '?').join(', ')
  transaction
    .prepare(`INSERT INTO ${table} (${columns.map(quoted).join(', ')}) VALUES (${places}) ${onConflict}`)
    .run(...Object.values(row).map((value) => (typeof value === 'number' ? BigInt(value) : value)))
}

/** Does not change a row that has the same key. */
export function insertNew(transaction: Transaction, table: string, row: NewRow): void {
  insert(transaction, table, row, 'ON CONFLICT DO NOTHING')
}
