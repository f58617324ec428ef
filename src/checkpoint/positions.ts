// The rows of saved positions: newly discovered partitions, and moves past gaps.

import type { Transaction } from '../checkpoint.ts'
import type { Gap, Position } from '../log.ts'
import { partitionKey } from '../record.ts'
import { fenced } from './batch-rows.ts'
import { setMeta } from './meta.ts'
import { LOG_PREFIX } from './resume.ts'
import { insert, insertNew } from './sql.ts'

/** Does not change a saved row. */
export function saveLogId(transaction: Transaction, source: string, logId: string): void {
  insertNew(transaction, 'sprk_meta', { key: LOG_PREFIX + source, value: logId })
}

/** Makes the positions those of another log. */
export function replaceLogId(transaction: Transaction, source: string, logId: string): void {
  setMeta(transaction, LOG_PREFIX + source, logId)
}

/** Does not change a saved row. */
export function insertPosition(transaction: Transaction, source: string, position: Position): void {
  const { topic, topicId, partition, next, leaderEpoch, tailHash } = position
  const row = { source, topic, topic_id: topicId, partition, next, leader_epoch: leaderEpoch, tail_hash: tailHash }
  insertNew(transaction, 'sprk_offsets', row)
}

/** The place of a move in the history. */
export interface MovedAt {
  /** Epoch milliseconds. */
  readonly at: number
  /** The last batch committed before. */
  readonly batchId: number
}

/**
 * Moves one saved position and records the move in `sprk_moves`. Clears its leader epoch and tail hash. Throws with
 * exit 75 where the saved position is not at `fromOffset`.
 */
export function movePosition(
  path: string,
  transaction: Transaction,
  source: string,
  { topic, topicId, partition, fromOffset, toOffset, cause }: Gap,
  { at, batchId }: MovedAt,
): void {
  const moved = transaction
    .prepare(
      `UPDATE sprk_offsets SET next = ?, topic_id = ?, leader_epoch = NULL, tail_hash = NULL
        WHERE source = ? AND topic = ? AND partition = ? AND next = ?`,
    )
    .run(BigInt(toOffset), topicId, source, topic, BigInt(partition), BigInt(fromOffset))
  const key = partitionKey({ topic, partition })
  if (moved !== 1) throw fenced(path, `the saved position of ${key} is no longer ${fromOffset}`)
  insert(transaction, 'sprk_moves', {
    ...{ at, batch_id: batchId, source, topic, topic_id: topicId, partition },
    ...{ from_offset: fromOffset, to_offset: toOffset, cause },
  })
}
