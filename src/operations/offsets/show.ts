// sprk offsets show: where each partition stands. Looks at the state file and the log beside whoever works on them.

import {
  assertName,
  readBatches,
  readLastRanges,
  readMeta,
  readResume,
  stateExists,
  viewState,
} from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import type { KindRegistry } from '../../cli/kinds.ts'
import { load } from '../../cli/load.ts'
import { isStateArgument } from '../../cli/options/state-argument.ts'
import { usage } from '../../cli/options/target.ts'
import { stdout } from '../../cli/print/redact.ts'
import { type ShowForm, showReport } from '../../cli/print/show-report.ts'
import { systemClock } from '../../cli/system-clock.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { LogView, MirroredOffset } from '../../log.ts'
import type { Plan } from '../../plan/plan.ts'
import { type Asking, ask } from '../ask.ts'
import { readLog } from './log.ts'
import type { Saved } from './reset-plan.ts'
import { savedOf } from './saved.ts'
import { type History, type LookedAt, standings } from './standing.ts'

export interface ShowOptions {
  readonly set: readonly string[]
  readonly output: ShowForm
  readonly offline: boolean
  readonly timeout: number
}

/** What a state file says. */
interface Snapshot {
  readonly pipeline: string
  readonly stateId: string | null
  readonly saved: Saved
  readonly history: History
}

/** `file`: a pipeline file or a state file. */
export async function showOffsets(
  file: string,
  options: ShowOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  if (isStateArgument(file)) {
    if (options.set.length > 0)
      throw usage(`${file} is a state file: --set is for pipeline files`, 'sprk offsets show --help')
    return print(viewState(file, snapshot), file, null, [], options.output)
  }
  const { spec, plan } = load(file, options.set, registry, { needsSecrets: !options.offline })
  const { path } = spec.state
  const found = stateExists(path) ? viewState(path, (transaction) => ofPipeline(path, plan, transaction)) : null
  if (options.offline) {
    if (found === null) throw nothingSaved(path)
    return print(found, path, null, [], options.output)
  }
  const view = plan.source.look(systemClock, found?.stateId ?? null)
  try {
    const asking = { signal, timeoutMs: options.timeout }
    const notes: string[] = found === null ? [`${path}: there is no state file yet`] : []
    const state = found ?? NOTHING_SAVED(plan.name)
    const looked = await lookAt(view, state.saved, asking, notes)
    return print(state, found === null ? null : path, looked, notes, options.output)
  } finally {
    await view.close()
  }
}

const NOTHING_SAVED = (pipeline: string): Snapshot => {
  return {
    pipeline,
    stateId: null,
    saved: { isNew: true, logId: null, positions: [] },
    history: { lastBatch: null, ranges: [] },
  }
}

function ofPipeline(path: string, plan: Plan, transaction: Transaction): Snapshot {
  assertName(path, transaction, plan.name)
  return snapshot(transaction, plan.source.id)
}

function snapshot(transaction: Transaction, source = 'source'): Snapshot {
  const { name, stateId } = readMeta(transaction)
  const [lastBatch = null] = readBatches(transaction, { last: 1 })
  const ranges = readLastRanges(transaction).filter((range) => range.source === source)
  return { pipeline: name, stateId, saved: savedOf(readResume(transaction), source), history: { lastBatch, ranges } }
}

async function lookAt(view: LogView, saved: Saved, asking: Asking, notes: string[]): Promise<LookedAt> {
  const log = await readLog(view, saved.positions, asking)
  const starts = saved.isNew ? await ask(view.starts(asking.signal), asking) : []
  return { ...log, unit: view.unit ?? 'records', starts, kept: await keptOf(view, asking, notes) }
}

/** The group is for others: where it cannot be read, the rest is shown all the same. */
async function keptOf(
  view: LogView,
  asking: Asking,
  notes: string[],
): Promise<ReadonlyMap<string, MirroredOffset> | null> {
  try {
    return await ask(view.mirrored(asking.signal), asking)
  } catch (error) {
    if (!(error instanceof SprkError)) throw error
    notes.push(`the consumer group cannot be read: ${error.message}`)
    return null
  }
}

function nothingSaved(path: string): SprkError {
  return new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${path}: there is no such state file: the pipeline has not run yet`,
    hint: 'leave out --offline to see where a start would begin',
  })
}

function print(
  state: Snapshot,
  path: string | null,
  log: LookedAt | null,
  notes: readonly string[],
  form: ShowForm,
): number {
  const { pipeline, saved, history } = state
  const report = {
    pipeline,
    state: path,
    unit: log?.unit ?? 'records',
    logId: log?.logId ?? saved.logId,
    batchId: history.lastBatch?.batchId ?? 0,
    committedAt: history.lastBatch?.committedAt ?? null,
    isOffline: log === null,
    partitions: standings(saved, history, log),
    notes,
  }
  stdout.write(showReport(report, form))
  return Exit.OK
}
