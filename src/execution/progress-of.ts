// What is reported of a committed micro-batch.

import type { Batch, Counts } from '../checkpoint.ts'
import type { BatchProgress } from '../progress.ts'

/** Monotonic milliseconds. */
export interface Times {
  readonly started: number
  readonly reading: number
  readonly committing: number
  readonly done: number
}

export function progressOf(batch: Batch, times: Times): BatchProgress {
  const { batchId, batchTime, counts, schedulingDelayMs, ranges } = batch
  const numInputRows = recordsRead(counts)
  const seconds = Math.max(times.done - times.started, 1) / 1000
  return {
    kind: 'batch',
    batchId,
    batchTime,
    numInputRows,
    processedRowsPerSecond: Math.round(numInputRows / seconds),
    processed: counts.processed,
    filtered: counts.filtered,
    schedulingDelayMs,
    durationMs: {
      latestOffset: Math.round(times.reading - times.started),
      addBatch: Math.round(times.committing - times.reading),
      commitOffsets: Math.round(times.done - times.committing),
      triggerExecution: Math.round(times.done - times.started),
    },
    ranges,
  }
}

export function recordsRead({ processed, filtered, skipped, deadLetters }: Counts): number {
  return processed + filtered + skipped + deadLetters
}
