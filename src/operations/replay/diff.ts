// Compares result tables of two state files: SQLite sorts and joins, so that tables may be larger than memory.

import { connectReadOnly } from '../../checkpoint/connection.ts'
import { type Connection, noState, quoted, type Row, realPath, stateExists, toNumber } from '../../checkpoint/index.ts'
import { attachReader } from '../../checkpoint/reader.ts'
import type { SqlValue, Transaction } from '../../checkpoint.ts'

export interface ComparedTable {
  readonly table: string
  /** The columns that tell its rows apart; null: none do, and equal rows are counted. */
  readonly key: readonly string[] | null
}

export interface DiffOptions {
  /** State files. */
  readonly replayed: string
  readonly live: string
  readonly tables: readonly ComparedTable[]
  /** Else doubles may differ by 1e-9 of the larger one. */
  readonly isExact: boolean
  /** Rows to show of each table and kind, at most. */
  readonly examples: number
}

export interface StateDiff {
  readonly tables: readonly TableDiff[]
  /** Partitions that stand elsewhere in the two files; null: unknown there. */
  readonly positions: readonly {
    readonly topic: string
    readonly partition: number
    readonly replayed: number | null
    readonly live: number | null
  }[]
}

export interface TableDiff {
  readonly table: string
  /** Why rows were not compared; null: they were. */
  readonly shape: string | null
  /** Numbers of rows. `different`: the same key, other values. */
  readonly onlyReplayed: number
  readonly onlyLive: number
  readonly different: number
  readonly examples: readonly RowDiff[]
}

/** Null: there is no such row. */
export interface RowDiff {
  readonly replayed: Row | null
  readonly live: Row | null
}

/** Of one moment of each file. Throws SprkErrors as reading state files does. */
export function diffStates(options: DiffOptions): StateDiff {
  for (const path of [options.replayed, options.live]) if (!stateExists(path)) throw noState(path)
  const connection = connectReadOnly(realPath(options.replayed))
  try {
    connection.execute('PRAGMA temp_store = FILE')
    attachReader(connection, 'live', realPath(options.live))
    connection.execute('BEGIN')
    const positions = comparePositions(connection)
    return { positions, tables: options.tables.map((table) => compareTable(connection, table, options)) }
  } finally {
    connection.close()
  }
}

function comparePositions(transaction: Transaction): StateDiff['positions'] {
  const rows = transaction
    .prepare(
      `SELECT topic, partition, r.next AS replayed, l.next AS live
         FROM main.sprk_offsets r FULL JOIN live.sprk_offsets l USING (source, topic, partition)
        WHERE r.next IS NOT l.next ORDER BY topic, partition`,
    )
    .all()
  const offset = (value: SqlValue | undefined) => (value === null ? null : toNumber(value))
  return rows.map((row) => ({
    topic: String(row['topic']),
    partition: toNumber(row['partition']),
    replayed: offset(row['replayed']),
    live: offset(row['live']),
  }))
}

interface TableColumn {
  readonly name: string
  /** What the column is called while it is compared. */
  readonly alias: string
  readonly isReal: boolean
}

function compareTable(connection: Connection, { table, key }: ComparedTable, options: DiffOptions): TableDiff {
  const columns = columnsOf(connection, 'main', table)
  const shape = shapeDifference(columns, columnsOf(connection, 'live', table))
  if (shape !== null) return { table, shape, onlyReplayed: 0, onlyLive: 0, different: 0, examples: [] }
  findLeftOvers(connection, table, columns)
  const isNear = !options.isExact
  // Rows without a key are paired where all but their doubles is equal, in the order of these.
  const paired =
    key === null ? columns.filter(({ isReal }) => !isReal) : columns.filter(({ name }) => key.includes(name))
  pairUp(connection, columns, paired, isNear)
  // Without a key, rows that are not near each other are not the same row.
  const isSame = key === null ? 'is_near' : '1'
  return {
    table,
    shape: null,
    onlyReplayed: countOf(connection, `side = 1 AND NOT (other IS NOT NULL AND ${isSame})`),
    onlyLive: countOf(connection, `side = -1 AND NOT (other IS NOT NULL AND ${isSame})`),
    different: key === null ? 0 : countOf(connection, 'side = 1 AND other IS NOT NULL AND NOT is_near'),
    examples: examplesOf(connection, columns, isSame, options.examples),
  }
}

function columnsOf(transaction: Transaction, schema: 'main' | 'live', table: string): readonly TableColumn[] {
  return transaction
    .prepare('SELECT name, type FROM pragma_table_info(?, ?)')
    .all(table, schema)
    .map(({ name, type }, i) => ({ name: String(name), alias: `c${i}`, isReal: String(type).toUpperCase() === 'REAL' }))
}

function shapeDifference(replayed: readonly TableColumn[], live: readonly TableColumn[]): string | null {
  if (live.length === 0) return 'the live state has no such table'
  const only = (columns: readonly TableColumn[], others: readonly TableColumn[]) =>
    columns.filter(({ name }) => !others.some((other) => other.name === name)).map(({ name }) => name)
  const [added, removed] = [only(replayed, live), only(live, replayed)]
  if (added.length === 0 && removed.length === 0) return null
  const lists = [
    ...(added.length > 0 ? [`columns only replayed: ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`columns only live: ${removed.join(', ')}`] : []),
  ]
  return lists.join('; ')
}

/** Rows that one file has more often than the other, each as often as that: side 1 is the replayed one, -1 the live one. */
function findLeftOvers(connection: Connection, table: string, columns: readonly TableColumn[]): void {
  const aliases = columns.map(({ alias }) => alias).join(', ')
  const rows = (schema: string, side: number) =>
    `SELECT ${columns.map(({ name, alias }) => `${quoted(name)} AS ${alias}`).join(', ')}, ${side} AS times FROM ${schema}.${quoted(table)}`
  // Columns without a type keep values as they are.
  connection.execute(`
    DROP TABLE IF EXISTS temp.leftover;
    CREATE TEMP TABLE leftover (side, ${aliases});
    INSERT INTO temp.leftover
      WITH RECURSIVE
        surplus AS (
          SELECT ${aliases}, sum(times) AS times FROM (${rows('main', 1)} UNION ALL ${rows('live', -1)})
           GROUP BY ${aliases} HAVING sum(times) <> 0),
        unit AS (
          SELECT sign(times) AS side, abs(times) AS times, ${aliases} FROM surplus
           UNION ALL
          SELECT side, times - 1, ${aliases} FROM unit WHERE times > 1)
      SELECT CAST(side AS INTEGER), ${aliases} FROM unit`)
}

/** Gives each left-over row the one on the other side that it belongs to: `other`, and whether its values are near. */
function pairUp(
  connection: Connection,
  columns: readonly TableColumn[],
  paired: readonly TableColumn[],
  isNear: boolean,
): void {
  const aliases = columns.map(({ alias }) => alias)
  const by = paired.map(({ alias }) => alias)
  const near = columns.map(({ alias }) => nearness(`a.${alias}`, `b.${alias}`, isNear))
  const same = [...by.map((alias) => `b.${alias} IS a.${alias}`), 'b.rank = a.rank', 'b.side = -a.side']
  const order = aliases.filter((alias) => !by.includes(alias))
  connection.execute(`
    DROP TABLE IF EXISTS temp.ranked;
    DROP TABLE IF EXISTS temp.pairing;
    CREATE TEMP TABLE ranked (id INTEGER PRIMARY KEY, side, rank, ${aliases.join(', ')});
    INSERT INTO temp.ranked (side, rank, ${aliases.join(', ')})
      SELECT side, row_number() OVER (PARTITION BY ${['side', ...by].join(', ')} ORDER BY ${order.join(', ') || '1'}),
             ${aliases.join(', ')} FROM temp.leftover;
    CREATE INDEX temp.by_rank ON ranked (${[...by, 'rank', 'side'].join(', ')});
    CREATE TEMP TABLE pairing (id INTEGER PRIMARY KEY, side, other, is_near);
    INSERT INTO temp.pairing
      SELECT a.id, a.side, b.id, coalesce(${near.join(' AND ')}, 0)
        FROM temp.ranked a LEFT JOIN temp.ranked b ON ${same.join(' AND ')}`)
}

/** Never NULL; NaN cannot be stored. */
function nearness(a: string, b: string, isNear: boolean): string {
  if (!isNear) return `(${a} IS ${b})`
  const isNumber = (x: string) => `typeof(${x}) IN ('real', 'integer')`
  const areNumbers = `'real' IN (typeof(${a}), typeof(${b})) AND ${isNumber(a)} AND ${isNumber(b)}
    AND abs(${a} - ${b}) <= 1e-9 * max(abs(${a}), abs(${b}))`
  return `(${a} IS ${b} OR coalesce(${areNumbers}, 0))`
}

function countOf(transaction: Transaction, where: string): number {
  return toNumber(transaction.prepare(`SELECT count(*) AS n FROM temp.pairing WHERE ${where}`).get()?.['n'])
}

function examplesOf(
  transaction: Transaction,
  columns: readonly TableColumn[],
  isSame: string,
  limit: number,
): readonly RowDiff[] {
  const aliases = columns.map(({ alias }) => alias).join(', ')
  const rowOf = (id: SqlValue | undefined): Row | null => {
    if (id === null || id === undefined) return null
    const row = transaction.prepare(`SELECT ${aliases} FROM temp.ranked WHERE id = ?`).get(id) ?? {}
    return Object.fromEntries(columns.map(({ name, alias }) => [name, row[alias] ?? null]))
  }
  const pick = (where: string, make: (row: Row) => RowDiff) =>
    transaction
      .prepare(`SELECT id, other FROM temp.pairing WHERE ${where} ORDER BY id LIMIT ?`)
      .all(BigInt(limit))
      .map(make)
  const isPaired = `other IS NOT NULL AND ${isSame}`
  return [
    ...pick(`side = 1 AND ${isPaired} AND NOT is_near`, ({ id, other }) => ({
      replayed: rowOf(id),
      live: rowOf(other),
    })),
    ...pick(`side = 1 AND NOT (${isPaired})`, ({ id }) => ({ replayed: rowOf(id), live: null })),
    ...pick(`side = -1 AND NOT (${isPaired})`, ({ id }) => ({ replayed: null, live: rowOf(id) })),
  ]
}
