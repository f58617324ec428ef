// What a state file says of itself and of its batches, as values.

import { countsOf } from '../../checkpoint/batch-rows.ts'
import { INDEXES_PREFIX, TABLE_PREFIX } from '../../checkpoint/fingerprint.ts'
import { type Holder, type Row, toNumber } from '../../checkpoint/index.ts'
import type { SqlValue, Transaction } from '../../checkpoint.ts'
import type { Gap } from '../../log.ts'
import type { Counts } from '../../progress.ts'
import { byTopicPartition } from '../../record.ts'

/** Times are epoch milliseconds. */
export interface StateMeta {
  readonly name: string
  /** Null in a file of an older sprk that was not opened since. */
  readonly stateId: string | null
  readonly createdAt: number
  readonly createdBy: string
  /** Of the sprk that opened it last. */
  readonly version: string | null
  readonly epoch: number
  /** The process that opened it last, whether it still works or not. */
  readonly holder: Holder | null
  /** Canonical text of the plan of the last run. */
  readonly plan: string
  readonly results: readonly ResultTableRow[]
}

/** A table that holds results. */
export interface ResultTableRow {
  readonly name: string
  /** The unique indexes of its key; null where the file was last opened by a version that did not save them. */
  readonly indexes: readonly string[] | null
}

/** A committed micro-batch. */
export interface BatchRow {
  readonly batchId: number
  /** Epoch milliseconds, as `committedAt`. */
  readonly batchTime: number
  readonly committedAt: number
  readonly counts: Counts
  readonly schedulingDelayMs: number
  readonly processingMs: number
  /** Records a second that rates allowed; null where none was in force, and in a file of an older sprk. */
  readonly rate: number | null
  readonly digest: string
}

/** One range of a committed micro-batch. */
export interface RangeRow {
  readonly batchId: number
  readonly source: string
  readonly topic: string
  readonly topicId: string | null
  readonly partition: number
  readonly fromOffset: number
  readonly untilOffset: number
  readonly bytes: number
}

/** A batch and its ranges. */
export interface BatchWithRanges extends BatchRow {
  readonly ranges: readonly RangeRow[]
}

/** A position that was moved other than by reading. */
export interface MoveRow extends Gap {
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  /** The last batch before. */
  readonly batchId: number
  readonly source: string
}

export function readMeta(transaction: Transaction): StateMeta {
  const rows = transaction.prepare('SELECT key, value FROM sprk_meta').all()
  const meta = new Map(rows.map(({ key, value }) => [String(key), value as SqlValue]))
  const text = (key: string) => (meta.get(key) === undefined ? null : String(meta.get(key)))
  const pid = meta.get('holder_pid')
  return {
    name: text('name') ?? '',
    stateId: text('state_id'),
    createdAt: toNumber(meta.get('created_at')),
    createdBy: text('created_by') ?? '',
    version: text('version'),
    epoch: toNumber(meta.get('epoch')),
    holder:
      pid === undefined
        ? null
        : { pid: toNumber(pid), host: text('holder_host') ?? '', startedAt: toNumber(meta.get('holder_started_at')) },
    plan: text('plan') ?? '',
    results: [...meta].flatMap(([key, value]) => {
      if (!key.startsWith(TABLE_PREFIX)) return []
      const indexes = text(INDEXES_PREFIX + key.slice(TABLE_PREFIX.length))
      return [{ name: String(value), indexes: indexes === null ? null : (JSON.parse(indexes) as string[]) }]
    }),
  }
}

export interface BatchSelection {
  /** Only batches with this id or a higher one. */
  readonly from?: number
  /** Only batches with this id or a lower one. */
  readonly to?: number
  /** Only the last of them. */
  readonly last?: number
}

/** In order of their ids. */
export function readBatches(
  transaction: Transaction,
  { from = 1, to = Number.MAX_SAFE_INTEGER, last = -1 }: BatchSelection = {},
): readonly BatchRow[] {
  return transaction
    .prepare('SELECT * FROM sprk_batches WHERE batch_id BETWEEN ? AND ? ORDER BY batch_id DESC LIMIT ?')
    .all(BigInt(from), BigInt(to), BigInt(last))
    .map(batchOf)
    .reverse()
}

/** Of the batches with these ids, ends included; by batch, then in (topic, partition) order. */
export function readRanges(transaction: Transaction, fromBatchId: number, toBatchId: number): readonly RangeRow[] {
  return transaction
    .prepare('SELECT * FROM sprk_batch_ranges WHERE batch_id BETWEEN ? AND ? ORDER BY batch_id')
    .all(BigInt(fromBatchId), BigInt(toBatchId))
    .map(rangeOf)
    .sort((a, b) => a.batchId - b.batchId || byTopicPartition(a, b))
}

/** How far back `readLastRanges` looks. */
const RECENT_BATCHES = 1000

/** The last range of each partition among the last 1,000 batches, in (topic, partition) order. */
export function readLastRanges(transaction: Transaction): readonly (RangeRow & { readonly committedAt: number })[] {
  return transaction
    .prepare(
      `SELECT r.*, b.committed_at, max(r.batch_id)
         FROM sprk_batch_ranges r JOIN sprk_batches b ON b.batch_id = r.batch_id
        WHERE r.batch_id > (SELECT max(batch_id) FROM sprk_batches) - ?
        GROUP BY r.source, r.topic, r.partition`,
    )
    .all(BigInt(RECENT_BATCHES))
    .map((row) => ({ ...rangeOf(row), committedAt: toNumber(row['committed_at']) }))
    .sort(byTopicPartition)
}

/** In order; none in a file of an older sprk. */
export function readMoves(transaction: Transaction): readonly MoveRow[] {
  const exists = transaction.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sprk_moves'").get()
  if (exists === undefined) return []
  return transaction.prepare('SELECT * FROM sprk_moves ORDER BY id').all().map(moveOf)
}

export function batchOf(row: Row): BatchRow {
  return {
    batchId: toNumber(row['batch_id']),
    batchTime: toNumber(row['batch_time']),
    committedAt: toNumber(row['committed_at']),
    counts: countsOf(row),
    schedulingDelayMs: toNumber(row['scheduling_delay_ms']),
    processingMs: toNumber(row['processing_ms']),
    rate: row['rate'] == null ? null : Number(row['rate']),
    digest: String(row['digest']),
  }
}

export function rangeOf(row: Row): RangeRow {
  return {
    batchId: toNumber(row['batch_id']),
    ...partitionOf(row),
    fromOffset: toNumber(row['from_offset']),
    untilOffset: toNumber(row['until_offset']),
    bytes: toNumber(row['bytes']),
  }
}

function moveOf(row: Row): MoveRow {
  return {
    id: toNumber(row['id']),
    at: toNumber(row['at']),
    batchId: toNumber(row['batch_id']),
    ...partitionOf(row),
    fromOffset: toNumber(row['from_offset']),
    toOffset: toNumber(row['to_offset']),
    cause: String(row['cause']),
  }
}

function partitionOf(row: Row) {
  const topicId = row['topic_id']
  return {
    source: String(row['source']),
    topic: String(row['topic']),
    topicId: topicId === null ? null : String(topicId),
    partition: toNumber(row['partition']),
  }
}
