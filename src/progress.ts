// What an execution tells while it goes on. Reporters pull it; nothing below prints.

import type { Notice } from './notice.ts'
import type { OffsetRange } from './record.ts'

/** The run stands on its state and its source and begins to work. */
export interface Started {
  readonly kind: 'started'
  readonly name: string
  /** Committed batches before this run; 0 in a new state. */
  readonly lastBatchId: number
}

/** What a sink prints of a committed batch. */
export interface Printed {
  readonly kind: 'printed'
  readonly text: string
}

/** One micro-batch was committed. Field names as in Spark's StreamingQueryProgress. */
export interface BatchProgress {
  readonly kind: 'batch'
  readonly batchId: number
  /** Epoch milliseconds. */
  readonly batchTime: number
  readonly numInputRows: number
  readonly processedRowsPerSecond: number
  readonly processed: number
  readonly filtered: number
  readonly schedulingDelayMs: number
  readonly durationMs: {
    /** Asking for the ranges. */
    readonly latestOffset: number
    /** Reading and transforming. */
    readonly addBatch: number
    readonly commitOffsets: number
    readonly triggerExecution: number
  }
  readonly ranges: readonly OffsetRange[]
}

export interface Finished {
  readonly kind: 'finished'
  readonly reason: 'once' | 'max-batches' | 'max-duration' | 'signal'
  /** The last committed batch; 0 where there is none. */
  readonly lastBatchId: number
}

export type Progress = Notice | Started | Printed | BatchProgress | Finished
