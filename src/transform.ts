// The contract of a transform: what stands between a source and a sink.
//
// A transform kind compiles its options to a step of the plan. A step is stateless (frame in, frame out) or a fold
// (rows in over a whole micro-batch, one frame out at its end). A step lives for a run.
//
// For each chunk the execution applies the stateless steps of all branches and evaluates the folds' arguments. Only when
// it knows the refused records of every branch does it call `Fold.add` with the rows that are left. At the end of the
// batch it finishes the folds in the order of the plan; each result goes through the steps behind the fold.
//
// Laws (test/contract/transform.ts):
// - A step does no I/O, reads no clock, draws no random number and keeps no frame beyond the call.
// - It does not change the columns or the selection that it is given: other branches read them too.
// - Equal records give equal rows, whatever chunks they come in.
//
// Errors: a row without a result refuses its record through `frame.rejects`; `onError` of the pipeline decides what
// happens to it. Nothing retries a step. Anything thrown fails the batch and ends the run.

import type { BatchContext, Frame, Selection } from './column.ts'
import type { Problem } from './errors.ts'
import type { Origin } from './record.ts'
import type { Scope } from './scope.ts'
import type { Schema } from './types.ts'

/** The selected rows of a frame. Valid as long as the chunk, or the fold's result, that they come from. */
export interface Rows {
  readonly frame: Frame
  readonly selection: Selection
}

/** What a step stores from one micro-batch to the next. */
export interface StepState {
  /** Tables of the state file. `offsets reset` empties them where it clears the state. */
  readonly tables: readonly string[]
  /** How the stored state affects records read after positions were moved: one sentence for users. */
  readonly whenKept: string
}

/** What is known of a step before it runs: `validate`, `explain` and the fingerprint of the state file use it. */
export interface StepFacts {
  /** Columns after the step; null: the open payload of a format without a schema, in which any field may be named. */
  readonly output: Schema | null
  /** What the step does, in one line that does not depend on spelling in the file: equal text, equal step. */
  readonly canonical: string
  /**
   * Whether the result depends on which records form a batch. A replay warns where it splits a batch of a dependent
   * step.
   */
  readonly boundary: 'independent' | 'dependent'
  /**
   * Whether the result depends on how far event time has come, as that of a watermark does: then all partitions go on
   * evenly. Absent: no.
   */
  readonly usesEventTime?: boolean
  /** Absent: the step stores nothing from one micro-batch to the next. */
  readonly state?: StepState
  /** Further lines for `explain`: implicit casts, sums that depend on the order of rows. */
  readonly notes: readonly string[]
}

export interface StatelessStep extends StepFacts {
  readonly role: 'stateless'
  /** The columns that later steps see, where `output` is null and the step has changed them; absent: those before it. */
  readonly scope?: Scope
  /**
   * Called for every chunk, and for the result of a fold before the step. Rows that fail are rejected through the frame;
   * the execution drops their records in every branch, so `apply` need not deselect them.
   */
  apply(rows: Rows): Rows
}

/**
 * How two partial results of one aggregate column are combined: sink mode `merge` needs it. NULL is the result of no
 * values, in `first` and `last` too.
 */
export type MergeRule = 'sum' | 'min' | 'max' | 'and' | 'or' | 'bit_and' | 'bit_or' | 'bit_xor' | 'first' | 'last'

export interface FoldStep extends StepFacts {
  readonly role: 'fold'
  readonly output: Schema
  /** The first columns of `output` are the key. */
  readonly keyColumns: number
  /** For each column after the key: its rule, or why it cannot be merged (one sentence). */
  readonly merges: readonly (MergeRule | { readonly refused: string })[]
  /** The `boundary` of the results of all batches together, merged by these rules. */
  readonly mergedBoundary: 'independent' | 'dependent'
  /**
   * The stateless part of the fold: its keys and arguments as the columns of new rows, for `Fold.add`. Rows that fail
   * are rejected through the frame; the execution drops their records before it folds the chunk.
   */
  evaluate(rows: Rows): Rows
  /** Called once for a run. */
  open(): Fold
}

/**
 * Accumulates one micro-batch after the other: `add`…, `finish`, then `committed` or `abandoned`. A batch may be
 * abandoned before it was finished. What `add` or `finish` throws (a SprkError with exit 65) fails the batch and ends
 * the run.
 */
export interface Fold {
  /**
   * Takes rows that `evaluate` made. Accumulates for each origin on its own, so that the result does not depend on how
   * origins interleave; `origin` is null behind another fold.
   */
  add(origin: Origin | null, rows: Rows): void
  /**
   * About how many bytes of memory it takes to keep what was added since the last batch. Asked after each chunk: the
   * batch ends where all that is kept reaches the bound of the source.
   */
  keptBytes(): number
  /**
   * Called once for each batch, after its last `add`. Merges the origins in the order of `byOrigin`, returns the result
   * and drops what was added. The result's `rejects` throws, since behind a fold a row stands for many records.
   */
  finish(batch: BatchContext): Rows
  /** Called after the commit of the batch that `finish` closed. The next `add` belongs to the next batch. */
  committed(): void
  /** Called where a batch was not committed, finished or not. The fold drops it; its records are added again later. */
  abandoned(): void
}

export type Step = StatelessStep | FoldStep

/**
 * What a step is compiled against. After a step with mistakes the plan compiles the rest with a scope that knows any
 * name.
 */
export interface StepInput {
  /** The columns before the step. */
  readonly scope: Scope
  /** The same columns in order; null: the open payload of a format without a schema. */
  readonly schema: Schema | null
  /** An IANA time zone. */
  readonly timeZone: string
  /**
   * Takes one mistake in the step's options, by default at the step's place. A step reports all of them, then gives up.
   */
  report(problem: Problem): void
}

/** Makes steps of one kind. `compile` is pure; it reports every mistake and then returns undefined. */
export interface TransformKind<Options> {
  /** True: where there is a schema, the frames given to `apply` hold all of its columns, in order. */
  readonly needsColumns?: boolean
  /** True: the step does not change columns, so the steps after it are checked even where its own options are wrong. */
  readonly keepsColumns?: boolean
  /** Its steps are folds. */
  readonly aggregates?: boolean
  compile(options: Options, input: StepInput): Step | undefined
}
