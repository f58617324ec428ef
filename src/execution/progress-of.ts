// Computes the progress of a committed micro-batch.

import type { Batch } from '../checkpoint.ts'
import { type LogEnd, lagsOf, type Position } from '../log.ts'
import type { Plan } from '../plan/plan.ts'
import { type BatchProgress, type Refusal, recordsRead } from '../progress.ts'
import type { More } from '../source.ts'

/** Times of one batch in milliseconds of the monotonic clock. */
export interface Times {
  /** Start of the batch before; null for the first of a run. */
  readonly previous: number | null
  /** How long it was worked ahead of the batch: not a time, but a duration. */
  readonly ahead: number
  readonly started: number
  readonly reading: number
  readonly committing: number
  readonly done: number
}

/** What the progress needs in addition to the batch. */
export interface Surroundings {
  readonly plan: Pick<Plan, 'source' | 'sinks'>
  readonly unit: 'records' | 'bytes'
  /** The source's ends when the batch was planned. */
  readonly latest: readonly LogEnd[]
  /** Saved positions before the batch, and after its commit. */
  readonly before: readonly Position[]
  readonly after: readonly Position[]
  /** Why the plan left records. */
  readonly more: More
  /** Rows added to each sink, in the order of the plan. */
  readonly sinkRows: readonly number[]
  readonly refused: readonly Refusal[]
}

export function progressOf(batch: Batch, around: Surroundings, times: Times): BatchProgress {
  const { batchId, batchTime, counts, schedulingDelayMs, source: id, ranges, rate } = batch
  const { plan, unit, latest, before, after, more, sinkRows, refused } = around
  const { previous, ahead, started, reading, committing, done } = times
  const numInputRows = recordsRead(counts)
  const perSecond = (ms: number) => Math.round(numInputRows / (Math.max(ms, 1) / 1000))
  const description = plan.source.canonical
  return {
    kind: 'batch',
    batchId,
    batchTime,
    numInputRows,
    inputRowsPerSecond: previous === null ? null : perSecond(started - previous),
    processedRowsPerSecond: perSecond(done - started + ahead),
    counts,
    refused,
    schedulingDelayMs,
    durationMs: {
      readAhead: Math.round(ahead),
      latestOffset: Math.round(reading - started),
      addBatch: Math.round(committing - reading),
      commitOffsets: Math.round(done - committing),
      triggerExecution: Math.round(done - started),
    },
    sources: [
      {
        ...{ id, description, unit, ranges, before, after, latest, rate },
        lag: lagOf(latest, after),
        isCutByRate: more === 'rate',
      },
    ],
    sinks: plan.sinks.map(({ id, kind, sink }, i) => {
      return { id, description: [kind, ...sink.targets.map(({ name }) => name)].join(' '), rows: sinkRows[i] ?? 0 }
    }),
  }
}

/** Null where no end is known. A partition without a position counts nothing: it is not read yet. */
function lagOf(latest: readonly LogEnd[], positions: readonly Position[]): number | null {
  if (latest.length === 0) return null
  return lagsOf(latest, positions).reduce((sum, lag) => sum + lag, 0)
}
