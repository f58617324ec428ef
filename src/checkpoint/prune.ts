// Removes old batches and dead letters in the transaction of a new batch, and keeps what the rest of the history is checked
// and counted with: totals by day, and where each partition was read.

import { createHash } from 'node:crypto'
import type { Batch, Transaction } from '../checkpoint.ts'
import { addCounts, type Counts } from '../progress.ts'
import { countsOf } from './batch-rows.ts'
import type { Row } from './connection.ts'
import { getMeta, setMeta } from './meta.ts'
import { toNumber } from './resume.ts'
import type { Retention } from './retention.ts'
import { insert } from './sql.ts'

/** How much is removed, and what stays in any case. */
export interface PruneBounds {
  /** The newest batches stay, however old they are. */
  readonly keptBatches: number
  /** At most so many batches are removed in a transaction. */
  readonly maxBatches: number
  /** Fewer wait: a removal writes some five pages beside those of the batch. */
  readonly minBatches: number
  /** Fewer batches are removed where they have more ranges. With 100 partitions that takes about 10 ms. */
  readonly maxRanges: number
  /** More dead letters are removed where the new batch has half as many itself: else there would be more and more. */
  readonly maxDeadLetters: number
}

export const BOUNDS: PruneBounds = {
  ...{ keptBatches: 10_000, maxBatches: 1000, minBatches: 100 },
  ...{ maxRanges: 10_000, maxDeadLetters: 10_000 },
}

/** Dead letters that are read at a time: mostly a few are due. */
const LETTERS_PER_PAGE = 100

const DAY_MS = 86_400_000

/** Batches of one day, one after the other, as they are known when they were pruned. */
export interface PrunedBatches {
  readonly firstBatchId: number
  readonly lastBatchId: number
  /** Of the last one, epoch milliseconds. */
  readonly batchTime: number
  /** The latest, epoch milliseconds. */
  readonly committedAt: number
  /** Of all of them. */
  readonly counts: Counts
}

/** The batch in whose transaction old ones are removed; it is written already. */
type NewBatch = Pick<Batch, 'batchId' | 'deadLetters'>

/** Removes what is older than it has to be, oldest first. `now`: epoch milliseconds. */
export function prune(
  transaction: Transaction,
  retention: Retention,
  { batchId, deadLetters }: NewBatch,
  now: number,
  bounds = BOUNDS,
): void {
  const maxDeadLetters = Math.max(bounds.maxDeadLetters, 2 * deadLetters.length)
  pruneDeadLetters(transaction, now - retention.deadLettersMs, maxDeadLetters)
  pruneBatches(transaction, now - retention.batchesMs, batchId - bounds.keptBatches, bounds)
}

/** `before`: what was committed earlier is removed. `through`: the last batch that may be. */
function pruneBatches(transaction: Transaction, before: number, through: number, bounds: PruneBounds): void {
  if (before < 0 || through < bounds.minBatches) return
  const oldest = batchFrom(transaction, 0)
  if (oldest === null || oldest.committedAt >= before) return
  const end = endOf(transaction, oldest.batchId, before, through, bounds)
  if (end === null) return
  addDays(transaction, oldest.batchId, end)
  keepRanges(transaction, end)
  for (const table of ['sprk_batch_ranges', 'sprk_batches']) {
    transaction.prepare(`DELETE FROM ${table} WHERE batch_id <= ?`).run(BigInt(end))
  }
}

/** The last batch to remove; null while there are not enough that are due. */
function endOf(
  transaction: Transaction,
  oldest: number,
  before: number,
  through: number,
  { minBatches, maxBatches, maxRanges }: PruneBounds,
): number | null {
  const last = Math.min(through, oldest + maxBatches - 1)
  if (last < oldest + minBatches - 1) return null
  const least = transaction
    .prepare('SELECT committed_at FROM sprk_batches WHERE batch_id = ?')
    .get(BigInt(oldest + minBatches - 1))
  if (least !== undefined && toNumber(least['committed_at']) >= before) return null
  const kept = transaction
    .prepare('SELECT batch_id FROM sprk_batches WHERE batch_id > ? OR committed_at >= ? ORDER BY batch_id LIMIT 1')
    .get(BigInt(last), BigInt(Math.ceil(before)))
  const end = toNumber(kept?.['batch_id']) - 1
  const beyond = transaction
    .prepare('SELECT batch_id FROM sprk_batch_ranges WHERE batch_id <= ? ORDER BY batch_id LIMIT 1 OFFSET ?')
    .get(BigInt(end), BigInt(maxRanges))
  // The oldest two are removed in any case, so that the history does not grow.
  return beyond === undefined ? end : Math.min(end, Math.max(toNumber(beyond['batch_id']) - 1, oldest + 1))
}

/**
 * Adds batches that are about to be removed to those of their days. A clock that was put back begins no new day; a hole, which
 * no sprk makes, begins a new row, so that verify tells of it.
 */
function addDays(transaction: Transaction, oldest: number, end: number): void {
  let day = lastPruned(transaction)
  let first = batchFrom(transaction, oldest)
  while (first !== null && first.batchId <= end) {
    const follows = day !== null && first.batchId === day.lastBatchId + 1 && first.committedAt < nextDay(day)
    const before = follows ? day : null
    const next = firstSince(transaction, first.batchId, end, nextDay(before ?? first))
    const batches = sumOf(transaction, first.batchId, next === null ? end : next - 1)
    day = before === null ? batches : together(before, batches)
    savePruned(transaction, day)
    first = batchFrom(transaction, day.lastBatchId + 1)
  }
}

/** The first batch from an id on. */
function batchFrom(
  transaction: Transaction,
  batchId: number,
): { readonly batchId: number; readonly committedAt: number } | null {
  const row = transaction
    .prepare('SELECT batch_id, committed_at FROM sprk_batches WHERE batch_id >= ? ORDER BY batch_id LIMIT 1')
    .get(BigInt(batchId))
  return row === undefined ? null : { batchId: toNumber(row['batch_id']), committedAt: toNumber(row['committed_at']) }
}

/** Where the day after begins, epoch milliseconds. */
function nextDay({ committedAt }: Pick<PrunedBatches, 'committedAt'>): number {
  return (Math.floor(committedAt / DAY_MS) + 1) * DAY_MS
}

/** The first of some batches that was committed at a time or later; null: none was. */
function firstSince(transaction: Transaction, from: number, to: number, ms: number): number | null {
  const sql =
    'SELECT batch_id FROM sprk_batches WHERE batch_id BETWEEN ? AND ? AND committed_at >= ? ORDER BY batch_id LIMIT 1'
  const found = transaction.prepare(sql).get(BigInt(from), BigInt(to), BigInt(ms))
  return found === undefined ? null : toNumber(found['batch_id'])
}

/** Up to the first hole. */
function sumOf(transaction: Transaction, from: number, to: number): PrunedBatches {
  const sum = sumWithHoles(transaction, from, to)
  if (sum.batches === sum.lastBatchId - sum.firstBatchId + 1) return sum
  const before = transaction
    .prepare(
      `SELECT batch_id FROM sprk_batches b WHERE batch_id >= ?
        AND NOT EXISTS (SELECT 1 FROM sprk_batches WHERE batch_id = b.batch_id + 1) ORDER BY batch_id LIMIT 1`,
    )
    .get(BigInt(from))
  return sumWithHoles(transaction, from, toNumber(before?.['batch_id']))
}

function sumWithHoles(
  transaction: Transaction,
  from: number,
  to: number,
): PrunedBatches & { readonly batches: number } {
  const row = transaction
    .prepare(
      `SELECT min(batch_id) AS first_batch_id, max(batch_id) AS last_batch_id, count(*) AS batches,
              max(batch_time) AS batch_time, max(committed_at) AS committed_at,
              sum(processed) AS processed, sum(filtered) AS filtered, sum(skipped) AS skipped,
              sum(dead_letters) AS dead_letters, sum(late) AS late
         FROM sprk_batches WHERE batch_id BETWEEN ? AND ?`,
    )
    .get(BigInt(from), BigInt(to))
  return { ...prunedOf(row ?? {}), batches: toNumber(row?.['batches']) }
}

function together(a: PrunedBatches, b: PrunedBatches): PrunedBatches {
  return {
    firstBatchId: a.firstBatchId,
    lastBatchId: b.lastBatchId,
    batchTime: b.batchTime,
    committedAt: Math.max(a.committedAt, b.committedAt),
    counts: addCounts(a.counts, b.counts),
  }
}

function lastPruned(transaction: Transaction): PrunedBatches | null {
  const row = transaction.prepare('SELECT * FROM sprk_pruned ORDER BY first_batch_id DESC LIMIT 1').get()
  return row === undefined ? null : prunedOf(row)
}

/** Of a row of `sprk_pruned`. */
export function prunedOf(row: Row): PrunedBatches {
  return {
    firstBatchId: toNumber(row['first_batch_id']),
    lastBatchId: toNumber(row['last_batch_id']),
    batchTime: toNumber(row['batch_time']),
    committedAt: toNumber(row['committed_at']),
    counts: countsOf(row),
  }
}

function savePruned(transaction: Transaction, pruned: PrunedBatches): void {
  const { firstBatchId, lastBatchId, batchTime, committedAt, counts } = pruned
  transaction.prepare('DELETE FROM sprk_pruned WHERE first_batch_id = ?').run(BigInt(firstBatchId))
  insert(transaction, 'sprk_pruned', {
    ...{ first_batch_id: firstBatchId, last_batch_id: lastBatchId, batch_time: batchTime, committed_at: committedAt },
    ...{ processed: counts.processed, filtered: counts.filtered, skipped: counts.skipped },
    ...{ dead_letters: counts.deadLetters, late: counts.late, digest: prunedDigest(pruned) },
  })
}

/**
 * SHA-256, in hex, of a line that ends in a line feed: `first_batch_id last_batch_id batch_time committed_at processed filtered
 * skipped dead_letters late`.
 */
export function prunedDigest(pruned: PrunedBatches): string {
  const { firstBatchId, lastBatchId, batchTime, committedAt, counts } = pruned
  const { processed, filtered, skipped, deadLetters, late } = counts
  const values = [firstBatchId, lastBatchId, batchTime, committedAt]
  return createHash('sha256')
    .update(`${[...values, processed, filtered, skipped, deadLetters, late].join(' ')}\n`)
    .digest('hex')
}

/** Adds the ranges of batches up to `through` to what is known of their partitions. */
function keepRanges(transaction: Transaction, through: number): void {
  transaction
    .prepare(
      `INSERT INTO sprk_pruned_ranges
        SELECT source, topic, partition, ifnull(topic_id, ''), batch_id, batch_id, from_offset, until_offset,
               from_offset, until_offset, until_offset - from_offset, bytes
          FROM sprk_batch_ranges WHERE batch_id <= ? ORDER BY batch_id
        ON CONFLICT DO UPDATE SET
          last_batch_id = excluded.last_batch_id, until_offset = excluded.until_offset,
          lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest),
          offsets = offsets + excluded.offsets, bytes = bytes + excluded.bytes`,
    )
    .run(BigInt(through))
}

/** The keys of sprk_meta that say how many dead letters were pruned, and of which batch the last one was. */
export const PRUNED_LETTERS = 'pruned_dead_letters'
export const PRUNED_LETTERS_THROUGH = 'pruned_dead_letters_through'

function pruneDeadLetters(transaction: Transaction, before: number, max: number): void {
  if (before < 0) return
  let [last, through, wanted] = [0, 0, 1]
  for (let left = max; left > 0; left -= wanted, wanted = Math.min(LETTERS_PER_PAGE, left)) {
    const page = transaction
      .prepare('SELECT id, batch_id FROM sprk_dead_letters WHERE id > ? ORDER BY id LIMIT ?')
      .all(BigInt(last), BigInt(wanted))
    let due = 0
    for (const { id, batch_id } of page) {
      const batchId = toNumber(batch_id)
      if (batchId !== through && committedAtOf(transaction, batchId) >= before) break
      last = toNumber(id)
      through = batchId
      due += 1
    }
    if (due < wanted) break
  }
  if (last === 0) return
  const pruned = transaction.prepare('DELETE FROM sprk_dead_letters WHERE id <= ?').run(BigInt(last))
  setMeta(transaction, PRUNED_LETTERS, toNumber(getMeta(transaction, PRUNED_LETTERS) ?? 0n) + pruned)
  setMeta(transaction, PRUNED_LETTERS_THROUGH, through)
}

/**
 * Epoch milliseconds. Of a pruned batch: when the last one of its day was committed. Where nothing is known of a batch, of
 * the next one.
 */
function committedAtOf(transaction: Transaction, batchId: number): number {
  const next = batchFrom(transaction, batchId)
  if (next?.batchId === batchId) return next.committedAt
  const day = transaction
    .prepare(
      'SELECT last_batch_id, committed_at FROM sprk_pruned WHERE first_batch_id <= ? ORDER BY first_batch_id DESC',
    )
    .get(BigInt(batchId))
  const isOfDay = day !== undefined && toNumber(day['last_batch_id']) >= batchId
  return isOfDay ? toNumber(day['committed_at']) : (next?.committedAt ?? Infinity)
}
