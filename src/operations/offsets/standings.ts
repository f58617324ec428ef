// Where each partition stands: looks at the state file and the log beside a run.

import { assertName, readResume, stateExists, viewState } from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { AwayPartition, LogView, MirroredOffset } from '../../log.ts'
import { warning } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { type Asking, ask } from '../ask.ts'
import { awayText } from '../away.ts'
import { readWaiting, receivedPositions, type Waiting } from '../history/blocks.ts'
import { readBatches, readLastRanges, readMeta } from '../history/rows.ts'
import type { Host } from '../host.ts'
import type { Pipeline } from '../pipeline.ts'
import { readLog } from './log.ts'
import { type Saved, savedOf } from './saved.ts'
import { type AskedLog, type LastRead, type Standing, standingsOf } from './standing.ts'

export interface Standings {
  readonly pipeline: string
  /** Path of the state file; null: there is none yet. */
  readonly state: string | null
  /** What an offset counts. */
  readonly unit: 'records' | 'bytes'
  /** Of the log that the positions belong to. */
  readonly logId: string | null
  /** 0: none was committed. */
  readonly batchId: number
  /** Of the last batch, epoch milliseconds. */
  readonly committedAt: number | null
  /** The log was not asked. */
  readonly isOffline: boolean
  readonly partitions: readonly Standing[]
  /** Partitions whose log did not answer: totals leave them out. */
  readonly away: readonly AwayPartition[]
  /** What else there is to say, a line each. */
  readonly notes: readonly string[]
}

/** What a state file says. */
interface Snapshot {
  readonly pipeline: string
  readonly stateId: string | null
  readonly saved: Saved
  readonly last: LastRead
  readonly waiting: ReadonlyPartitionMap<Waiting>
}

/** From a state file alone, whatever its pipeline. Throws a SprkError: exit 66 where there is none. */
export function fileStandings(path: string): Standings {
  return assembled(viewState(path, snapshot), path, null, [])
}

/** From the pipeline's state file alone. Throws a SprkError: exit 66 where there is none, 78 for another pipeline's. */
export function savedStandings(pipeline: Pipeline): Standings {
  const { path } = pipeline.spec.state
  const found = readSnapshot(pipeline)
  if (found === null) throw nothingSaved(path)
  return assembled(found, path, null, [])
}

/** Throws a SprkError: exit 69 where the log says nothing for so long, 78 for another pipeline's state file. */
export async function standings(
  pipeline: Pipeline,
  timeoutMs: number,
  host: Host,
  signal: AbortSignal,
): Promise<Standings> {
  const { path } = pipeline.spec.state
  const found = readSnapshot(pipeline)
  const view = pipeline.plan.source.view(host.clock, found?.stateId ?? null)
  try {
    const notes: string[] = found === null ? [`${path}: there is no state file yet`] : []
    const state = found ?? nothing(pipeline.plan.name)
    const log = await askLog(view, state, { host, signal, timeoutMs }, notes)
    return assembled(state, found === null ? null : path, log, notes)
  } finally {
    await view.close()
  }
}

/** Null where there is no state file. */
function readSnapshot({ spec, plan }: Pipeline): Snapshot | null {
  const { path } = spec.state
  if (!stateExists(path)) return null
  return viewState(path, (transaction) => {
    assertName(path, transaction, plan.name)
    return snapshot(transaction, plan.source.id)
  })
}

function snapshot(transaction: Transaction, source = 'source'): Snapshot {
  const { name, stateId } = readMeta(transaction)
  const [lastBatch = null] = readBatches(transaction, { last: 1 })
  const ranges = readLastRanges(transaction).filter((range) => range.source === source)
  return {
    pipeline: name,
    stateId,
    saved: savedOf(readResume(transaction), source),
    last: { lastBatch, ranges: PartitionMap.of(ranges) },
    waiting: readWaiting(transaction, source),
  }
}

function nothing(pipeline: string): Snapshot {
  const saved = { isNew: true, logId: null, positions: [] }
  const last = { lastBatch: null, ranges: new PartitionMap<never>() }
  return { pipeline, stateId: null, saved, last, waiting: new PartitionMap() }
}

async function askLog(view: LogView, { saved, waiting }: Snapshot, asking: Asking, notes: string[]): Promise<AskedLog> {
  const log = await readLog(view, receivedPositions(saved.positions, waiting), asking, 'present')
  if (log.away.length > 0) asking.host.tell(warning(`not known, and in no total: ${awayText(log.away)}`))
  const starts = saved.isNew ? await ask(view.starts(asking.signal, log.partitions), asking) : []
  return { ...log, unit: view.unit ?? 'records', starts, mirrored: await askMirrored(view, asking, notes) }
}

/** The group is for other programs: where it cannot be read, the rest is shown all the same. */
async function askMirrored(
  view: LogView,
  asking: Asking,
  notes: string[],
): Promise<ReadonlyPartitionMap<MirroredOffset> | null> {
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

function assembled(
  { pipeline, saved, last, waiting }: Snapshot,
  state: string | null,
  log: AskedLog | null,
  notes: readonly string[],
): Standings {
  return {
    pipeline,
    state,
    unit: log?.unit ?? 'records',
    logId: log?.logId ?? saved.logId,
    batchId: last.lastBatch?.batchId ?? 0,
    committedAt: last.lastBatch?.committedAt ?? null,
    isOffline: log === null,
    partitions: standingsOf(saved, last, log, waiting),
    away: log?.away ?? [],
    notes,
  }
}
