// What an execution tells while it goes on. Reporters pull it; nothing below prints.

import type { Place } from './errors.ts'
import type { LogEnd, Position } from './log.ts'
import type { Notice } from './notice.ts'
import type { OffsetRange } from './record.ts'

/** The run stands on its state and its source and begins to work. */
export interface Started {
  readonly kind: 'started'
  readonly name: string
  /** Identity of the state file. */
  readonly stateId: string
  /** Committed batches before this run; 0 in a new state. */
  readonly lastBatchId: number
}

/** What a sink prints of a committed batch. */
export interface Printed {
  readonly kind: 'printed'
  readonly text: string
}

/** The outcomes of a batch's records; they add up to the records read. `late` counts rows, apart. */
export interface Counts {
  readonly processed: number
  readonly filtered: number
  readonly skipped: number
  readonly deadLetters: number
  readonly late: number
}

export function recordsRead({ processed, filtered, skipped, deadLetters }: Counts): number {
  return processed + filtered + skipped + deadLetters
}

/** Records that were refused for one reason. */
export interface Refusal {
  /** `E_…` */
  readonly code: string
  /** Of the first of them. */
  readonly message: string
  /** Id of the step or sink that refused them; the kind of the format. */
  readonly step: string
  /** The column that could not be computed; null where it has no name. */
  readonly column: string | null
  /** Of the expression; null where no expression is at fault. */
  readonly place: Place | null
  readonly count: number
}

/** What a batch has read of one source. */
export interface SourceProgress {
  /** Id of the source in the plan. */
  readonly id: string
  /** What it reads, for people. */
  readonly description: string
  /** What an offset counts. */
  readonly unit: 'records' | 'bytes'
  readonly ranges: readonly OffsetRange[]
  /** Saved positions of all partitions, before the batch and after it. */
  readonly before: readonly Position[]
  readonly after: readonly Position[]
  /** The ends of all partitions of the source, as they were when the batch was planned; empty where they are not known. */
  readonly latest: readonly LogEnd[]
  /** What was left to read after the batch, in offsets; null where the ends are not known. */
  readonly lag: number | null
}

/** What a batch has given to one sink. */
export interface SinkProgress {
  /** Id of the sink in the plan. */
  readonly id: string
  /** What it writes, for people. */
  readonly description: string
  /** Rows that were added to it; those of an upsert may have become fewer. */
  readonly rows: number
}

/** One micro-batch was committed. Field names as in Spark's StreamingQueryProgress. */
export interface BatchProgress {
  readonly kind: 'batch'
  readonly batchId: number
  /** Epoch milliseconds. */
  readonly batchTime: number
  readonly numInputRows: number
  /** Since the start of the batch before; null for the first batch of a run. */
  readonly inputRowsPerSecond: number | null
  readonly processedRowsPerSecond: number
  /** They add up to `numInputRows`. */
  readonly counts: Counts
  /** Why records were skipped or became dead letters, the most frequent reason first. */
  readonly refused: readonly Refusal[]
  readonly schedulingDelayMs: number
  readonly durationMs: {
    /** Asking for the ranges. */
    readonly latestOffset: number
    /** Reading and transforming. */
    readonly addBatch: number
    readonly commitOffsets: number
    readonly triggerExecution: number
  }
  /** In the order of the plan. */
  readonly sources: readonly SourceProgress[]
  readonly sinks: readonly SinkProgress[]
}

/** All ranges of a batch: sources in the order of the plan, then partitions. */
export function rangesOf({ sources }: Pick<BatchProgress, 'sources'>): readonly OffsetRange[] {
  return sources.flatMap(({ ranges }) => ranges)
}

export interface Finished {
  readonly kind: 'finished'
  readonly reason: 'once' | 'max-batches' | 'max-duration' | 'signal'
  /** The last committed batch; 0 where there is none. */
  readonly lastBatchId: number
}

export type Progress = Notice | Started | Printed | BatchProgress | Finished
