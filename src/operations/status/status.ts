// What is known of a pipeline and its last batches, and as an object for programs (docs/json-output.md).

import type { BatchRow } from '../../checkpoint/index.ts'
import type { Lag } from './lag.ts'
import type { StateReport } from './state-report.ts'

export interface Status {
  readonly name: string
  /** Of the state file. */
  readonly path: string
  readonly batchIntervalMs: number
  /** Epoch milliseconds. */
  readonly now: number
  /** Somebody holds the state file. */
  readonly isRunning: boolean
  /** Null: there is no state file. */
  readonly state: StateReport | null
  readonly lag: Lag | { readonly unknown: string } | 'not asked'
}

/** Its outcomes add up to the records read. */
export function recordsOf({ counts: { processed, filtered, skipped, deadLetters } }: BatchRow): number {
  return processed + filtered + skipped + deadLetters
}

/** As Spark Streaming counts it. */
export function totalDelayMs({ schedulingDelayMs, processingMs }: BatchRow): number {
  return schedulingDelayMs + processingMs
}

export function statusObject({ name, path, batchIntervalMs, now, isRunning, state, lag }: Status): object {
  const holder = state?.meta.holder ?? null
  const isKnown = lag !== 'not asked' && !('unknown' in lag)
  return {
    name,
    state: path,
    timestamp: timeOf(now),
    running: isRunning,
    process: holder === null ? null : { ...holder, startedAt: timeOf(holder.startedAt) },
    version: state?.meta.version ?? null,
    batchIntervalMs,
    lastBatchId: state?.lastBatchId ?? 0,
    lag: isKnown ? lag : null,
    lagUnknown: lag !== 'not asked' && 'unknown' in lag ? lag.unknown : null,
    deadLetters: state?.deadLetters ?? 0,
    moves: state?.moves ?? 0,
    lastMove: state === null ? null : moveObject(state),
    pipelineChange: state?.pipeline.change ?? null,
    batches: state?.batches.map(batchObject) ?? [],
  }
}

function moveObject({ lastMove }: StateReport): object | null {
  if (lastMove === null) return null
  const { at, batchId, topic, partition, fromOffset, toOffset, cause } = lastMove
  return { timestamp: timeOf(at), batchId, topic, partition, fromOffset, toOffset, cause }
}

function batchObject(batch: BatchRow): object {
  const { batchId, batchTime, committedAt, counts, schedulingDelayMs, processingMs } = batch
  return {
    batchId,
    timestamp: timeOf(batchTime),
    committedAt: timeOf(committedAt),
    numInputRows: recordsOf(batch),
    ...counts,
    schedulingDelayMs,
    processingMs,
    totalDelayMs: totalDelayMs(batch),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
