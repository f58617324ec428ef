// The contract of a sink: where the rows of a micro-batch go.

import type { Transaction } from './checkpoint.ts'
import type { Problem } from './errors.ts'
import type { TopicPartition } from './record.ts'
import type { Scope } from './scope.ts'
import type { MergeRule, Rows } from './transform.ts'
import type { Schema } from './types.ts'

/** What a sink can promise; `validate` and `explain` state it. */
export type Guarantee = 'exactly once' | 'at least once' | 'at most once' | 'writes nothing'

/**
 * Laws (test/contract/sink.ts):
 * - `add` takes copies of what it needs: frames die when it returns. It does no I/O.
 * - `write` is called once for each batch, inside the transaction that commits the batch, after every `add` of it; it
 *   does not change what `add` collected, so a rolled-back batch can be written again.
 * - `clear` forgets what `add` collected: the batch was committed or abandoned.
 * - Rows of different partitions are written in (topic, partition) order, those of one partition in the order of `add`.
 */
export interface Sink {
  readonly guarantee: Guarantee
  /** The tables or files it owns, for `explain`. */
  readonly targets: readonly string[]
  /** The columns that tell the rows of its table apart; absent where none do. */
  readonly key?: readonly string[]
  /** The sink's part of the pipeline's fingerprint: table, mode, columns, merge rules, in one canonical text. */
  readonly canonical: string
  /** What becomes of it where committed records are read a second time, as a sentence that begins with its name. */
  readonly whenReadAgain: string
  /** Makes its tables, or checks that those that exist fit (a SprkError with exit 78 says the difference). In a transaction, at every start. */
  prepare(transaction: Transaction): void
  /**
   * Refuses, through the frame, the records of rows that it cannot store. Part of the stateless evaluation: called with
   * rows that come from no fold, before anything of their chunk is folded or added.
   */
  check?(rows: Rows): void
  add(partition: TopicPartition | null, rows: Rows): void
  write(transaction: Transaction, batchId: number): void
  /** What it prints of the batch, on stdout; called after the commit, before `clear`. */
  show?(batchId: number): string
  clear(): void
}

/** What a sink is given when the plan is made. */
export interface SinkInput {
  /** The columns of the stream at the sink. */
  readonly schema: Schema
  /** The same columns, for the expressions of its options. */
  readonly scope: Scope
  /** An IANA time zone. */
  readonly timeZone: string
  /**
   * The aggregation that the rows come from directly; null where they do not: `merge` needs it. `canonical` is the
   * canonical text of the fold.
   */
  readonly aggregation: {
    readonly keyColumns: number
    readonly merges: readonly (MergeRule | { readonly refused: string })[]
    readonly canonical: string
  } | null
}

/** Makes sinks of one kind. `create` returns undefined after it has reported why. */
export interface SinkKind<Options> {
  /** Whether the columns must be known: a sink that stores rows cannot take an open payload. */
  readonly needsColumns: boolean
  create(options: Options, input: SinkInput, report: (problem: Problem) => void): Sink | undefined
}
