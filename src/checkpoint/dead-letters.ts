// The records that were refused and kept, in the transaction of their batch.

import type { Batch, DeadLetter, Transaction } from '../checkpoint.ts'
import type { Row } from './connection.ts'
import { toNumber } from './resume.ts'
import { viewState } from './view.ts'

export function insertDeadLetters(transaction: Transaction, { batchId, source, deadLetters }: Batch): void {
  for (const { topic, partition, offset, code, reason, key, value, headers } of deadLetters) {
    transaction
      .prepare(
        `INSERT INTO sprk_dead_letters (batch_id, source, topic, partition, "offset", code, reason, key, value, headers)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(BigInt(batchId), source, topic, BigInt(partition), BigInt(offset), code, reason, key, value, headers)
  }
}

/** A dead letter as it stands in the state file. */
export interface KeptDeadLetter extends DeadLetter {
  readonly batchId: number
}

/**
 * The dead letters of a state file, oldest first, at most `limit`; read beside whoever works on it. Throws SprkError:
 * exit 66 where there is no state file, and as opening one does.
 */
export function readDeadLetters(path: string, limit: number): readonly KeptDeadLetter[] {
  return viewState(path, (transaction) =>
    transaction.prepare('SELECT * FROM sprk_dead_letters ORDER BY id LIMIT ?').all(BigInt(limit)).map(letterOf),
  )
}

export function readDeadLetterCount(transaction: Transaction): number {
  return toNumber(transaction.prepare('SELECT count(*) AS n FROM sprk_dead_letters').get()?.['n'])
}

function letterOf(row: Row): KeptDeadLetter {
  const bytes = (name: string) => row[name] as Uint8Array | null
  return {
    batchId: Number(row['batch_id']),
    topic: String(row['topic']),
    partition: Number(row['partition']),
    offset: Number(row['offset']),
    code: String(row['code']),
    reason: String(row['reason']),
    key: bytes('key'),
    value: bytes('value'),
    headers: bytes('headers') ?? new Uint8Array(),
  }
}
