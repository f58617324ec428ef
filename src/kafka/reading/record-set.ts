// Answers of brokers, and what of them belongs to one partition.

import type { AbortedTransactions } from '../protocol/aborted.ts'
import type { AbortedTransaction } from '../protocol/record-batch.ts'
import type { RecordCursor } from '../protocol/records.ts'

/** An answer that several partitions share; free when none of them uses it any more. */
export interface SharedAnswer {
  readonly bytes: Buffer
  users: number
}

/** What the logs of one reader have in memory together. */
export interface LogMemory {
  /** Answers that were read to their end: the chunk that was given last still needs them. */
  readonly spent: SharedAnswer[]
  /** Of decompressed batches that were begun. */
  openBytes: number
}

/** The record set of one answer. */
export interface RecordSet {
  readonly answer: SharedAnswer
  readonly aborted: AbortedTransactions
  /** Where the next batch begins. */
  at: number
  readonly end: number
}

/** One record batch as it came from the broker. */
export interface RawBatch {
  /** Valid until the answer is released. */
  readonly bytes: Buffer
  /** The offset after its last one. */
  readonly untilOffset: number
  readonly leaderEpoch: number
  /** The aborted transactions that matter for reading it. */
  readonly aborted: readonly AbortedTransaction[]
}

/** A batch that was begun. */
export interface OpenBatch {
  readonly cursor: RecordCursor
  /** Bytes over the wire for each byte of the records. */
  readonly wireRatio: number
  /** Bytes of memory that it takes beside the answer that it came in. */
  readonly ownBytes: number
}
