// What is reported of a committed micro-batch.

import type { Batch } from '../checkpoint.ts'
import type { LogEnd, Position } from '../log.ts'
import { type BatchProgress, type Refusal, recordsRead, type SinkProgress } from '../progress.ts'
import { partitionKey } from '../record.ts'

/** Monotonic milliseconds. */
export interface Times {
  readonly started: number
  readonly reading: number
  readonly committing: number
  readonly done: number
}

/** What is known beside the batch. */
export interface Surroundings {
  /** The source's ends when the batch was planned. */
  readonly latest: readonly LogEnd[]
  /** Saved positions after the commit. */
  readonly positions: readonly Position[]
  readonly sinks: readonly SinkProgress[]
  readonly refused: readonly Refusal[]
}

export function progressOf(
  batch: Batch,
  { latest, positions, sinks, refused }: Surroundings,
  times: Times,
): BatchProgress {
  const { batchId, batchTime, counts, schedulingDelayMs, source, ranges } = batch
  const numInputRows = recordsRead(counts)
  const seconds = Math.max(times.done - times.started, 1) / 1000
  return {
    kind: 'batch',
    batchId,
    batchTime,
    numInputRows,
    processedRowsPerSecond: Math.round(numInputRows / seconds),
    counts,
    refused,
    schedulingDelayMs,
    durationMs: {
      latestOffset: Math.round(times.reading - times.started),
      addBatch: Math.round(times.committing - times.reading),
      commitOffsets: Math.round(times.done - times.committing),
      triggerExecution: Math.round(times.done - times.started),
    },
    sources: [{ id: source, ranges, latest, lag: lagOf(latest, positions) }],
    sinks,
  }
}

/** Null where no end is known. A partition without a position is not read yet. */
function lagOf(latest: readonly LogEnd[], positions: readonly Position[]): number | null {
  if (latest.length === 0) return null
  const nexts = new Map(positions.map((position) => [partitionKey(position), position.next]))
  return latest.reduce((sum, at) => sum + Math.max(at.end - (nexts.get(partitionKey(at)) ?? at.end), 0), 0)
}
