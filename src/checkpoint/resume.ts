// Reads the resume point of a state file.

import type { ResumePoint, SqlValue, Transaction } from '../checkpoint.ts'
import { Exit, SprkError } from '../errors.ts'
import type { Position } from '../log.ts'
import { byTopicPartition } from '../record.ts'

export const LOG_PREFIX = 'log:'

export function readResume(transaction: Transaction): ResumePoint {
  const last = transaction.prepare('SELECT batch_id, batch_time FROM sprk_batches ORDER BY batch_id DESC LIMIT 1').get()
  return {
    lastBatchId: last === undefined ? 0 : toNumber(last['batch_id']),
    lastBatchTime: last === undefined ? null : toNumber(last['batch_time']),
    logIds: readLogIds(transaction),
    positions: readPositions(transaction),
  }
}

function readLogIds(transaction: Transaction): ReadonlyMap<string, string> {
  const rows = transaction.prepare("SELECT key, value FROM sprk_meta WHERE key GLOB 'log:*'").all()
  return new Map(rows.map(({ key, value }) => [String(key).slice(LOG_PREFIX.length), String(value)]))
}

function readPositions(transaction: Transaction): ReadonlyMap<string, readonly Position[]> {
  const bySource = new Map<string, Position[]>()
  for (const row of transaction.prepare('SELECT * FROM sprk_offsets').all()) {
    const source = String(row['source'])
    const positions = bySource.get(source) ?? []
    bySource.set(source, positions)
    positions.push({
      topic: String(row['topic']),
      partition: toNumber(row['partition']),
      next: toNumber(row['next']),
      topicId: toText(row['topic_id']),
      leaderEpoch: row['leader_epoch'] === null ? null : toNumber(row['leader_epoch']),
      tailHash: toText(row['tail_hash']),
    })
  }
  // SQLite orders by UTF-8 bytes; sprk orders partitions by UTF-16 code units.
  for (const positions of bySource.values()) positions.sort(byTopicPartition)
  return bySource
}

/**
 * A column that is INTEGER NOT NULL, within the range that counts and offsets have. Throws a SprkError (exit 74) for a value
 * that no sprk writes.
 */
export function toNumber(value: SqlValue | undefined): number {
  const number = Number(value)
  if (typeof value === 'bigint' && Number.isSafeInteger(number)) return number
  throw new SprkError(Exit.IO, {
    code: 'E_STATE_CORRUPT',
    message: `the state file has a value that no sprk writes: not a safe integer: ${value}`,
    hint: '`sprk verify <state>` says more; restore it from a backup, or begin anew with another file under `state:`',
  })
}

export function toText(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
