// What a state file keeps of itself: values by key, the epoch among them, and the audit.

import type { SqlValue, Transaction } from '../checkpoint.ts'
import type { Connection } from './connection.ts'
import { toNumber } from './resume.ts'

export function setMeta(transaction: Transaction, key: string, value: SqlValue): void {
  transaction
    .prepare('INSERT INTO sprk_meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    .run(key, value)
}

/** Whoever worked on the file before is fenced off from here on. */
export function nextEpoch(transaction: Transaction): bigint {
  transaction.prepare("UPDATE sprk_meta SET value = value + 1 WHERE key = 'epoch'").run()
  return BigInt(readEpoch(transaction))
}

export function readEpoch(transaction: Transaction): number {
  return toNumber(transaction.prepare("SELECT value FROM sprk_meta WHERE key = 'epoch'").get()?.['value'])
}

/**
 * Whether a transaction that counts the epoch up is in the file, after an error from its COMMIT: only the file knows, and the
 * connection that saw the error may believe what is not in it.
 */
export function isEpochPast(
  before: number,
  { path, dropped, connectTo }: { path: string; dropped: Connection; connectTo: (path: string) => Connection },
): boolean {
  dropped.close()
  const connection = connectTo(path)
  try {
    return readEpoch(connection) > before
  } finally {
    connection.close()
  }
}

export interface AuditRow {
  /** Epoch milliseconds. */
  readonly at: number
  /** The last batch before. */
  readonly batchId: number
  /** Of sprk. */
  readonly version: string
  readonly action: string
  readonly detail: string
}

export function insertAudit(transaction: Transaction, { at, batchId, version, action, detail }: AuditRow): void {
  transaction
    .prepare('INSERT INTO sprk_audit (at, batch_id, version, action, detail) VALUES (?, ?, ?, ?, ?)')
    .run(BigInt(at), BigInt(batchId), version, action, detail)
}
