// Builds the state file of a replay, or goes on with one: the range is found, its batches are repeated into the file.

import { randomUUID } from 'node:crypto'
import {
  addMissing,
  assertSameReplay,
  beginReplay,
  type CheckpointOptions,
  type History,
  openCheckpoint,
  type ReplayHeader,
  readHistory,
  readRepeated,
  readReplayHeader,
  realPath,
  saveRepeated,
  stateExists,
  viewState,
} from '../../checkpoint/index.ts'
import type { Checkpoint, Transaction } from '../../checkpoint.ts'
import type { RangeSpec } from '../../cli/options/range.ts'
import { systemClock } from '../../cli/system-clock.ts'
import { version } from '../../cli/version.ts'
import { Exit, SprkError } from '../../errors.ts'
import { execute } from '../../execution/execute.ts'
import { Stopped } from '../../execution/pull.ts'
import type { LogView } from '../../log.ts'
import { warning } from '../../notice.ts'
import type { Plan } from '../../plan/plan.ts'
import { recordsRead } from '../../progress.ts'
import { byTopicPartition, partitionKey } from '../../record.ts'
import type { ReplayTotals } from '../../reporters/replay.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { ask } from '../ask.ts'
import { readLog } from '../offsets/log.ts'
import { decide, remarks } from './decide.ts'
import { type Asked, type Found, missingRecords } from './missing.ts'
import { noting, RecordedSource, type Repeated } from './recorded-source.ts'
import { recordingOf } from './recording.ts'
import { assertInLog, type ResolvedPartition, resolveRange, resumeRange, type Span } from './resolve.ts'

export interface BuildOptions {
  readonly plan: Plan
  readonly range: RangeSpec
  readonly isRebatched: boolean
  /** The state file that is repeated. It is only read. */
  readonly livePath: string
  /** Of the file that is built. */
  readonly state: CheckpointOptions
  readonly timeoutMs: number
  readonly reporterOf: (totals: ReplayTotals) => Reporter
  /** Called before anything is changed. */
  readonly check?: (range: Asked) => void
}

/** What was repeated. */
export interface Built extends Asked, Found {
  /** In the file that was built. */
  readonly lastBatchId: number
}

/**
 * Repeats the range into the file at `state.path`, up to its end as of now. Throws what a run throws, and SprkErrors: exit
 * 66 where there is nothing to repeat, 78 for a file of another replay, 79 for records that are gone. Stopped after an abort: the same
 * call goes on.
 */
export async function build(options: BuildOptions, signal: AbortSignal): Promise<Built> {
  const { plan, state, livePath } = options
  assertOtherFile(state.path, livePath)
  const history = stateExists(livePath) ? viewState(livePath, (live) => readHistory(live, plan.source.id)) : null
  assertRepeatable(options, history)
  const range = await findRange(options, history, signal)
  options.check?.({ ...range, history })
  // Read in the transaction of the start: no second handle of the file may be closed while it is open (see lock.ts).
  let repeated: Repeated = null
  const prepare = [
    ...state.prepare,
    beginReplay(state.path, range.header, { at: systemClock.now(), version }),
    (transaction: Transaction) => {
      repeated = readRepeated(transaction)
    },
  ]
  const checkpoint = await openCheckpoint({ ...state, stateId: randomUUID(), prepare }, signal)
  try {
    await repeat(options, { ...range, history, repeated }, checkpoint, signal)
  } finally {
    checkpoint.close()
  }
  const missing = missingRecords(state.path, range.unit, { ...range, history })
  return { ...range, history, lastBatchId: checkpoint.resume.lastBatchId, missing }
}

interface Range {
  readonly header: ReplayHeader
  readonly partitions: readonly ResolvedPartition[]
  readonly lines: readonly string[]
  readonly unit: 'records' | 'bytes'
}

async function findRange(
  { plan, range, isRebatched, livePath, state, timeoutMs }: BuildOptions,
  history: History | null,
  signal: AbortSignal,
): Promise<Range> {
  const view = plan.source.look(systemClock, history?.stateId ?? null)
  const { unit = 'records' } = view
  const asking = { signal, timeoutMs }
  try {
    const { logId, partitions: log } = await readLog(view, history?.partitions ?? [], asking)
    assertSameCluster(history?.logId ?? null, logId)
    const offsetsAt = (time: number) => ask(view.offsetsAt(log, time, signal), asking)
    const around = { history, logId, log, offsetsAt: once(offsetsAt) }
    const saved = stateExists(state.path) ? viewState(state.path, (file) => ({ header: readReplayHeader(file) })) : null
    if (saved !== null) return await resumed(saved.header, around)
    const partitions = await resolveRange(range, around)
    const { header, lines } = decide(range, isRebatched, plan, history, logId, partitions)
    assertInLog(partitions, (at) => spanOf(header, at))
    await assertBounds(view, partitions)
    return {
      header,
      partitions,
      unit,
      lines: [...lines, ...remarks(range, plan, livePath, history, header, partitions)],
    }
  } finally {
    await view.close()
  }

  async function resumed(header: ReplayHeader | null, around: Parameters<typeof resumeRange>[2]): Promise<Range> {
    const live = { stateId: history?.stateId ?? null, replacedBy: history?.replacedBy ?? null }
    const asked = { ...live, range: range.text, plan: plan.fingerprint.plan, isRebatched }
    const same = assertSameReplay(state.path, header, asked)
    const partitions = await resumeRange(range, same, around)
    const now = decide(range, isRebatched, plan, history, around.logId, partitions)
    if (same.isRecorded && !now.header.isRecorded) throw movedMeanwhile(state.path, now.lines)
    return { header: same, partitions, unit, lines: [] }
  }
}

/** A run that was moved back has read from there too. */
function spanOf({ isRecorded, isFromStart }: ReplayHeader, { from, end, live }: ResolvedPartition): Span {
  if (!isRecorded || !isFromStart || live === null) return { begin: from, end }
  return { begin: live.lowest, end: end >= live.next ? Math.max(end, live.highest) : end }
}

/** Throws a SprkError (exit 79) before a file is begun that could never be finished. */
function assertSameCluster(known: string | null, logId: string | null): void {
  if (known === null || logId === null || known === logId) return
  throw new SprkError(Exit.DATA_LOSS, {
    code: 'E_OTHER_CLUSTER',
    message: `the state belongs to the Kafka cluster ${known}, but the brokers are of cluster ${logId}`,
    hint: 'name brokers of the cluster that the run has read',
  })
}

/** Throws a SprkError (exit 64) where a line of a file would be cut. */
async function assertBounds(view: LogView, partitions: readonly ResolvedPartition[]): Promise<void> {
  for (const at of partitions) {
    const bounds = at.until === null || at.until === at.log?.end ? [at.from] : [at.from, at.until]
    for (const offset of at.log === null ? [] : bounds) {
      const refusal = (await view.refusal?.(at, offset)) ?? null
      if (refusal === null) continue
      const message = `${partitionKey(at)}: a range cannot begin or end there: ${refusal}`
      throw new SprkError(Exit.USAGE, { code: 'E_OUT_OF_RANGE', message, hint: 'name the first byte of a line' })
    }
  }
}

async function repeat(
  { plan, livePath, timeoutMs, reporterOf }: BuildOptions,
  { header, partitions, lines, history, repeated }: Range & { history: History | null; repeated: Repeated },
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<void> {
  const source = plan.source.id
  const begin = [...partitions].sort(byTopicPartition)
  checkpoint.register(
    source,
    header.logId,
    begin.map(({ topic, partition, topicId, from }) => ({
      ...{ topic, partition, topicId },
      next: from,
      leaderEpoch: null,
      tailHash: null,
    })),
  )
  const through = history?.lastBatchId ?? 0
  const recording = recordingOf({ path: livePath, source, header, partitions, repeated, through })
  const recorded = new RecordedSource(() => plan.source.create(systemClock), recording)
  const reporter = reporterOf(totalsOf(partitions, checkpoint, source))
  for (const line of lines) reporter.report(warning(line))
  const ports = {
    source: recorded,
    checkpoint: noting(checkpoint, (transaction, { counts }) => {
      saveRepeated(transaction, recorded.repeated)
      const read = recordsRead(counts)
      addMissing(transaction, Math.max((recorded.records ?? read) - read, 0))
    }),
    clock: systemClock,
  }
  const ending = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs }
  try {
    for await (const progress of execute(plan, ports, ending, signal)) {
      reporter.report(progress)
      if (progress.kind === 'finished' && progress.reason === 'signal') throw new Stopped()
    }
  } finally {
    await recorded.close()
  }
}

function totalsOf(partitions: readonly ResolvedPartition[], { resume }: Checkpoint, source: string): ReplayTotals {
  const next = new Map(resume.positions.get(source)?.map((position) => [partitionKey(position), position.next]))
  const sum = (value: (at: ResolvedPartition) => number) => partitions.reduce((all, at) => all + value(at), 0)
  return {
    total: sum(({ from, end }) => Math.max(end - from, 0)),
    done: sum((at) => Math.max((next.get(partitionKey(at)) ?? at.from) - at.from, 0)),
  }
}

function assertOtherFile(path: string, livePath: string): void {
  if (realPath(path) !== realPath(livePath)) return
  throw new SprkError(Exit.USAGE, {
    code: 'E_USAGE',
    message: `${path}: this is the pipeline's own state file, which a replay only reads`,
    hint: 'name another file with --into; --replace puts the results into the state file when they are whole',
  })
}

function assertRepeatable({ plan, range, livePath }: BuildOptions, history: History | null): void {
  if (history !== null && history.name !== plan.name) {
    throw new SprkError(Exit.CONFIG, {
      code: 'E_STATE_OTHER',
      message: `${livePath}: this is the state file of pipeline ${history.name}, not of ${plan.name}`,
      hint: 'name another file under `state:`',
    })
  }
  const isNamed = range.from === null && [...range.fromNamed.keys()].every((key) => range.toNamed.has(key))
  if (history !== null || isNamed || (range.from !== 'recorded' && range.to !== 'live')) return
  throw new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${livePath}: there is no such state file: the pipeline has not run yet, so that nothing says what to repeat`,
    hint: 'sprk replay <pipeline> --from-offset earliest --to-offset latest',
  })
}

/** Its recorded batches have offsets more than once, or of another log. */
function movedMeanwhile(path: string, details: readonly string[]): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_REPLAY_OTHER',
    message: `${path}: it repeats recorded batches, and since it was begun these are no longer what was asked for`,
    details,
    hint: 'remove it with its -wal and -shm to begin anew, or name another file with --into',
  })
}

function once(find: (time: number) => Promise<ReadonlyMap<string, number>>): typeof find {
  const found = new Map<number, ReturnType<typeof find>>()
  return (time) => {
    const known = found.get(time) ?? find(time)
    found.set(time, known)
    return known
  }
}
