// `replay --replace`: builds beside a run, then catches up under the lock and puts the results in place.

import {
  assertReplaceable,
  lockState,
  type ReplayHeader,
  type ResultTable,
  readMeta,
  readReplacedBy,
  readReplayHeader,
  removeReplayed,
  replaceResults,
  stateExists,
  viewState,
} from '../../checkpoint/index.ts'
import { Exit, type Problem, SprkError } from '../../errors.ts'
import type { Plan } from '../../plan/plan.ts'
import { partitionKey } from '../../record.ts'
import { systemClock } from '../system-clock.ts'
import { version } from '../version.ts'
import { type BuildOptions, type Built, build } from './build.ts'
import { isOfStateFile } from './muted.ts'

export interface ReplaceCommand extends BuildOptions {
  /** Whether results may disappear. */
  readonly isPartial: boolean
  /** Takes warnings. */
  readonly warn: (line: string) => void
}

/**
 * Throws what `build` throws, and SprkErrors: exit 66 where there is no state file, 64 where results would disappear, 75 where somebody else works on the
 * state file (what was built is kept), 78 where its tables cannot be replaced. Before the swap nothing is changed.
 */
export async function replaceLive(options: ReplaceCommand, signal: AbortSignal): Promise<void> {
  const { plan, livePath, state, range } = options
  const left = leftOver(livePath, state.path)
  if (left !== null) {
    await removeReplayed(state.path, systemClock, signal)
    if (left.plan === plan.fingerprint.plan && left.range === range.text) return
  }
  const results = resultsOf(plan)
  const known = viewState(livePath, (live) => {
    assertReplaceable(live, results)
    return readMeta(live).tables
  })
  for (const table of known.filter((name) => !results.some((result) => result.table === name))) {
    options.warn(`table ${table} is no longer written by the pipeline; it stays as it is`)
  }
  await build({ ...options, check: (built) => assertWhole(built, options) }, signal)
  const lock = await lockLive(options, signal)
  try {
    // Partitions that were met meanwhile are in the range too.
    const check = (built: Omit<Built, 'lastBatchId'>) => assertWhole(built, { ...options, warn: () => {} })
    const { header } = await build({ ...options, check }, signal)
    viewState(livePath, (live) => assertReplaceable(live, results))
    const { name, stateId } = { name: plan.name, stateId: state.stateId }
    const detail = [header.range === '' ? 'the recorded range' : header.range, plan.fingerprint.plan].join('\n')
    replaceResults({
      ...{ path: livePath, replayed: state.path, name, stateId, results, detail },
      version,
      clock: systemClock,
    })
  } finally {
    lock.release()
  }
  await removeReplayed(state.path, systemClock, signal)
}

function resultsOf(plan: Plan): readonly ResultTable[] {
  return plan.sinks.flatMap(({ kind, sink }) =>
    isOfStateFile(kind)
      ? sink.targets.map((table) => ({ table, prepare: (transaction) => sink.prepare(transaction) }))
      : [],
  )
}

/** A replayed file that is in place already: its process ended before it removed it. */
function leftOver(livePath: string, path: string): ReplayHeader | null {
  if (!stateExists(path) || !stateExists(livePath)) return null
  const { stateId, header } = viewState(path, (file) => ({
    stateId: readMeta(file).stateId,
    header: readReplayHeader(file),
  }))
  return header !== null && stateId !== null && viewState(livePath, readReplacedBy) === stateId ? header : null
}

async function lockLive({ livePath, state }: ReplaceCommand, signal: AbortSignal) {
  const { mode, waitLockMs: waitMs, clock } = state
  try {
    return await lockState(livePath, { mode, waitMs, clock }, signal)
  } catch (error) {
    const [problem] = error instanceof SprkError && error.exit === Exit.LOCKED ? error.problems : []
    if (problem === undefined) throw error
    const details = [`${state.path} is kept: the same command only catches up and puts it in place`]
    throw new SprkError(Exit.LOCKED, { ...problem, details }, { cause: error })
  }
}

/** Throws a SprkError (exit 64) where other offsets would be in the results than the run has read, unless that is wanted. */
function assertWhole(built: Omit<Built, 'lastBatchId'>, { isPartial, warn }: ReplaceCommand): void {
  const lines = changesOf(built)
  if (isPartial) for (const line of lines) warn(line)
  const [first, ...details] = lines
  if (isPartial || first === undefined) return
  const problem: Problem = {
    code: 'E_REPLACE_PARTIAL',
    message: first,
    details,
    hint: 'leave the start out to begin where the run began, or add --partial',
  }
  throw new SprkError(Exit.USAGE, problem)
}

function changesOf({ history, partitions }: Omit<Built, 'lastBatchId'>): readonly string[] {
  if (history === null) return []
  const within = new Map(partitions.map((at) => [partitionKey(at), at]))
  const pruned =
    history.firstBatchId > 1
      ? [`the results of batches before ${history.firstBatchId}, which are no longer recorded, disappear`]
      : []
  return [
    ...pruned,
    ...history.partitions.flatMap((live) => {
      const key = partitionKey(live)
      const { from, end = 0 } = within.get(key) ?? {}
      if (live.next === live.start && live.lowest === live.next) return []
      if (from === undefined) return [`${key}: it is no part of the range: its results disappear, its position stays`]
      if (from > live.start)
        return [`${key}: the results of offsets ${live.start} to ${Math.min(from, live.next)} disappear`]
      const until = Math.min(end, live.start)
      return from < until ? [`${key}: offsets ${from} to ${until}, which were never read, are added`] : []
    }),
  ]
}
