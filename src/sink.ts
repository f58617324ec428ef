// The contract of a sink: where the rows of a micro-batch go.
//
// A sink sees a batch in four moments. Rows are staged while chunks are read (encoded, refused where they cannot be
// stored), then added to the batch, written in the transaction of its commit, and forgotten when the batch has ended.
// A sink that is not asked to write has lost nothing: the records of an abandoned batch are read again.

import type { Transaction } from './checkpoint.ts'
import type { Problem } from './errors.ts'
import type { Origin } from './record.ts'
import type { Scope } from './scope.ts'
import type { MergeRule, Rows } from './transform.ts'
import type { Schema } from './types.ts'

/** What a sink can promise; `validate` and `explain` state it. */
export type Guarantee = 'exactly once' | 'at least once' | 'at most once' | 'writes nothing'

/** A table of the state file. */
export interface TableTarget {
  readonly kind: 'table'
  /** SQLite does not tell names by their case. */
  readonly name: string
  /** The columns that tell its rows apart; null where none do. */
  readonly key: readonly string[] | null
  /** Names of the unique indexes that make the key. */
  readonly indexes: readonly string[]
  /** Every name that the sink may give an index of its own, in another mode too: such indexes go when the table is made anew. */
  readonly reservedIndexes: readonly string[]
}

/** What a sink owns. No two sinks of a plan have the same. */
export type Target = TableTarget

/** The tables among what a sink owns. */
export function tablesOf({ targets }: Pick<Sink, 'targets'>): readonly TableTarget[] {
  return targets.filter(({ kind }) => kind === 'table')
}

/** Rows that a sink can store and that are not yet part of the batch. They die with the frame that they came from. */
export interface Staged {
  /**
   * Makes them part of the batch; called at most once. Takes copies of what it needs. `origin` is null for rows that come
   * of a fold.
   */
  add(origin: Origin | null): void
}

/**
 * Laws (test/contract/sink.ts):
 * - Neither `stage` nor `add` does I/O, and frames die when the chunk was added.
 * - Rows that were staged and not added leave no trace.
 * - `write` is called once for each attempt to commit, inside the transaction, after every `add` of the batch. It does
 *   not change what was added, so a rolled-back batch can be written again.
 * - Rows of different origins are written in the order of `byOrigin`, those of one origin in the order of `add`.
 */
export interface Sink {
  readonly guarantee: Guarantee
  /** Empty for a sink that keeps nothing. */
  readonly targets: readonly Target[]
  /** The sink's part of the pipeline's fingerprint: table, mode, columns, merge rules, in one canonical text. Nobody parses it. */
  readonly canonical: string
  /** What becomes of it where committed records are read a second time, as a sentence that begins with its name. */
  readonly whenReadAgain: string
  /**
   * Called at every start, in a transaction: makes its tables, or checks that those that exist fit. Throws a SprkError
   * with exit 78 that says the difference; the start then changes nothing.
   */
  open(transaction: Transaction): void
  /**
   * Encodes rows and refuses, through the frame, the records of those that it cannot store. Part of the stateless
   * evaluation: the sinks of all branches stage a chunk before anything of it is folded or added. Where a record was
   * refused in any branch, the rows that are left are staged once more. Behind a fold the frame throws instead.
   */
  stage(rows: Rows): Staged
  /** May be called again after an error; what it throws rolls the batch back. */
  write(transaction: Transaction, batchId: number): void
  /** What it prints of the batch, on stdout; called after the commit, before `committed`. */
  show?(batchId: number): string
  /** Called after the commit: what was added is in the file, and is forgotten. */
  committed(): void
  /** Called where the batch was not committed: what was added is forgotten, and its records come again later. */
  abandoned(): void
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
