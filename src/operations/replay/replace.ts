// `replay --replace`: builds beside a run, then catches up under the lock and puts the results in place.

import {
  assertReplaceable,
  lockState,
  noState,
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
import type { Transaction } from '../../checkpoint.ts'
import { systemClock } from '../../cli/system-clock.ts'
import { version } from '../../cli/version.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Plan } from '../../plan/plan.ts'
import { tablesOf } from '../../sink.ts'
import { type BuildOptions, build } from './build.ts'
import { assertFound, assertWhole } from './changes.ts'
import type { Asked } from './missing.ts'

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
  const { plan, livePath, state } = options
  if (!stateExists(livePath)) throw noState(livePath)
  const left = leftOver(livePath, state.path)
  if (left !== null) {
    await removeReplayed(state.path, systemClock, signal)
    const isSame = left.isRebatched === options.isRebatched && left.range === options.range.text
    if (isSame && left.plan === plan.fingerprint.plan) return
  }
  const results = resultsOf(plan)
  const known = viewState(livePath, (live) => {
    assertReplaceable(live, results)
    return readMeta(live).tables
  })
  // SQLite does not tell names of tables by their case.
  const written = new Set(results.map(({ table }) => table.toLowerCase()))
  for (const table of known.filter((name) => !written.has(name.toLowerCase()))) {
    options.warn(`table ${table} is no longer written by the pipeline; it stays as it is`)
  }
  const quiet = { ...options, warn: () => {} }
  assertFound(await build({ ...options, check: (built) => assertWhole(built, options) }, signal), quiet)
  const lock = await lockLive(options, signal)
  try {
    // Partitions that were met meanwhile are in the range too.
    const check = (built: Asked) => assertWhole(built, quiet)
    const built = await build({ ...options, check }, signal)
    assertFound(built, options)
    viewState(livePath, (live) => assertReplaceable(live, results))
    const { name, stateId } = { name: plan.name, stateId: state.stateId }
    const { range } = built.header
    const detail = [range === '' ? 'the recorded range' : range, plan.fingerprint.plan].join('\n')
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
  return plan.sinks.flatMap(({ sink }) =>
    tablesOf(sink).map(({ name, reservedIndexes }) => {
      return { table: name, reservedIndexes, open: (transaction: Transaction) => sink.open(transaction) }
    }),
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
