// What an execution reports: a stream of values that its caller pulls and gives to reporters. Nothing below cli/ prints.
//
// A run yields `started` first, then for each batch `printed` (one for each sink that prints) and
// `batch`, both after the commit; notices come at any time, and `finished` is last. A run that fails throws instead of
// yielding `finished`. The next value is computed only when it is asked for, so a slow reporter slows the run.
//
// A value never changes after it was yielded. reporters/json.ts maps batches to the fields that `--json` promises
// (docs/json-output.md).

import type { Place } from './errors.ts'
import type { LogEnd, Position } from './log.ts'
import type { Notice } from './notice.ts'
import type { OffsetRange } from './record.ts'

/** The state file is open and the run begins; its source is opened next. */
export interface Started {
  readonly kind: 'started'
  /** Name of the pipeline. */
  readonly name: string
  /** Identity of the state file. */
  readonly stateId: string
  /** Committed batches before this run; 0 in a new state. */
  readonly lastBatchId: number
}

/**
 * Text that a sink prints of a committed batch, for stdout. It is lost if the program dies between the commit and the
 * printing: a guarantee of `at most once`.
 */
export interface Printed {
  readonly kind: 'printed'
  readonly text: string
}

/**
 * The outcomes of a batch's records. All but `late`, which counts rows, add up to the records read: a record has
 * exactly one outcome, also where several branches of the plan handle it.
 */
export interface Counts {
  /** Records of which at least one row reached a fold or a sink. */
  readonly processed: number
  /** Records of which no row did, because of the steps. */
  readonly filtered: number
  /** Records refused under `onError: skip`. */
  readonly skipped: number
  /** Records refused and stored under `onError: deadLetter`. */
  readonly deadLetters: number
  /** Rows behind the watermark. */
  readonly late: number
}

/** The number of records read. */
export function recordsRead({ processed, filtered, skipped, deadLetters }: Counts): number {
  return processed + filtered + skipped + deadLetters
}

export const NO_COUNTS: Counts = { processed: 0, filtered: 0, skipped: 0, deadLetters: 0, late: 0 }

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    processed: a.processed + b.processed,
    filtered: a.filtered + b.filtered,
    skipped: a.skipped + b.skipped,
    deadLetters: a.deadLetters + b.deadLetters,
    late: a.late + b.late,
  }
}

/** The number of records refused, whatever became of them. */
export function refusedOf({ skipped, deadLetters }: Pick<Counts, 'skipped' | 'deadLetters'>): number {
  return skipped + deadLetters
}

/**
 * The records of a batch that were refused for one reason: same code, step, column and place. A record is refused once:
 * its first failure counts, first that of the format, then those of steps and sinks in the order of the plan.
 */
export interface Refusal {
  /** `E_…` */
  readonly code: string
  /** The message of the first of these records. */
  readonly message: string
  /** Id of the step or sink that refused them; for the format, its kind. */
  readonly step: string
  /** The column that could not be computed; null where it has no name. */
  readonly column: string | null
  /** Place of the expression; null where no expression is at fault. */
  readonly place: Place | null
  /** How many records; at least 1. */
  readonly count: number
}

/** What a batch has read from one source. */
export interface SourceProgress {
  /** Id of the source in the plan. */
  readonly id: string
  /** What it reads, in one line. */
  readonly description: string
  /** What an offset counts. */
  readonly unit: 'records' | 'bytes'
  /** The offsets that were read. */
  readonly ranges: readonly OffsetRange[]
  /** Saved positions of all partitions before the batch. */
  readonly before: readonly Position[]
  /** The same after its commit. */
  readonly after: readonly Position[]
  /** The ends of all partitions when the batch was planned; empty where they are not known. */
  readonly latest: readonly LogEnd[]
  /**
   * Consumer lag after the batch: the sum of `end - next` in offsets, holes in the log included. Partitions without a
   * saved position count nothing. Null where the ends are not known.
   */
  readonly lag: number | null
  /** Records a second that the source's rates allowed; null: no rate was in force. */
  readonly rate: number | null
  /** Whether the rates have left records for a later interval. */
  readonly isCutByRate: boolean
}

/** What a batch has written to one sink. */
export interface SinkProgress {
  /** Id of the sink in the plan. */
  readonly id: string
  /** Its kind and what it writes to, in one line. */
  readonly description: string
  /** Rows added to it. An upsert writes fewer where several have the same key. */
  readonly rows: number
}

/**
 * One micro-batch was committed. Field names as in Spark's StreamingQueryProgress. There is none for a batch that was
 * abandoned, nor for an interval without new records, which makes no batch.
 */
export interface BatchProgress {
  readonly kind: 'batch'
  /** Consecutive from 1, across runs. */
  readonly batchId: number
  /**
   * Epoch milliseconds: the multiple of the batch interval that it was due at; never lower than that of the batch
   * before.
   */
  readonly batchTime: number
  /** Records read, as in Spark. */
  readonly numInputRows: number
  /** Records per second since the start of the batch before; null for the first batch of a run. */
  readonly inputRowsPerSecond: number | null
  /** Records per second of the batch's own duration, and of what was done ahead of it. */
  readonly processedRowsPerSecond: number
  /** They add up to `numInputRows`. */
  readonly counts: Counts
  /** Why records were skipped or became dead letters, the most frequent reason first. */
  readonly refused: readonly Refusal[]
  /** From the time that the batch was due to its start. */
  readonly schedulingDelayMs: number
  /** How long each phase took. */
  readonly durationMs: {
    /** Reading and transforming before the batch was due; 0 where nothing was done ahead. */
    readonly readAhead: number
    /** Planning: asking for ends, checking for losses. */
    readonly latestOffset: number
    /** Reading and transforming. */
    readonly addBatch: number
    /** The commit, the sinks' writes among it. */
    readonly commitOffsets: number
    /** All of that from the batch's start on. */
    readonly triggerExecution: number
  }
  /** In the order of the plan. */
  readonly sources: readonly SourceProgress[]
  /** In the order of the plan. */
  readonly sinks: readonly SinkProgress[]
}

/** All ranges of a batch: sources in the order of the plan, then partitions. */
export function rangesOf({ sources }: Pick<BatchProgress, 'sources'>): readonly OffsetRange[] {
  return sources.flatMap(({ ranges }) => ranges)
}

/** The run has ended by itself or by a signal; all that it committed is in the state file. */
export interface Finished {
  readonly kind: 'finished'
  /**
   * Why: nothing more to read up to the ends of the start (`once`), a bound of the command line, or SIGINT and SIGTERM.
   */
  readonly reason: 'once' | 'max-batches' | 'max-duration' | 'signal'
  /** The last committed batch, also of earlier runs; 0 where there is none. */
  readonly lastBatchId: number
}

/** All that a run yields. */
export type Progress = Notice | Started | Printed | BatchProgress | Finished
