// What a state file still says of batches and dead letters that were pruned.

import { type Row, toNumber } from '../../checkpoint/index.ts'
import { getMeta } from '../../checkpoint/meta.ts'
import { PRUNED_LETTERS, PRUNED_LETTERS_THROUGH, type PrunedBatches, prunedOf } from '../../checkpoint/prune.ts'
import type { Transaction } from '../../checkpoint.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../progress.ts'
import type { TopicPartition } from '../../record.ts'

/** All that was pruned, in total. */
export interface Pruned {
  /** The first and the last batch that were pruned; 0: none was. */
  readonly firstBatchId: number
  readonly lastBatchId: number
  /** When the last one was committed, epoch milliseconds. */
  readonly committedAt: number
  readonly counts: Counts
  /** How many were pruned, also of batches that are still in the history. */
  readonly deadLetters: number
  /** All of earlier batches were pruned, of this one perhaps a part; 0: none was. */
  readonly deadLettersThrough: number
}

/** The pruned batches of one day, and the digest that their row has. */
export interface PrunedDay extends PrunedBatches {
  readonly digest: string
}

/** What pruned batches read of one partition, while its topic had this id. */
export interface PrunedRanges extends TopicPartition {
  readonly source: string
  readonly topicId: string | null
  /** The first and the last one of these batches. */
  readonly firstBatchId: number
  readonly lastBatchId: number
  /** Where the first of the ranges begins, and where the last one ends. */
  readonly fromOffset: number
  readonly untilOffset: number
  /** Of all of them. */
  readonly lowest: number
  readonly highest: number
  /** How many offsets they have together. */
  readonly offsets: number
}

/** `batches 1 to 2,000`. */
export function batchesText({ firstBatchId, lastBatchId }: Pick<Pruned, 'firstBatchId' | 'lastBatchId'>): string {
  return firstBatchId === lastBatchId ? `batch ${firstBatchId}` : `batches ${firstBatchId} to ${lastBatchId}`
}

/** Nothing in a file of an older sprk. */
export function readPruned(transaction: Transaction): Pruned {
  const days = readPrunedDays(transaction)
  const last = days.at(-1)
  const number = (key: string) => toNumber(getMeta(transaction, key) ?? 0n)
  return {
    firstBatchId: days[0]?.firstBatchId ?? 0,
    lastBatchId: last?.lastBatchId ?? 0,
    committedAt: last?.committedAt ?? 0,
    counts: days.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS),
    deadLetters: number(PRUNED_LETTERS),
    deadLettersThrough: number(PRUNED_LETTERS_THROUGH),
  }
}

/** In order. */
export function readPrunedDays(transaction: Transaction): readonly PrunedDay[] {
  if (!hasPruned(transaction)) return []
  const rows = transaction.prepare('SELECT * FROM sprk_pruned ORDER BY first_batch_id').all()
  return rows.map((row) => ({ ...prunedOf(row), digest: String(row['digest']) }))
}

/** In order of their first batches. */
export function readPrunedRanges(transaction: Transaction): readonly PrunedRanges[] {
  if (!hasPruned(transaction)) return []
  return transaction.prepare('SELECT * FROM sprk_pruned_ranges ORDER BY first_batch_id').all().map(rangesOf)
}

function hasPruned(transaction: Transaction): boolean {
  return transaction.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sprk_pruned_ranges'").get() !== undefined
}

function rangesOf(row: Row): PrunedRanges {
  const topicId = String(row['topic_id'])
  return {
    source: String(row['source']),
    topic: String(row['topic']),
    topicId: topicId === '' ? null : topicId,
    partition: toNumber(row['partition']),
    firstBatchId: toNumber(row['first_batch_id']),
    lastBatchId: toNumber(row['last_batch_id']),
    fromOffset: toNumber(row['from_offset']),
    untilOffset: toNumber(row['until_offset']),
    lowest: toNumber(row['lowest']),
    highest: toNumber(row['highest']),
    offsets: toNumber(row['offsets']),
  }
}
