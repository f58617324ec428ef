// What is known of a pipeline and its last batches: as a value, and as an object for programs (docs/json-output.md).

import type { ReceiverReport } from '../../block.ts'
import { stateExists, stateIsHeld } from '../../checkpoint/index.ts'
import { SprkError } from '../../errors.ts'
import type { Plan } from '../../plan/plan.ts'
import { recordsRead } from '../../progress.ts'
import { isoText } from '../../values/iso-text.ts'
import type { Asking } from '../ask.ts'
import { waitingTotal } from '../history/blocks.ts'
import type { BatchRow } from '../history/rows.ts'
import type { Host } from '../host.ts'
import type { Pipeline } from '../pipeline.ts'
import { askLag, type Lag } from './lag.ts'
import { readStateReport, type StateReport } from './state-report.ts'

export interface PipelineStatus {
  readonly name: string
  /** Of the state file. */
  readonly path: string
  /** Null: no pipeline file was given. */
  readonly batchIntervalMs: number | null
  /** Epoch milliseconds. */
  readonly now: number
  /** A process holds the state file. */
  readonly isRunning: boolean
  /** Null: there is no state file. */
  readonly state: StateReport | null
  readonly lag: Lag | { readonly unknown: string } | 'not asked'
}

export interface StatusOptions {
  /** How many of the last batches. */
  readonly batches: number
  /** How long brokers may say nothing before their lag is unknown; null: they are not asked. */
  readonly timeoutMs: number | null
}

/** Looks at a pipeline beside its run. Throws a SprkError (exit 78) for another pipeline's state file. */
export async function status(
  { spec, plan }: Pipeline,
  { batches, timeoutMs }: StatusOptions,
  host: Host,
  signal: AbortSignal,
): Promise<PipelineStatus> {
  const { path } = spec.state
  const isRunning = stateIsHeld(path)
  const state = stateExists(path) ? readStateReport(path, plan, batches) : null
  // Warnings are not told: where the log is away, the lag says so.
  const quiet = { ...host, tell: () => {} }
  const lag = timeoutMs === null ? 'not asked' : await lagOf(plan, state, { host: quiet, signal, timeoutMs })
  const { name, batchIntervalMs } = plan
  return { name, path, batchIntervalMs, now: host.clock.now(), isRunning, state, lag }
}

/** What a state file alone says. Throws a SprkError: exit 66 without a state file. */
export function fileStatus(path: string, batches: number, host: Host): PipelineStatus {
  const state = readStateReport(path, null, batches)
  const { name } = state.meta
  const isRunning = stateIsHeld(path)
  return { name, path, batchIntervalMs: null, now: host.clock.now(), isRunning, state, lag: 'not asked' }
}

/** A log that is away is no reason to say nothing of the rest. */
async function lagOf(plan: Plan, state: StateReport | null, asking: Asking): Promise<PipelineStatus['lag']> {
  const { clock } = asking.host
  const view = plan.source.view(clock, state?.meta.stateId ?? null)
  try {
    return await askLag(view, state, clock.now(), asking)
  } catch (error) {
    if (error instanceof SprkError) return { unknown: error.message }
    throw error
  } finally {
    await view.close()
  }
}

/** As Spark Streaming counts it. */
export function totalDelayMs({ schedulingDelayMs, processingMs }: BatchRow): number {
  return schedulingDelayMs + processingMs
}

export function statusObject({ name, path, batchIntervalMs, now, isRunning, state, lag }: PipelineStatus): object {
  const holder = state?.meta.holder ?? null
  const isKnown = lag !== 'not asked' && !('unknown' in lag)
  return {
    name,
    state: path,
    timestamp: isoText(now),
    running: isRunning,
    process: holder === null ? null : { ...holder, startedAt: isoText(holder.startedAt) },
    version: state?.meta.version ?? null,
    batchIntervalMs,
    lastBatchId: state?.lastBatchId ?? 0,
    lag: isKnown ? lag : null,
    lagUnknown: lag !== 'not asked' && 'unknown' in lag ? lag.unknown : null,
    waiting: state === null ? null : waitingObject(state),
    receivers: receiversOf(state, isRunning)?.map(receiverObject) ?? null,
    deadLetters: state?.deadLetters ?? 0,
    pruned: state === null ? null : prunedObject(state),
    moves: state?.moves ?? 0,
    lastMove: state === null ? null : moveObject(state),
    pipelineChange: state?.pipeline?.change ?? null,
    batches: state?.batches.map(batchObject) ?? [],
  }
}

/** Those that run; empty where none does, null where the pipeline never had receivers. */
export function receiversOf(state: StateReport | null, isRunning: boolean): readonly ReceiverReport[] | null {
  const said = state?.receivers ?? null
  if (said === null) return null
  return isRunning && said.isOfLastRun ? said.receivers : []
}

/** When the oldest block came; null where none waits. */
export function oldestReceivedAt({ waiting }: StateReport): number | null {
  return waiting.size === 0 ? null : Math.min(...[...waiting.values()].map((at) => at.oldestReceivedAt))
}

function waitingObject(state: StateReport): object {
  const oldest = oldestReceivedAt(state)
  return { ...waitingTotal(state.waiting.values()), oldestReceivedAt: oldest === null ? null : isoText(oldest) }
}

function receiverObject({ number, partitions, restarts, lastError }: ReceiverReport): object {
  const [message, at] = lastError === null ? [null, null] : [lastError.message, isoText(lastError.at)]
  return { number, partitions, restarts, lastError: message, lastErrorAt: at }
}

/** Null: nothing was pruned. */
function prunedObject({ pruned }: StateReport): object | null {
  const { lastBatchId, committedAt, counts, deadLetters } = pruned
  if (lastBatchId === 0 && deadLetters === 0) return null
  const at = lastBatchId === 0 ? null : isoText(committedAt)
  return { lastBatchId, committedAt: at, numInputRows: recordsRead(counts), deadLetters }
}

function moveObject({ lastMove }: StateReport): object | null {
  if (lastMove === null) return null
  const { at, batchId, topic, partition, fromOffset, toOffset, cause } = lastMove
  return { timestamp: isoText(at), batchId, topic, partition, fromOffset, toOffset, cause }
}

function batchObject(batch: BatchRow): object {
  const { batchId, batchTime, committedAt, counts, schedulingDelayMs, processingMs, rate } = batch
  return {
    batchId,
    timestamp: isoText(batchTime),
    committedAt: isoText(committedAt),
    numInputRows: recordsRead(counts),
    ...counts,
    schedulingDelayMs,
    processingMs,
    totalDelayMs: totalDelayMs(batch),
    rate,
  }
}
