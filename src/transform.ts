// The contract of a transform: what stands between a source and a sink.
//
// A transform kind turns its options into a step of the plan. A step is stateless (frame in, frame out) or a fold
// (rows in over a whole micro-batch, one frame out at its end). Neither does I/O, reads a clock or keeps a frame.

import type { BatchContext, Frame, Selection } from './column.ts'
import type { Problem } from './errors.ts'
import type { Origin } from './record.ts'
import type { Scope } from './scope.ts'
import type { Schema } from './types.ts'

/** Rows on their way: the selected rows of a frame. */
export interface Rows {
  readonly frame: Frame
  readonly selection: Selection
}

/** What a step keeps across micro-batches. */
export interface StepState {
  /** Of the state file, the watermark among them; emptied where the state is cleared. */
  readonly tables: readonly string[]
  /** What the kept state does to records that come after positions were moved, as a sentence. */
  readonly whenKept: string
}

/** What is known of a step before it runs. */
export interface StepFacts {
  /** Columns after the step; null where they are still the open payload of a format without a schema. */
  readonly output: Schema | null
  /** The step in one canonical line: what it does, independent of spelling. Equal text, equal step. */
  readonly canonical: string
  /** Whether the step's result depends on where micro-batches were cut. */
  readonly boundary: 'independent' | 'dependent'
  /** Absent where nothing is kept from one micro-batch to the next. */
  readonly state?: StepState
  /** What `explain` says of it besides: implicit casts, sums that depend on order. One line each. */
  readonly notes: readonly string[]
}

export interface StatelessStep extends StepFacts {
  readonly role: 'stateless'
  /** Where `output` is null, and other columns can be named after the step than before it. */
  readonly scope?: Scope
  /** Failing rows are rejected through the frame; the caller drops their records everywhere. */
  apply(rows: Rows): Rows
}

/** How two partial results of one aggregate column become one: what sink mode `merge` needs. */
export type MergeRule = 'sum' | 'min' | 'max' | 'and' | 'or'

export interface FoldStep extends StepFacts {
  readonly role: 'fold'
  readonly output: Schema
  /** The first columns of `output` are the key. */
  readonly keyColumns: number
  /** For each column after the key: its rule, or why it cannot be merged (one sentence). */
  readonly merges: readonly (MergeRule | { readonly refused: string })[]
  /**
   * The stateless part of the fold: its keys and arguments as the columns of new rows, for `Fold.add`. Failing rows are
   * rejected through the frame; the caller drops their records before anything is folded.
   */
  evaluate(rows: Rows): Rows
  open(): Fold
}

/** One micro-batch's accumulation. Errors after rows were folded are batch errors: a SprkError with exit 65. */
export interface Fold {
  /**
   * Takes rows that `evaluate` made. Accumulates for each origin on its own, so that the result does not depend on how
   * origins interleave; `origin` is null behind another fold.
   */
  add(origin: Origin | null, rows: Rows): void
  /**
   * Called once for each batch, after its last `add`. Merges the origins in the order of `byOrigin` and gives the result;
   * what was added is then forgotten. The frame's `rejects` throws: behind a fold a row stands for many records.
   */
  finish(batch: BatchContext): Rows
  /** Called after the commit of the batch that `finish` closed. The next `add` belongs to the next batch. */
  committed(): void
  /** Called where a batch was not committed, finished or not. The fold forgets it; its records are added again later. */
  abandoned(): void
}

export type Step = StatelessStep | FoldStep

/** What a step is compiled against. */
export interface StepInput {
  /** The columns before the step. */
  readonly scope: Scope
  /** Null where the columns are the open payload of a format without a schema. */
  readonly schema: Schema | null
  /** An IANA time zone. */
  readonly timeZone: string
  /** Takes what is wrong with the step's options; a step reports all of it before it gives up. */
  report(problem: Problem): void
}

/** Makes steps of one kind. `compile` returns undefined after it has reported why. */
export interface TransformKind<Options> {
  /** Its frames hold the columns of `schema`, all and in order, where there is a schema. */
  readonly needsColumns?: boolean
  /** Rows leave it with the columns they came with: what follows a wrong step can still be checked. */
  readonly keepsColumns?: boolean
  /** Its steps are folds. */
  readonly aggregates?: boolean
  compile(options: Options, input: StepInput): Step | undefined
}
