// The contract of a sink: where the rows of a micro-batch go.
//
// A sink is made once for a plan and lives for a run. Its methods are called in this order:
// 1. `open`, in the transaction of the start.
// 2. For each chunk of a batch `stage`, then `Staged.add`: rows are encoded, or refused, and collected.
// 3. `write`, in the transaction that commits the batch. Then `show`, after the commit.
// 4. `committed` or `abandoned`, once for each batch. The next batch begins at 2.
//
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
  /** Two names that differ only in case are the same table. */
  readonly name: string
  /** The columns of which each value occurs in one row only; null: rows may repeat. */
  readonly key: readonly string[] | null
  /** Names of the unique indexes that make the key. */
  readonly indexes: readonly string[]
  /**
   * Every name that the sink may give an index, in any mode. A replay that rebuilds the table drops indexes of these
   * names.
   */
  readonly reservedIndexes: readonly string[]
}

/** What a sink owns. Two sinks of a plan with the same target are refused (`E_TARGET_TWICE`). */
export type Target = TableTarget

/** The tables among what a sink owns. */
export function tablesOf({ targets }: Pick<Sink, 'targets'>): readonly TableTarget[] {
  return targets.filter(({ kind }) => kind === 'table')
}

/** Rows that a sink can store and that are not yet part of the batch. Valid as long as the frame that they came from. */
export interface Staged {
  /**
   * Makes them part of the batch; called at most once. Copies what it needs from the frame. `origin` is null for rows
   * that a fold produced.
   */
  add(origin: Origin | null): void
}

/**
 * Laws (test/contract/sink.ts):
 * - Neither `stage` nor `add` does I/O. Frames become invalid when their chunk was added.
 * - Rows that were staged and not added leave no trace.
 * - `write` is called once for each attempt to commit, inside the transaction, after every `add` of the batch. It does
 *   not change what was added, so a rolled-back batch can be written again.
 * - Rows of different origins are written in the order of `byOrigin`, those of one origin in the order of `add`.
 */
export interface Sink {
  readonly guarantee: Guarantee
  /** Empty for a sink that stores nothing. */
  readonly targets: readonly Target[]
  /**
   * The sink's part of the pipeline's fingerprint: table, mode, columns, merge rules. Compared as a whole, never
   * parsed.
   */
  readonly canonical: string
  /** Whether it merges what an aggregation gives for each batch. */
  readonly merges: boolean
  /**
   * What happens to its rows when committed records are read a second time: a sentence that begins with the sink's
   * name.
   */
  readonly whenReadAgain: string
  /**
   * Called at every start, in a transaction: creates its tables, or compares existing ones with what it needs. Throws a
   * SprkError with exit 78 that lists the differences; the transaction is rolled back and the run does not start.
   */
  open(transaction: Transaction): void
  /**
   * Encodes rows and refuses, through the frame, the records of those that it cannot store. The sinks of all branches
   * stage a chunk before any of its rows is folded or added. Where a branch refused a record, the remaining rows are
   * staged a second time and the first `Staged` is dropped. Behind a fold the frame throws: the batch fails (exit 65).
   */
  stage(rows: Rows): Staged
  /** Writes what was added. An error rolls the batch back; only after `E_DISK_FULL` the execution calls it again. */
  write(transaction: Transaction, batchId: number): void
  /**
   * About how many bytes of memory it takes to keep what was added since the last batch. Asked after each chunk: the
   * batch ends where all that is kept reaches the bound of the source. Staged rows that were not added do not count.
   */
  keptBytes(): number
  /** The text that it prints on stdout; called after the commit, before `committed`. A crash in between loses it. */
  show?(batchId: number): string
  /** Called after the commit. The sink drops what was added. */
  committed(): void
  /** Called where the batch was not committed. The sink drops what was added; its records are read again later. */
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
   * The aggregation whose results the sink receives directly; null where the step before the sink is no fold. Mode
   * `merge` needs it. `canonical` is the canonical text of the fold.
   */
  readonly aggregation: {
    readonly keyColumns: number
    readonly merges: readonly (MergeRule | { readonly refused: string })[]
    readonly canonical: string
  } | null
}

/** Makes sinks of one kind. `create` does no I/O; it reports every mistake and then returns undefined. */
export interface SinkKind<Options> {
  /**
   * Whether the columns must be known. A sink that stores rows cannot take the open payload of JSON without a schema.
   */
  readonly needsColumns: boolean
  create(options: Options, input: SinkInput, report: (problem: Problem) => void): Sink | undefined
}
