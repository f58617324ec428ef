// Replaces result tables by new ones: indexes and views of users stay, and what cannot stay is reported before.

import { connectMemory } from '../../checkpoint/connection.ts'
import { type Connection, quoted } from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, messageOf, type Problem, SprkError, throwIfAny } from '../../errors.ts'

export interface ResultTable {
  readonly table: string
  /** Every name that its sink may give an index. */
  readonly reservedIndexes: readonly string[]
  /** Makes the table where it is missing, or throws a SprkError where it does not fit. */
  readonly open: (transaction: Transaction) => void
}

/** Statements that made what stands in a schema. */
interface Made {
  readonly type: string
  readonly name: string
  readonly sql: string
}

/**
 * Leaves the table empty, as its sink needs it: as it is where it fits, else a new one with the indexes that users gave
 * it. Throws a SprkError (exit 78) for an index that cannot be.
 */
export function remakeTable(transaction: Transaction, { table, reservedIndexes, open }: ResultTable): void {
  const exists = madeFor(transaction, table).some(({ type }) => type === 'table')
  if (!exists) {
    open(transaction)
    return
  }
  transaction.prepare(`DELETE FROM main.${quoted(table)}`).run()
  // The new table may have another key, or none.
  for (const name of reservedIndexes) {
    transaction.prepare(`DROP INDEX IF EXISTS main.${quoted(name)}`).run()
  }
  try {
    open(transaction)
  } catch (error) {
    if (!(error instanceof SprkError) || error.code !== 'E_TABLE_MISMATCH') throw error
    const indexes = madeFor(transaction, table).filter(({ type }) => type === 'index')
    transaction.prepare(`DROP TABLE main.${quoted(table)}`).run()
    open(transaction)
    for (const index of indexes) remakeIndex(transaction, table, index)
  }
}

function remakeIndex(transaction: Transaction, table: string, { name, sql }: Made): void {
  try {
    transaction.prepare(sql).run()
  } catch (error) {
    throw impossible({
      message: `index ${name} cannot be on the new table ${table}: ${messageOf(error)}`,
      hint: 'drop the index first',
    })
  }
}

function madeFor(transaction: Transaction, table: string): readonly Made[] {
  return transaction
    .prepare(
      `SELECT type, name, sql FROM main.sqlite_schema
        WHERE tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL ORDER BY rowid`,
    )
    .all(table)
    .map(({ type, name, sql }) => ({ type: String(type), name: String(name), sql: String(sql) }))
}

/**
 * Throws a SprkError (exit 78) where the result tables of a state file cannot be replaced by those of a plan, with all
 * reasons. Only reads the file: the tables are remade in an empty copy of its schema.
 */
export function assertReplaceable(live: Transaction, results: readonly ResultTable[]): void {
  const tables = results.map(({ table }) => table)
  const problems = [...foreignTables(live, tables), ...triggers(live, tables), ...references(live, tables)]
  if (problems.length === 0) problems.push(...rehearse(live, results))
  throwIfAny(Exit.CONFIG, problems)
}

/** Tables with rows that no run of the pipeline has written. */
function foreignTables(live: Transaction, tables: readonly string[]): readonly Problem[] {
  const owned = live.prepare("SELECT lower(value) AS name FROM sprk_meta WHERE key GLOB 'table:*'").all()
  const isOwned = new Set(owned.map(({ name }) => String(name)))
  return tables.flatMap((table) => {
    if (isOwned.has(table.toLowerCase())) return []
    const found = live.prepare('SELECT type FROM sqlite_schema WHERE name = ? COLLATE NOCASE').get(table)
    if (found === undefined) return []
    const isEmpty =
      found['type'] === 'table' && live.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() === undefined
    if (isEmpty) return []
    const message = `table ${table} is not one of the pipeline's results: its rows would be lost`
    return [problem({ message, hint: 'rename it, or let the sink write another table' })]
  })
}

/** They would run for each row that is deleted and written. */
function triggers(live: Transaction, tables: readonly string[]): readonly Problem[] {
  const names = new Set(tables.map((table) => table.toLowerCase()))
  return live
    .prepare("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
    .all()
    .filter(({ tbl_name }) => names.has(String(tbl_name).toLowerCase()) || /^sprk_/i.test(String(tbl_name)))
    .map(({ name, tbl_name }) =>
      problem({ message: `trigger ${name} would run for every row of table ${tbl_name}`, hint: 'drop it first' }),
    )
}

/** Rows that refer to results would be deleted with them, or stand in the way. */
function references(live: Transaction, tables: readonly string[]): readonly Problem[] {
  const names = new Set(tables.map((table) => table.toLowerCase()))
  return live
    .prepare(
      `SELECT DISTINCT m.name AS name, f."table" AS parent
         FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1`,
    )
    .all()
    .filter(({ parent }) => names.has(String(parent).toLowerCase()))
    .map(({ name, parent }) =>
      problem({
        message: `table ${name} has a foreign key to table ${parent}`,
        hint: 'make it without that key first',
      }),
    )
}

function rehearse(live: Transaction, results: readonly ResultTable[]): readonly Problem[] {
  const made = live.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').all()
  const copy = connectMemory()
  try {
    for (const { name, sql } of made) if (!/^sqlite_/i.test(String(name))) attempt(() => copy.execute(String(sql)))
    const views = made.filter(({ type }) => type === 'view').map(({ name }) => String(name))
    const working = views.filter((view) => isReadable(copy, view))
    const problems: Problem[] = []
    for (const result of results) {
      const failed = attempt(() => remakeTable(copy, result))
      if (failed !== null)
        problems.push(...(failed instanceof SprkError ? failed.problems : [problem({ message: messageOf(failed) })]))
    }
    if (problems.length > 0) return problems
    return working
      .filter((view) => !isReadable(copy, view))
      .map((view) =>
        problem({ message: `view ${view} needs what the new tables no longer have`, hint: 'drop it first' }),
      )
  } finally {
    copy.close()
  }
}

function isReadable(connection: Connection, view: string): boolean {
  return attempt(() => connection.execute(`SELECT * FROM ${quoted(view)} LIMIT 0`)) === null
}

/** What went wrong; null: nothing. */
function attempt(work: () => void): unknown {
  try {
    work()
    return null
  } catch (error) {
    return error
  }
}

function problem({ message, hint }: { readonly message: string; readonly hint?: string }): Problem {
  return { code: 'E_REPLACE', message, hint }
}

function impossible(what: { readonly message: string; readonly hint?: string }): SprkError {
  return new SprkError(Exit.CONFIG, problem(what))
}
