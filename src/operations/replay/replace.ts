// `replay --replace`: builds beside a run, then catches up under the lock and puts the results in place.

import { acquireLock, noState, realPath, stateExists, viewState } from '../../checkpoint/index.ts'
import type { Lock } from '../../checkpoint/lock.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import { warning } from '../../notice.ts'
import type { Plan } from '../../plan/plan.ts'
import { tablesOf } from '../../sink.ts'
import { readReplacedBy } from '../history/recorded.ts'
import { readMeta } from '../history/rows.ts'
import { type BuildOptions, build, type ReplayProgress } from './build.ts'
import { assertFound, assertWhole } from './changes.ts'
import type { Asked } from './missing.ts'
import { assertReplaceable, type ResultTable } from './remake.ts'
import { type ReplayHeader, readReplayHeader } from './replay-file.ts'
import { type Replaced, removeReplayed, replaceResults } from './swap.ts'

export interface ReplaceOptions extends BuildOptions {
  /** Whether results may disappear. */
  readonly isPartial: boolean
}

/**
 * Returns null where an earlier call had put the same in place, and had not ended. Throws what `build` throws, and SprkErrors: exit 66 where there is no state file, 64 where results would disappear, 75
 * where another process works on the state file (what was built is kept), 78 where its tables cannot be replaced. Before
 * the swap nothing is changed.
 */
export async function* replaceLive(
  options: ReplaceOptions,
  signal: AbortSignal,
): AsyncGenerator<ReplayProgress, Replaced | null> {
  const { plan, livePath, state, host } = options
  if (!stateExists(livePath)) throw noState(livePath)
  const left = leftOver(livePath, state.path)
  if (left !== null) {
    await removeReplayed(state.path, host.clock, signal)
    const isSame = left.isRebatched === options.isRebatched && left.range === options.range.text
    if (isSame && left.plan === plan.fingerprint.plan) return null
  }
  const results = resultsOf(plan)
  for (const line of unwritten(livePath, results)) yield warning(line)
  assertFound(yield* build({ ...options, check: (built) => assertWhole(built, options) }, signal), options)
  const lock = await lockLive(options, signal)
  let replaced: Replaced
  try {
    const built = yield* build({ ...options, check: checkAgain }, signal)
    const line = assertFound(built, options)
    if (line !== null) yield warning(line)
    viewState(livePath, (live) => assertReplaceable(live, results))
    const { range } = built.header
    replaced = replaceResults({
      ...{ path: livePath, replayed: state.path, name: plan.name, stateId: state.stateId, results },
      detail: [range === '' ? 'the recorded range' : range, plan.fingerprint.plan].join('\n'),
      ...{ version: host.version, clock: host.clock },
    })
  } finally {
    lock.release()
  }
  await removeReplayed(state.path, host.clock, signal)
  return replaced

  /** Partitions that were discovered since are in the range too. The warnings of the others were given. */
  function checkAgain(built: Asked): readonly string[] {
    assertWhole(built, options)
    return []
  }
}

function resultsOf(plan: Plan): readonly ResultTable[] {
  return plan.sinks.flatMap(({ sink }) =>
    tablesOf(sink).map(({ name, reservedIndexes }) => {
      return { table: name, reservedIndexes, open: (transaction: Transaction) => sink.open(transaction) }
    }),
  )
}

/** Lines about tables that the pipeline no longer writes. Throws a SprkError (exit 78) where tables cannot be replaced. */
function unwritten(livePath: string, results: readonly ResultTable[]): readonly string[] {
  const known = viewState(livePath, (live) => {
    assertReplaceable(live, results)
    return readMeta(live).results.map(({ name }) => name)
  })
  // SQLite does not tell names of tables by their case.
  const written = new Set(results.map(({ table }) => table.toLowerCase()))
  return known
    .filter((name) => !written.has(name.toLowerCase()))
    .map((table) => `table ${table} is no longer written by the pipeline; it stays as it is`)
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

async function lockLive({ livePath, state }: ReplaceOptions, signal: AbortSignal): Promise<Lock> {
  const { mode, waitLockMs: waitMs, clock } = state
  try {
    return await acquireLock(realPath(livePath), { mode, waitMs, clock }, signal)
  } catch (error) {
    const [problem] = error instanceof SprkError && error.exit === Exit.LOCKED ? error.problems : []
    if (problem === undefined) throw error
    const details = [`${state.path} is kept: the same command only catches up and puts it in place`]
    throw new SprkError(Exit.LOCKED, { ...problem, details }, { cause: error })
  }
}
