// The table of a sink: created where it is missing, else compared with what the sink needs.

import type { SqlValue, Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Schema } from '../../types.ts'
import type { TableKey } from './key.ts'
import { folded, quoted } from './names.ts'
import { columnType } from './value.ts'

type Row = Readonly<Record<string, SqlValue>>

/** Creates the table, or throws a SprkError with exit 78 and all differences where an existing one does not fit. */
export function openTable(transaction: Transaction, table: string, schema: Schema, key: TableKey | null): void {
  const found = transaction.prepare('SELECT type, name FROM sqlite_schema WHERE name = ? COLLATE NOCASE').get(table)
  if (found === undefined) createTable(transaction, table, schema)
  else {
    const differences = differencesOf(transaction, table, String(found['type']), schema, key)
    if (differences.length > 0) throw mismatch(table, differences)
  }
  if (key !== null) makeIndexes(transaction, table, key)
}

function createTable(transaction: Transaction, table: string, schema: Schema): void {
  const columns = schema.map(({ name, type }) => `${quoted(name)} ${columnType(type)}`)
  transaction.prepare(`CREATE TABLE ${quoted(table)} (\n  ${columns.join(',\n  ')}\n) STRICT`).run()
}

function makeIndexes(transaction: Transaction, table: string, key: TableKey): void {
  for (const [name, create] of key.indexes) {
    const found = transaction.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(name)
    if (found === undefined) makeIndex(transaction, table, create, key)
    const parts = transaction.prepare('SELECT coll FROM pragma_index_xinfo(?) WHERE key = 1').all(name)
    if (parts.some(({ coll }) => coll !== 'BINARY'))
      throw mismatch(table, [`key ${key.columns.join(', ')} has a collation`])
  }
}

function makeIndex(transaction: Transaction, table: string, create: string, key: TableKey): void {
  try {
    transaction.prepare(create).run()
  } catch (error) {
    if (!(error instanceof SprkError) || error.code !== 'E_CONSTRAINT') throw error
    throw mismatch(table, [`several rows have the same key (${key.columns.join(', ')})`])
  }
}

function differencesOf(
  transaction: Transaction,
  table: string,
  type: string,
  schema: Schema,
  key: TableKey | null,
): readonly string[] {
  if (type !== 'table') return [`it is ${type === 'index' ? 'an index' : `a ${type}`}`]
  const facts = transaction
    .prepare("SELECT type, strict, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE")
    .get(table)
  if (facts?.['type'] !== 'table') return [`it is a ${String(facts?.['type'])} table`]
  const columns = transaction.prepare('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)').all(table)
  return [
    ...(facts['strict'] === 1n ? [] : ['it is not STRICT']),
    ...columnDifferences(columns, schema),
    ...primaryKeyDifferences(columns, facts['wr'] === 1n),
    ...(key === null ? [] : keyDifferences(transaction, table, key)),
  ]
}

function columnDifferences(columns: readonly Row[], schema: Schema): readonly string[] {
  const needed = new Map(schema.map(({ name, type }) => [name, columnType(type)]))
  const found = new Map(columns.map((column) => [String(column['name']), column]))
  const differences: string[] = []
  for (const [name, type] of needed) {
    const column = found.get(name)
    const declared = String(column?.['type']).toUpperCase()
    if (column === undefined) differences.push(`column ${name} is missing`)
    else if (column['hidden'] !== 0n) differences.push(`column ${name} is generated`)
    else if (declared !== type && !(declared === 'INT' && type === 'INTEGER')) {
      differences.push(`column ${name} is ${declared}, not ${type}`)
    }
  }
  for (const name of found.keys()) if (!needed.has(name)) differences.push(`column ${name} is not one of the stream's`)
  return differences
}

/** In an INTEGER PRIMARY KEY SQLite replaces NULL by a number of its own. */
function primaryKeyDifferences(columns: readonly Row[], withoutRowid: boolean): readonly string[] {
  const [first, ...others] = columns.filter((column) => column['pk'] !== 0n)
  if (first === undefined || others.length > 0 || withoutRowid) return []
  if (folded(String(first['type'])) !== 'integer') return []
  return [`column ${first['name']} is INTEGER PRIMARY KEY, which cannot be NULL`]
}

/** A unique index over other columns than the key would refuse rows with different keys. */
function keyDifferences(transaction: Transaction, table: string, key: TableKey): readonly string[] {
  const differences: string[] = []
  const indexes = transaction.prepare('SELECT name FROM pragma_index_list(?) WHERE "unique" = 1').all(table)
  for (const { name } of indexes) {
    const create = key.indexes.get(String(name))
    if (create === undefined) {
      if (!isOverKey(transaction, String(name), key)) differences.push(`its unique index ${name} is not over the key`)
      continue
    }
    const found = transaction.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(String(name))
    if (found?.['sql'] !== create) differences.push(`its index ${name} is of another key`)
  }
  return differences
}

function isOverKey(transaction: Transaction, index: string, key: TableKey): boolean {
  const parts = transaction.prepare('SELECT name, coll FROM pragma_index_xinfo(?) WHERE key = 1').all(index)
  const names = parts.map(({ name }) => String(name))
  return (
    parts.every(({ coll }) => coll === 'BINARY') &&
    names.length === key.columns.length &&
    key.columns.every((column) => names.includes(column))
  )
}

function mismatch(table: string, differences: readonly string[]): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_TABLE_MISMATCH',
    message: `table ${table} exists and does not fit: ${differences.join('; ')}`,
    hint: 'name another table, or rename this one out of the way',
  })
}
