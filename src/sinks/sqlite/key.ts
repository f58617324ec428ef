// The key of a table: unique indexes that treat NULL as a value, and the condition that finds a row by its key.

import type { SqlValue } from '../../checkpoint.ts'
import type { Field, Schema } from '../../types.ts'
import { quoted } from './names.ts'
import { columnType } from './value.ts'

export interface TableKey {
  readonly columns: readonly string[]
  /** Name → the statement that creates the index. */
  readonly indexes: ReadonlyMap<string, string>
  /** The condition that finds the row of a key (one of few texts), and what it binds. */
  find(key: readonly SqlValue[]): { readonly where: string; readonly bound: readonly SqlValue[] }
}

/**
 * No column: the table has at most one row. One column: two partial indexes, so that a user's `WHERE key = …` can use
 * the first. Several: one index over expressions that replace NULL by a value of a type that the column never has.
 */
export function tableKey(table: string, key: Schema): TableKey {
  const [first, ...others] = key
  if (first === undefined) return emptyKey(table)
  return others.length === 0 ? singleKey(table, first) : compositeKey(table, key)
}

/** The names of all indexes that a key of the table may have, for any number of columns. */
export function keyIndexNames(table: string): readonly string[] {
  return [keyIndex(table), nullIndex(table)]
}

function keyIndex(table: string): string {
  return `sprk_key_${table}`
}

function nullIndex(table: string): string {
  return `sprk_nullkey_${table}`
}

function createIndex(name: string, table: string, on: string): string {
  return `CREATE UNIQUE INDEX ${quoted(name)} ON ${quoted(table)} ${on}`
}

function emptyKey(table: string): TableKey {
  const name = keyIndex(table)
  return {
    columns: [],
    indexes: new Map([[name, createIndex(name, table, '((1))')]]),
    find: () => ({ where: '1', bound: [] }),
  }
}

function singleKey(table: string, { name: column }: Field): TableKey {
  const name = keyIndex(table)
  const nullName = nullIndex(table)
  const at = quoted(column)
  const [isNull, isValue] = [`${at} IS NULL`, `${at} = ?`]
  return {
    columns: [column],
    indexes: new Map([
      [name, createIndex(name, table, `(${at}) WHERE ${at} IS NOT NULL`)],
      [nullName, createIndex(nullName, table, `((1)) WHERE ${isNull}`)],
    ]),
    find: ([value = null]) => (value === null ? { where: isNull, bound: [] } : { where: isValue, bound: [value] }),
  }
}

function compositeKey(table: string, key: Schema): TableKey {
  const name = keyIndex(table)
  const parts = key.map(({ name: column, type }) => {
    const isText = columnType(type) === 'TEXT'
    const forNull: SqlValue = isText ? new Uint8Array(0) : ''
    return { expression: `ifnull(${quoted(column)}, ${isText ? "x''" : "''"})`, forNull }
  })
  const where = parts.map(({ expression }) => `${expression} = ?`).join(' AND ')
  return {
    columns: key.map(({ name: column }) => column),
    indexes: new Map([[name, createIndex(name, table, `(${parts.map((part) => part.expression).join(', ')})`)]]),
    find: (values) => ({
      where,
      bound: parts.map(({ forNull }, i) => values[i] ?? forNull),
    }),
  }
}
