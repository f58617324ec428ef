// Which batches belong to aborted transactions: the same rule as org.apache.kafka.clients.consumer.internals.CompletedFetch.

import { MalformedError } from './bytes.ts'
import type { AbortedTransaction, BatchHeader } from './record-batch.ts'
import { openRecords, RecordColumns, readRecords } from './records.ts'

/** Sees the batches of one partition of one Fetch answer, in order. */
export class AbortedTransactions {
  /** By first offset. Brokers list transactions in the order in which they ended. */
  readonly #listed: readonly AbortedTransaction[]
  /** By producer. */
  readonly #open = new Map<number, AbortedTransaction>()
  #next = 0

  constructor(listed: readonly AbortedTransaction[]) {
    this.#listed = listed.length === 0 ? listed : listed.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether the records of a data batch were aborted. */
  covers(batch: BatchHeader): boolean {
    this.#openUpTo(batch.lastOffset)
    return batch.isTransactional && this.#open.has(batch.producerId)
  }

  /** What of the list is needed to read a batch without those before it. */
  needed(batch: BatchHeader): readonly AbortedTransaction[] {
    this.#openUpTo(batch.lastOffset)
    return this.#open.size === 0 ? NONE : [...this.#open.values()]
  }

  /** A control batch that says ABORT ends the producer's transaction; one without an entry means nothing. */
  endAt(batch: BatchHeader, isAbort: boolean): void {
    this.#openUpTo(batch.lastOffset)
    if (isAbort) this.#open.delete(batch.producerId)
  }

  #openUpTo(offset: number): void {
    for (;;) {
      const transaction = this.#listed[this.#next]
      if (transaction === undefined || transaction.firstOffset > offset) return
      this.#open.set(transaction.producerId, transaction)
      this.#next++
    }
  }
}

const NONE: readonly AbortedTransaction[] = []
const marker = new RecordColumns(1)
const ABORT = 0

/** Whether the one record of a control batch ends a transaction without a commit. Its key is a version and a type, 16 bits each. */
export function isAbortMarker(header: BatchHeader, bytes: Buffer): boolean {
  if (header.codec !== 0) throw new MalformedError('it is a compressed control batch')
  const cursor = openRecords(header, bytes, header.recordsStart, header.end)
  const bounds = { from: 0, until: Infinity, maxPosition: Infinity, maxFirstPosition: Infinity }
  if (readRecords(cursor, marker, 0, bounds) === 0) return false
  const keyStart = marker.keyStarts[0] as number
  return (marker.keyEnds[0] as number) >= keyStart + 4 && bytes.readInt16BE(keyStart + 2) === ABORT
}
