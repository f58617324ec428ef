// Reads a range again through the same transforms: into another file, which can be compared, or in the place of the
// results.

import { warning } from '../../notice.ts'
import type { Plan } from '../../plan/plan.ts'
import { tablesOf } from '../../sink.ts'
import type { Host } from '../host.ts'
import { type Pipeline, stateOptions } from '../pipeline.ts'
import { type BuildOptions, build, type ReplayProgress } from './build.ts'
import { diffStates, type StateDiff } from './diff.ts'
import { missingLine } from './missing.ts'
import { mutedPlan, writesTables } from './muted.ts'
import type { RangeSpec } from './range.ts'
import { replaceLive } from './replace.ts'
import type { Replaced } from './swap.ts'

export interface ReplayOptions {
  readonly range: RangeSpec
  /** Makes new batches instead of repeating those that were recorded. */
  readonly isRebatched: boolean
  /** The file to build, or to go on with. */
  readonly path: string
  /** Lets sinks outside the state file write too. */
  readonly writesOutside: boolean
  /** How long the log may say nothing. */
  readonly timeoutMs: number
  /** How long to wait for another process that holds a file. */
  readonly waitLockMs: number
}

export interface Replayed {
  /** In the file that was built. */
  readonly lastBatchId: number
}

/** The file that a replay of the pipeline builds where no other is named. */
export function replayPath({ spec }: Pipeline): string {
  return `${spec.state.path.replace(/\.db$/, '')}.replay.db`
}

/** Whether a replay has results: else it only counts records, unless other sinks write too. */
export function hasResults({ plan }: Pipeline): boolean {
  return plan.sinks.some(writesTables)
}

/** Builds the file. Throws as `build` does. */
export async function* replay(
  pipeline: Pipeline,
  options: ReplayOptions,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<ReplayProgress, Replayed> {
  const { lastBatchId, missing } = yield* build(buildOptions(pipeline, options, host), signal)
  const line = missingLine(missing)
  if (line !== null) yield warning(line)
  return { lastBatchId }
}

/**
 * Builds the file, puts its results in the place of those of the state file, all at once, and removes it. `isPartial`:
 * results may disappear. Throws as `replaceLive` does.
 */
export function replayInPlace(
  pipeline: Pipeline,
  { isPartial, ...options }: ReplayOptions & { readonly isPartial: boolean },
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<ReplayProgress, Replaced | null> {
  return replaceLive({ ...buildOptions(pipeline, options, host), isPartial }, signal)
}

/** Compares the result tables of a file that was built with those of the state file. */
export function compareResults(
  { spec, plan }: Pipeline,
  replayed: string,
  comparison: { readonly isExact: boolean; readonly examples: number },
): StateDiff {
  return diffStates({ replayed, live: spec.state.path, tables: comparedTables(plan), ...comparison })
}

function comparedTables(plan: Plan) {
  return plan.sinks.flatMap(({ sink }) => tablesOf(sink).map(({ name, key }) => ({ table: name, key })))
}

function buildOptions(pipeline: Pipeline, options: ReplayOptions, host: Host): BuildOptions {
  const { range, isRebatched, path, writesOutside, timeoutMs, waitLockMs } = options
  const plan = writesOutside ? pipeline.plan : mutedPlan(pipeline.plan)
  const state = { ...stateOptions(pipeline, waitLockMs, host), path }
  return { plan, range, isRebatched, livePath: pipeline.spec.state.path, state, timeoutMs, host }
}
