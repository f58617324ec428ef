// Which batches belong to aborted transactions: the same rule as org.apache.kafka.clients.consumer.internals.CompletedFetch.

import type { AbortedTransaction, BatchHeader } from './record-batch.ts'

/** Sees the batches of one partition of one Fetch answer, in order. */
export class AbortedTransactions {
  /** By first offset. Brokers list transactions in the order in which they ended. */
  readonly #listed: readonly AbortedTransaction[]
  readonly #open = new Set<number>()
  #next = 0

  constructor(listed: readonly AbortedTransaction[]) {
    this.#listed = listed.length === 0 ? listed : listed.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether the records of a data batch were aborted. */
  covers(batch: BatchHeader): boolean {
    this.#openUpTo(batch.lastOffset)
    return batch.isTransactional && this.#open.has(batch.producerId)
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
      this.#open.add(transaction.producerId)
      this.#next++
    }
  }
}
