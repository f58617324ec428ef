// Puts what a replay has built in the place of a state file's results: one transaction of that file.

import { rmSync } from 'node:fs'
import { fenced } from '../../checkpoint/batch-rows.ts'
import { passBlocks } from '../../checkpoint/blocks.ts'
import { connect } from '../../checkpoint/connection.ts'
import { assertWritable } from '../../checkpoint/create.ts'
import {
  acquireLock,
  assertName,
  CommitFailed,
  type Connection,
  inNextEpoch,
  quoted,
  readResume,
  realPath,
  toNumber,
} from '../../checkpoint/index.ts'
import { insertAudit } from '../../checkpoint/meta.ts'
import { upgrade } from '../../checkpoint/open.ts'
import type { Transaction } from '../../checkpoint.ts'
import type { Clock } from '../../clock.ts'
import { Exit, messageOf, SprkError } from '../../errors.ts'
import { type ResultTable, remakeTable } from './remake.ts'

export interface SwapOptions {
  /** The state file. Its lock is held by the caller. */
  readonly path: string
  /** The file that a replay has built; no connection to it is open. */
  readonly replayed: string
  /** The pipeline's. */
  readonly name: string
  /** Identity of a state file that has none yet. */
  readonly stateId: string
  /** The plan's result tables. */
  readonly results: readonly ResultTable[]
  /** For the audit, in words. */
  readonly detail: string
  /** Of sprk. */
  readonly version: string
  readonly clock: Clock
}

/** What was put in place. */
export interface Replaced {
  readonly tables: number
  /** Of all of them. */
  readonly rows: number
  /** 0: there is none. */
  readonly firstBatchId: number
  readonly lastBatchId: number
}

/**
 * Replaces results, state, positions, history and fingerprint. Throws a SprkError, and nothing was changed: 74 for what
 * the disk says, 75 where the positions are not those that were repeated, 78 for tables that cannot be replaced.
 */
export function replaceResults(options: SwapOptions): Replaced {
  const path = realPath(options.path)
  assertWritable(path)
  const connection = connect(path)
  let replaced: Replaced = { tables: 0, rows: 0, firstBatchId: 0, lastBatchId: 0 }
  const work = () => {
    replaced = replace(path, connection, options)
  }
  try {
    connection.prepare('ATTACH ? AS replayed').run(realPath(options.replayed))
    const reopen = () => connect(path)
    // Not IMMEDIATE, which would begin to write the replayed file too; the first statement, the next epoch, writes.
    inNextEpoch(connection, reopen, work, 'BEGIN')
    return replaced
  } catch (error) {
    throw error instanceof CommitFailed ? notReplaced(path, error.cause) : error
  } finally {
    connection.close()
  }
}

/** Removes what was put in place. Its lock stays, as that of any state file. */
export async function removeReplayed(replayed: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const path = realPath(replayed)
  const lock = await acquireLock(path, { mode: 0o600, waitMs: 0, clock }, signal)
  try {
    // The file last: a -wal without its file would be in the way of a new one.
    for (const suffix of ['-wal', '-shm', '']) rmSync(`${path}${suffix}`, { force: true })
  } finally {
    lock.release()
  }
}

const HISTORY = [
  ...['sprk_batches', 'sprk_batch_ranges', 'sprk_pruned', 'sprk_pruned_ranges'],
  ...['sprk_dead_letters', 'sprk_moves'],
]
const FINGERPRINT =
  "key = 'plan' OR key GLOB 'log:*' OR key GLOB 'step:*' OR key GLOB 'table:*' OR key GLOB 'indexes:*' OR key GLOB 'pruned_*'"

function replace(path: string, connection: Connection, options: SwapOptions): Replaced {
  upgrade(path, connection, options.stateId)
  assertName(path, connection, options.name)
  assertCaughtUp(path, connection)
  const before = readResume(connection).lastBatchId
  let rows = 0
  for (const result of options.results) {
    remakeTable(connection, result)
    rows += copyResults(path, connection, result.table)
  }
  replaceState(connection)
  for (const table of HISTORY) {
    connection.prepare(`DELETE FROM main.${table}`).run()
    copyRows(connection, table)
  }
  const ahead = repeatedAhead(connection)
  // Positions of partitions that are no part of the range are kept.
  connection
    .prepare(
      `DELETE FROM main.sprk_offsets
        WHERE (source, topic, partition) IN (SELECT source, topic, partition FROM replayed.sprk_offsets)`,
    )
    .run()
  copyRows(connection, 'sprk_offsets')
  for (const { source, next, ...at } of ahead) passBlocks(connection, source, at, next)
  connection.prepare(`DELETE FROM main.sprk_meta WHERE ${FINGERPRINT} OR key = 'replaced_by'`).run()
  connection
    .prepare(
      `INSERT INTO main.sprk_meta (key, value)
       SELECT key, value FROM replayed.sprk_meta WHERE ${FINGERPRINT}
        UNION ALL SELECT 'replaced_by', value FROM replayed.sprk_meta WHERE key = 'state_id'`,
    )
    .run()
  const row = { at: options.clock.now(), batchId: before, version: options.version }
  insertAudit(connection, { ...row, action: 'replay replace', detail: options.detail })
  const batches = connection.prepare('SELECT min(batch_id) AS first, max(batch_id) AS last FROM sprk_batches').get()
  const [firstBatchId, lastBatchId] = [Number(batches?.['first'] ?? 0), Number(batches?.['last'] ?? 0)]
  return { tables: options.results.length, rows, firstBatchId, lastBatchId }
}

/** A partition that stands further on than the replay would be read twice. */
function assertCaughtUp(path: string, transaction: Transaction): void {
  const behind = transaction
    .prepare(
      `SELECT topic, partition, l.next AS live, r.next AS replayed
         FROM main.sprk_offsets l JOIN replayed.sprk_offsets r USING (source, topic, partition)
        WHERE r.next < l.next LIMIT 1`,
    )
    .get()
  if (behind === undefined) return
  const { topic, partition, live, replayed } = behind
  throw fenced(path, `${topic}/${partition} stands at ${live}, and was repeated up to ${replayed}`)
}

/**
 * Partitions that were repeated beyond where the run stands. Blocks that wait behind its position follow the new results
 * too; those of records that the replay has read from the log would be doubled.
 */
function repeatedAhead(transaction: Transaction) {
  return transaction
    .prepare(
      `SELECT source, topic, partition, r.next
         FROM main.sprk_offsets l JOIN replayed.sprk_offsets r USING (source, topic, partition)
        WHERE r.next > l.next`,
    )
    .all()
    .map(({ source, topic, partition, next }) => {
      return { source: String(source), topic: String(topic), partition: toNumber(partition), next: toNumber(next) }
    })
}

/** The tables of steps with state, as the replay has made them. */
function replaceState(connection: Connection): void {
  const made = (schema: string) =>
    connection
      .prepare(
        `SELECT type, name, sql FROM ${schema}.sqlite_schema
          WHERE tbl_name GLOB 'sprk_state_*' AND sql IS NOT NULL ORDER BY rowid`,
      )
      .all()
  for (const { type, name } of made('main')) {
    if (type === 'table') connection.prepare(`DROP TABLE main.${quoted(String(name))}`).run()
  }
  for (const { type, name, sql } of made('replayed')) {
    connection.prepare(String(sql)).run()
    if (type === 'table') copyRows(connection, String(name))
  }
}

/** Only an index of a user can refuse rows that a sink has taken. */
function copyResults(path: string, connection: Connection, table: string): number {
  try {
    return copyRows(connection, table)
  } catch (error) {
    if (!(error instanceof SprkError) || error.code !== 'E_CONSTRAINT') throw error
    const indexes = connection
      .prepare(
        "SELECT name FROM pragma_index_list(?, 'main') WHERE \"unique\" AND name NOT GLOB 'sprk_*' ORDER BY name",
      )
      .all(table)
      .map(({ name }) => String(name))
    const which = `unique index${indexes.length === 1 ? '' : 'es'} ${indexes.join(', ')}`
    const message = `${path}: the new rows of table ${table} do not fit ${indexes.length === 0 ? 'it' : `its ${which}`}: ${messageOf(error.cause)}`
    const hint = indexes.length === 0 ? undefined : `drop the ${which}, and give the same command again`
    throw new SprkError(Exit.CONFIG, { code: 'E_REPLACE', message, hint }, { cause: error })
  }
}

/** In the order in which they were written. Returns how many there are. */
function copyRows(connection: Connection, table: string): number {
  const columns = connection
    .prepare("SELECT name FROM pragma_table_info(?, 'replayed')")
    .all(table)
    .map(({ name }) => quoted(String(name)))
    .join(', ')
  const facts = connection.prepare("SELECT wr FROM pragma_table_list WHERE schema = 'replayed' AND name = ?").get(table)
  const order = facts?.['wr'] === 1n ? '' : ' ORDER BY rowid'
  const from = `replayed.${quoted(table)}`
  return connection
    .prepare(`INSERT INTO main.${quoted(table)} (${columns}) SELECT ${columns} FROM ${from}${order}`)
    .run()
}

function notReplaced(path: string, cause: unknown): SprkError {
  return new SprkError(
    Exit.IO,
    {
      code: 'E_IO',
      message: `${path}: the commit failed: ${messageOf(cause)}; the results are those of before, as far as can be seen`,
      hint: 'fix the disk and give the same command again',
    },
    { cause },
  )
}
