// The contract of the checkpoint: results, offsets and history, committed in one transaction.
//
// Opening a checkpoint takes the lock of the state file, so one process at a time writes to it. The execution then calls
// `move` and `register` with what the source has found, and `commit` once for each batch; all of them return when their
// transaction is durable. Calls are synchronous and never overlap. The command that opened the checkpoint closes it.
//
// Laws:
// - After a crash at any moment the file holds every transaction that returned, and none in part.
// - `resume` is read from the file: it never runs ahead of what is committed.
// - The ranges of a partition are contiguous: each begins at the saved position. `move` alone makes exceptions, and
//   records each in `sprk_moves`.
//
// Errors are SprkErrors and end the run. Only `E_DISK_FULL` is worth a repetition: the execution gives the same call
// again when it has waited (execution/disk-full.ts). The checkpoint itself repeats nothing.

import type { BlockStore } from './block.ts'
import type { EffectiveRange, Gap, Position } from './log.ts'
import type { Counts } from './progress.ts'
import type { TopicPartition } from './record.ts'

/** What a statement binds and returns. Integers are returned as bigint; bind a bigint for INTEGER, a number for REAL. */
export type SqlValue = null | number | bigint | string | Uint8Array

export interface Statement {
  /** Returns the number of changed rows. */
  run(...parameters: readonly SqlValue[]): number
  /** The first row; undefined where there is none. */
  get(...parameters: readonly SqlValue[]): Readonly<Record<string, SqlValue>> | undefined
  all(...parameters: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue>>[]
}

/**
 * An open transaction on the state file. Statements are cached by their text; keep none beyond the transaction. Its user
 * neither begins nor commits, and awaits nothing. SQLite's errors come as SprkErrors that name the file.
 */
export interface Transaction {
  prepare(sql: string): Statement
}

/** A refused record, stored as it was read. */
export interface DeadLetter extends TopicPartition {
  readonly offset: number
  /** `E_…` */
  readonly code: string
  /** One sentence, with the place in the pipeline file where that is known. */
  readonly reason: string
  readonly key: Uint8Array | null
  /** Null for a tombstone. */
  readonly value: Uint8Array | null
  /** In Kafka's record encoding, see Chunk. */
  readonly headers: Uint8Array
}

/** One micro-batch, ready to be committed. */
export interface Batch {
  /** The last committed id plus one. */
  readonly batchId: number
  /** Epoch milliseconds; never lower than the previous batch's. */
  readonly batchTime: number
  readonly counts: Counts
  /** From the time that the batch was due to its start. */
  readonly schedulingDelayMs: number
  /** From its start to its commit. */
  readonly processingMs: number
  /** Records a second that the rates of its source allowed, a whole number; null: no rate was in force. */
  readonly rate: number | null
  /** Id of the source in the plan. */
  readonly source: string
  /** As they were read; at least one. */
  readonly ranges: readonly EffectiveRange[]
  readonly deadLetters: readonly DeadLetter[]
}

/** Where the state file stands. */
export interface ResumePoint {
  /** 0: no batch was committed yet. */
  readonly lastBatchId: number
  /** Epoch milliseconds; null before the first batch. */
  readonly lastBatchTime: number | null
  /** Identity of the log, by source; no entry before the first registration. */
  readonly logIds: ReadonlyMap<string, string>
  /** Saved positions by source. */
  readonly positions: ReadonlyMap<string, readonly Position[]>
}

export interface Checkpoint {
  /** Identity of the state file, for life; a copy has the same. */
  readonly stateId: string
  /** As of the last commit. */
  readonly resume: ResumePoint
  /** The lines of the plan that this start has accepted as changed; none while no batch was committed. */
  readonly changes: readonly string[]
  /**
   * Saves the positions of newly discovered partitions, and the log's identity. Does not change positions that are saved
   * already. Throws as `commit` does, and with exit 79 (`E_CLUSTER_CHANGED`) for a log of another identity.
   */
  register(source: string, logId: string | null, positions: readonly Position[]): void
  /** Moves saved positions past gaps, and records each in `sprk_moves`. Throws as `commit` does. */
  move(source: string, gaps: readonly Gap[]): void
  /**
   * Commits a batch, together with what `write` writes, in one transaction. Compares the epoch and each range's
   * `fromOffset` with the file first. Throws what `write` throws, after a rollback, and SprkErrors:
   * - exit 75 (`E_FENCED`): another process has committed since this one opened the file; nothing was changed.
   * - exit 74 (`E_IO`): the batch could not be found in the file after a failed COMMIT. It may be there after the next
   *   start: do nothing outside of the file that assumes either.
   * - exit 74 (`E_DISK_FULL`): likewise. The same batch may be given again when there is room: it is written unless it
   *   is in the file by then.
   */
  commit(batch: Batch, write: (transaction: Transaction) => void): void
  /** The blocks of a source that receives: see block.ts. A commit removes those that its batch has read to their end. */
  blocks(source: string): BlockStore
  /** Releases the lock. Never throws. */
  close(): void
}
