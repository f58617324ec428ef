// The rows that a batch leaves in the history, and its digest.

import { createHash } from 'node:crypto'
import type { Batch, Transaction } from '../checkpoint.ts'
import { Exit, SprkError } from '../errors.ts'
import type { EffectiveRange } from '../log.ts'
import type { Counts } from '../progress.ts'
import { byTopicPartition, partitionKey } from '../record.ts'
import type { Row } from './connection.ts'
import { toNumber } from './resume.ts'
import { insert } from './sql.ts'

/** Moves saved positions from the start of each range to its end. Throws with exit 75 where one is not at the start. */
export function advanceOffsets(path: string, transaction: Transaction, { source, ranges }: Batch): void {
  const advance = transaction.prepare(
    `UPDATE sprk_offsets SET next = ?, topic_id = coalesce(?, topic_id), leader_epoch = ?, tail_hash = ?
      WHERE source = ? AND topic = ? AND partition = ? AND next = ?`,
  )
  for (const range of ranges) {
    const { topic, partition, fromOffset, untilOffset, topicId, leaderEpoch, tailHash } = range
    const changed = advance.run(
      BigInt(untilOffset),
      topicId,
      leaderEpoch === null ? null : BigInt(leaderEpoch),
      tailHash,
      source,
      topic,
      BigInt(partition),
      BigInt(fromOffset),
    )
    if (changed !== 1) throw fenced(path, `the saved position of ${partitionKey(range)} is no longer ${fromOffset}`)
  }
}

export function insertBatch(transaction: Transaction, batch: Batch, committedAt: number): void {
  const { batchId, batchTime, counts, schedulingDelayMs, processingMs, rate } = batch
  insert(transaction, 'sprk_batches', {
    batch_id: batchId,
    batch_time: Math.round(batchTime),
    committed_at: Math.round(committedAt),
    processed: counts.processed,
    filtered: counts.filtered,
    skipped: counts.skipped,
    dead_letters: counts.deadLetters,
    late: counts.late,
    scheduling_delay_ms: Math.round(schedulingDelayMs),
    processing_ms: Math.round(processingMs),
    digest: digestOf(batch),
    rate: rate === null ? null : Math.round(rate),
  })
  for (const range of batch.ranges) insertRange(transaction, batch, range)
}

/** The counts of a row of `sprk_batches`. Throws a SprkError (exit 74) for a value that no sprk writes. */
export function countsOf(row: Row): Counts {
  return {
    processed: toNumber(row['processed']),
    filtered: toNumber(row['filtered']),
    skipped: toNumber(row['skipped']),
    deadLetters: toNumber(row['dead_letters']),
    late: toNumber(row['late']),
  }
}

function insertRange(transaction: Transaction, { batchId, source }: Batch, range: EffectiveRange): void {
  const { topic, topicId, partition, fromOffset, untilOffset, bytes } = range
  insert(transaction, 'sprk_batch_ranges', {
    ...{ batch_id: batchId, source, topic, topic_id: topicId, partition },
    ...{ from_offset: fromOffset, until_offset: untilOffset, bytes },
  })
}

/** Stores the dead letters of a batch. */
export function insertDeadLetters(transaction: Transaction, { batchId, source, deadLetters }: Batch): void {
  for (const { topic, partition, offset, code, reason, key, value, headers } of deadLetters) {
    insert(transaction, 'sprk_dead_letters', {
      ...{ batch_id: batchId, source, topic, partition, offset },
      ...{ code, reason, key, value, headers },
    })
  }
}

/** The part of a batch that its digest is made of. */
export interface DigestedBatch extends Pick<Batch, 'batchId' | 'batchTime' | 'counts' | 'source'> {
  readonly ranges: readonly Pick<EffectiveRange, 'topic' | 'partition' | 'fromOffset' | 'untilOffset'>[]
}

/**
 * Identifies the records of a batch: SHA-256, in hex, of lines that end in a line feed: first
 * `batch_id batch_time processed filtered skipped dead_letters late`, then for each range, in (topic, partition) order,
 * `source topic partition from_offset until_offset`.
 */
export function digestOf({ batchId, batchTime, counts, source, ranges }: DigestedBatch): string {
  const { processed, filtered, skipped, deadLetters, late } = counts
  const hash = createHash('sha256')
  hash.update(`${[batchId, batchTime, processed, filtered, skipped, deadLetters, late].join(' ')}\n`)
  for (const { topic, partition, fromOffset, untilOffset } of [...ranges].sort(byTopicPartition)) {
    hash.update(`${[source, topic, partition, fromOffset, untilOffset].join(' ')}\n`)
  }
  return hash.digest('hex')
}

export function fenced(path: string, what: string): SprkError {
  return new SprkError(Exit.LOCKED, {
    code: 'E_FENCED',
    message: `${path}: another process worked on this state file meanwhile: ${what}; nothing was changed`,
    hint: 'see that only one process runs this pipeline, and start it again',
  })
}
