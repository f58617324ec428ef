// A state file's data about itself: values by key, among them the epoch, and the audit.

import type { ReceiverReport } from '../block.ts'
import type { SqlValue, Transaction } from '../checkpoint.ts'
import { toNumber } from './resume.ts'
import { insert } from './sql.ts'

/** The value of a key; undefined where it is missing. */
export function getMeta(transaction: Transaction, key: string): SqlValue | undefined {
  return transaction.prepare('SELECT value FROM sprk_meta WHERE key = ?').get(key)?.['value']
}

/** The value of a key as text; null where it is missing. */
export function getMetaText(transaction: Transaction, key: string): string | null {
  const value = getMeta(transaction, key)
  return value === undefined || value === null ? null : String(value)
}

export function setMeta(transaction: Transaction, key: string, value: SqlValue): void {
  insert(transaction, 'sprk_meta', { key, value }, 'ON CONFLICT DO UPDATE SET value = excluded.value')
}

/** Raises the epoch: processes that opened the file before can commit no more. */
export function nextEpoch(transaction: Transaction): bigint {
  transaction.prepare("UPDATE sprk_meta SET value = value + 1 WHERE key = 'epoch'").run()
  return BigInt(readEpoch(transaction))
}

export function readEpoch(transaction: Transaction): number {
  return toNumber(getMeta(transaction, 'epoch'))
}

const RECEIVERS = 'receivers:'

/** What receivers of a source say of themselves: key and value, with the epoch of the run that they belong to. */
export function receiversRow(
  source: string,
  epoch: bigint,
  receivers: readonly ReceiverReport[],
): readonly [key: string, value: string] {
  return [RECEIVERS + source, JSON.stringify({ epoch: Number(epoch), receivers })]
}

/** What the receivers of a source said last; null where it never had any. */
export function readReceivers(
  transaction: Transaction,
  source: string,
): { readonly epoch: number; readonly receivers: readonly ReceiverReport[] } | null {
  const text = getMetaText(transaction, RECEIVERS + source)
  return text === null ? null : JSON.parse(text)
}

export interface AuditRow {
  /** Epoch milliseconds. */
  readonly at: number
  /** The last batch committed before. */
  readonly batchId: number
  /** Version of sprk. */
  readonly version: string
  readonly action: string
  readonly detail: string
}

export function insertAudit(transaction: Transaction, { at, batchId, version, action, detail }: AuditRow): void {
  insert(transaction, 'sprk_audit', { at, batch_id: batchId, version, action, detail })
}
