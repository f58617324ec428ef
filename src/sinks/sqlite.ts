// The sink sqlite: a table of the state file, written in the transaction that commits the batch.

import type { Transaction } from '../checkpoint.ts'
import type { Sink, SinkInput } from '../sink.ts'
import { type Schema, typeName } from '../types.ts'
import { planMerge } from './sqlite-merge.ts'
import { assertTable, quoted } from './sqlite-names.ts'
import { type FlatRows, RowBuffer } from './sqlite-rows.ts'
import { prepareTable } from './sqlite-table.ts'

/** Throws a SprkError with exit 78 for a table, columns or a mode that cannot work. */
export function sqliteSink(
  { table, mode }: { readonly table: string; readonly mode: 'append' | 'merge' },
  input: SinkInput,
): Sink {
  const { schema } = input
  assertTable(table, schema)
  const merge = mode === 'merge' ? planMerge(table, input) : null
  const write = merge === null ? appendWriter(table, schema) : merge.write
  const buffer = new RowBuffer(table, schema)
  return {
    guarantee: 'exactly once',
    targets: [table],
    canonical: [
      `${mode} ${quoted(table)}`,
      `columns ${schema.map(({ name, type }) => `${quoted(name)} ${typeName(type)}`).join(', ')}`,
      ...(merge?.canonical ?? []),
    ].join('\n'),
    prepare: (transaction) => prepareTable(transaction, table, schema, merge?.key ?? null),
    check: (rows) => buffer.check(rows),
    add: (partition, rows) => buffer.add(partition, rows),
    write: (transaction) => {
      for (const rows of buffer.inOrder()) write(transaction, rows)
    },
    clear: () => buffer.clear(),
  }
}

/** Three times as fast as one row a statement; more rows gain nothing (measured). */
const ROWS_A_STATEMENT = 50

/** SQLite's bound for one statement. */
const MAX_PARAMETERS = 32_766

function appendWriter(table: string, schema: Schema): (transaction: Transaction, rows: FlatRows) => void {
  const width = schema.length
  const rowsAtOnce = Math.max(1, Math.min(ROWS_A_STATEMENT, Math.floor(MAX_PARAMETERS / width)))
  const one = `(${schema.map(() => '?').join(', ')})`
  const insert = (rows: number) =>
    `INSERT INTO ${quoted(table)} (${schema.map(({ name }) => quoted(name)).join(', ')}) VALUES ${Array(rows).fill(one).join(', ')}`
  const [many, single] = [insert(rowsAtOnce), insert(1)]
  return (transaction, rows) => {
    let at = 0
    for (const [sql, step] of [
      [many, rowsAtOnce * width],
      [single, width],
    ] as const) {
      const statement = transaction.prepare(sql)
      for (; at + step <= rows.length; at += step) statement.run(...rows.slice(at, at + step))
    }
  }
}
