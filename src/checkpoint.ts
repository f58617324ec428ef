// The contract of the checkpoint: results, offsets and history, committed in one transaction.

import type { EffectiveRange, Gap, Position } from './log.ts'
import type { Counts } from './progress.ts'
import type { TopicPartition } from './record.ts'

/** What a statement binds and gives back. Integers come back as bigint. */
export type SqlValue = null | number | bigint | string | Uint8Array

export interface Statement {
  /** Returns the number of changed rows. */
  run(...parameters: readonly SqlValue[]): number
  get(...parameters: readonly SqlValue[]): Readonly<Record<string, SqlValue>> | undefined
  all(...parameters: readonly SqlValue[]): readonly Readonly<Record<string, SqlValue>>[]
}

/** An open transaction on the state file. Statements are cached by their text; keep none beyond the transaction. */
export interface Transaction {
  prepare(sql: string): Statement
}

/** A record that was refused, kept as it came. */
export interface DeadLetter extends TopicPartition {
  readonly offset: number
  /** Why: `E_…` and a sentence. */
  readonly code: string
  readonly reason: string
  readonly key: Uint8Array | null
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
  readonly schedulingDelayMs: number
  readonly processingMs: number
  readonly source: string
  readonly ranges: readonly EffectiveRange[]
  readonly deadLetters: readonly DeadLetter[]
}

/** Where the state file stands. */
export interface ResumePoint {
  /** 0: none was committed. */
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
   * Saves where partitions that are met for the first time begin, and the log's identity. Changes nothing for
   * positions that are saved already. Throws as `commit` does.
   */
  register(source: string, logId: string | null, positions: readonly Position[]): void
  /** Moves saved positions over gaps, and keeps a row of each in `sprk_moves`. Throws as `commit` does. */
  move(source: string, gaps: readonly Gap[]): void
  /**
   * Commits a batch and what `write` does in one transaction: epoch asserted, each range's `fromOffset` compared with
   * the saved position. Returns when it is durable. Throws SprkError:
   * - exit 75 (`E_FENCED`): another process committed in between; nothing was changed.
   * - exit 74 (`E_IO`): the batch is not in the file as far as can be seen; nothing outside may be derived from that.
   * - exit 74 (`E_DISK_FULL`): the same, and the same batch may be given again when there is room: it is written unless
   *   it is found in the file then.
   */
  commit(batch: Batch, write: (transaction: Transaction) => void): void
  /** Never throws. Frees the lock. */
  close(): void
}
