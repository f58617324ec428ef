// The records that were refused and kept in a state file.

import { type Row, toNumber, viewState } from '../checkpoint/index.ts'
import type { DeadLetter, Transaction } from '../checkpoint.ts'
import { readPruned } from './history/pruned.ts'

/** A dead letter as it stands in the state file. */
export interface DeadLetterRow extends DeadLetter {
  readonly batchId: number
}

export interface DeadLetters {
  /** Oldest first. */
  readonly letters: readonly DeadLetterRow[]
  /** How many older ones were pruned, and of which batch the last of them was; null: none was. */
  readonly pruned: { readonly deadLetters: number; readonly throughBatchId: number } | null
}

/** At most `limit`; read beside a run. Throws SprkError: exit 66 where there is no state file. */
export function readDeadLetters(path: string, limit: number): DeadLetters {
  return viewState(path, (transaction) => {
    const { deadLetters, deadLettersThrough: throughBatchId } = readPruned(transaction)
    const rows = transaction.prepare('SELECT * FROM sprk_dead_letters ORDER BY id LIMIT ?').all(BigInt(limit))
    return { letters: rows.map(letterOf), pruned: deadLetters === 0 ? null : { deadLetters, throughBatchId } }
  })
}

/** Of those that are in the file. */
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
