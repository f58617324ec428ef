// Names of tables and columns: how SQL writes them, and which of them SQLite accepts.

import { Exit, type Problem, throwIfAny } from '../../errors.ts'
import type { Schema } from '../../types.ts'
import { columnType } from './value.ts'

/** Quotes any name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A name as SQLite compares it: ASCII letters in one case. */
export function folded(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** SQLite's bound, as better-sqlite3 is compiled. */
const MAX_COLUMNS = 2000

/** Tables of the state file itself, and of SQLite. */
export function isReserved(table: string): boolean {
  return /^(sprk|sqlite)_/i.test(table)
}

/**
 * SQLite's eponymous virtual tables, which are called as functions: `SELECT * FROM pragma_table_info('t')`. A table of
 * such a name would be taken for it. Those of other builds, such as the sqlite3 shell, are among them.
 */
const FUNCTIONS = new Set(
  `bytecode carray completion dbstat fsdir fts3tokenize fts4aux generate_series json_each json_tree jsonb_each jsonb_tree
  tables_used zipfile`.split(/\s+/),
)

export function isFunction(table: string): boolean {
  return /^pragma_/i.test(table) || FUNCTIONS.has(folded(table))
}

/** Throws a SprkError with exit 78 for a table that cannot be: all reasons at once. */
export function assertTable(table: string, schema: Schema): void {
  const problems = [...nameProblems('table', table), ...columnProblems(table, schema)]
  if (isFunction(table)) {
    problems.push({
      code: 'E_TABLE_NAME',
      message: `table ${table}: SQLite has a function of this name, which the table would hide`,
      hint: 'name the table otherwise',
    })
  }
  if (isReserved(table)) {
    problems.push({
      code: 'E_TABLE_NAME',
      message: `table ${table}: names that begin with sprk_ or sqlite_ are reserved for the state file itself`,
      hint: 'name the table otherwise',
    })
  }
  throwIfAny(Exit.CONFIG, problems)
}

function nameProblems(what: string, name: string): Problem[] {
  if (name !== '' && !/[\0\p{Surrogate}]/u.test(name)) return []
  return [{ code: 'E_TABLE_NAME', message: `${what} ${JSON.stringify(name)}: SQLite has no such names` }]
}

function columnProblems(table: string, schema: Schema): Problem[] {
  const problems: Problem[] = []
  if (schema.length === 0 || schema.length > MAX_COLUMNS) {
    const message = `table ${table}: ${schema.length} columns; SQLite takes 1 to ${MAX_COLUMNS}`
    problems.push({ code: 'E_TABLE_COLUMNS', message })
  }
  const names = new Map<string, string>()
  for (const { name, type } of schema) {
    problems.push(...nameProblems('column', name))
    const same = names.get(folded(name))
    if (same !== undefined) {
      problems.push({
        code: 'E_TABLE_COLUMNS',
        message: `table ${table}: columns ${same} and ${name} differ only in case, which SQLite ignores`,
        hint: 'rename one of them in a map',
      })
    }
    names.set(folded(name), name)
    if (columnType(type) === null) {
      problems.push({
        code: 'E_TABLE_COLUMNS',
        message: `table ${table}: column ${name} is always NULL and has no type`,
        hint: `give it one: cast(null as string)`,
      })
    }
  }
  return problems
}
