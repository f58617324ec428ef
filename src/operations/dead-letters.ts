// The records that were refused and kept in a state file.

import { type Row, toNumber, viewState } from '../checkpoint/index.ts'
import type { DeadLetter, Transaction } from '../checkpoint.ts'

/** A dead letter as it stands in the state file. */
export interface DeadLetterRow extends DeadLetter {
  readonly batchId: number
}

/** Oldest first, at most `limit`; read beside a run. Throws SprkError: exit 66 where there is no state file. */
export function readDeadLetters(path: string, limit: number): readonly DeadLetterRow[] {
  return viewState(path, (transaction) =>
    transaction.prepare('SELECT * FROM sprk_dead_letters ORDER BY id LIMIT ?').all(BigInt(limit)).map(letterOf),
  )
}

export function readDeadLetterCount(transaction: Transaction): number {
  return toNumber(transaction.prepare('SELECT count(*) AS n FROM sprk_dead_letters').get()?.['n'])
}

function letterOf(row: Row): DeadLetterRow {
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
