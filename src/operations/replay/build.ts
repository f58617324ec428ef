// Builds the state file of a replay, or goes on with one: finds the range and repeats its batches into the file.

import { type CheckpointOptions, openCheckpoint, realPath, stateExists, viewState } from '../../checkpoint/index.ts'
import type { Checkpoint, Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import { execute } from '../../execution/execute.ts'
import { Stopped } from '../../execution/pull.ts'
import { isSameLog, type LogView, positionAt } from '../../log.ts'
import { warning } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { Plan } from '../../plan/plan.ts'
import { type Progress, recordsRead } from '../../progress.ts'
import { byTopicPartition, partitionKey } from '../../record.ts'
import { ask } from '../ask.ts'
import { type RecordedHistory, readHistory } from '../history/recorded.ts'
import type { Host } from '../host.ts'
import { readLog } from '../offsets/log.ts'
import { assertKept, decide, remarks } from './decide.ts'
import { type Asked, type Found, missingRecords } from './missing.ts'
import type { RangeSpec } from './range.ts'
import { noting, RecordedSource, type Repeated } from './recorded-source.ts'
import { recordingOf } from './recording.ts'
import {
  addMissing,
  assertSameReplay,
  beginReplay,
  type ReplayHeader,
  readRepeated,
  readReplayHeader,
  saveRepeated,
} from './replay-file.ts'
import { assertInLog, type ReadSpan, type ResolvedPartition, resolveRange, resumeRange } from './resolve.ts'

/** How much there is to repeat: stands before the progress of the execution that repeats it. */
export interface RangeProgress {
  readonly kind: 'range'
  /** Offsets in the range. */
  readonly total: number
  /** Of them, those that were repeated before. */
  readonly done: number
}

export type ReplayProgress = Progress | RangeProgress

export interface BuildOptions {
  readonly plan: Plan
  readonly range: RangeSpec
  readonly isRebatched: boolean
  /** The state file that is repeated. It is only read. */
  readonly livePath: string
  /** Of the file that is built. */
  readonly state: CheckpointOptions
  readonly timeoutMs: number
  readonly host: Host
  /** Called before anything is changed. Returns warnings. */
  readonly check?: (range: Asked) => readonly string[]
}

/** What was repeated. */
export interface Built extends Asked, Found {
  /** In the file that was built. */
  readonly lastBatchId: number
}

/**
 * Repeats the range into the file at `state.path`, up to its end as of now. Throws what a run throws, and SprkErrors: exit
 * 66 where there is nothing to repeat, 78 for a file of another replay, 79 for records that are gone. Throws Stopped after
 * an abort: the same call goes on.
 */
export async function* build(options: BuildOptions, signal: AbortSignal): AsyncGenerator<ReplayProgress, Built> {
  const { plan, state, livePath, host } = options
  assertOtherFile(state.path, livePath)
  const history = stateExists(livePath) ? viewState(livePath, (live) => readHistory(live, plan.source.id)) : null
  assertRepeatable(options, history)
  const range = await findRange(options, history, signal)
  for (const line of options.check?.({ ...range, history }) ?? []) yield warning(line)
  // Read in the transaction of the start: no second handle of the file may be closed while it is open (see lock.ts).
  let repeated: Repeated = null
  const onOpen = [
    ...state.onOpen,
    beginReplay(state.path, range.header, { at: host.clock.now(), version: host.version }),
    (transaction: Transaction) => {
      repeated = readRepeated(transaction)
    },
  ]
  const checkpoint = await openCheckpoint({ ...state, stateId: host.newId(), onOpen }, signal)
  try {
    yield* repeat(options, { ...range, history, repeated }, checkpoint, signal)
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
  { plan, range, isRebatched, livePath, state, timeoutMs, host }: BuildOptions,
  history: RecordedHistory | null,
  signal: AbortSignal,
): Promise<Range> {
  const view = plan.source.view(host.clock, history?.stateId ?? null)
  const { unit = 'records' } = view
  const asking = { host, signal, timeoutMs }
  try {
    const { logId, partitions: log } = await readLog(view, history?.partitions ?? [], asking)
    assertSameCluster(history?.logId ?? null, logId)
    const offsetsAt = (time: number) => ask(view.offsetsAt(log, time, signal), asking)
    const around = { history, logId, log, offsetsAt: once(offsetsAt) }
    if (stateExists(state.path)) return await resumed(around)
    const partitions = await resolveRange(range, around)
    const { header, lines } = decide(range, isRebatched, plan, history, logId, partitions)
    assertInLog(partitions, (at) => spanOf(header, at))
    assertKept(livePath, header, history, partitions)
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

  async function resumed(around: Parameters<typeof resumeRange>[2]): Promise<Range> {
    const { header, repeated } = viewState(state.path, (file) => {
      return { header: readReplayHeader(file), repeated: readRepeated(file) }
    })
    const live = { stateId: history?.stateId ?? null, replacedBy: history?.replacedBy ?? null }
    const asked = { ...live, range: range.text, plan: plan.fingerprint.plan, isRebatched }
    const same = assertSameReplay(state.path, header, asked)
    const partitions = await resumeRange(range, same, around)
    const now = decide(range, isRebatched, plan, history, around.logId, partitions)
    if (same.isRecorded && !now.header.isRecorded) throw movedMeanwhile(state.path, now.lines)
    // What was pruned since may have been repeated before.
    if (repeated === null) assertKept(livePath, same, history, partitions)
    return { header: same, partitions, unit, lines: [] }
  }
}

/** Where the run was moved back, its recorded batches begin below the range. */
function spanOf({ isRecorded, isFromStart }: ReplayHeader, { from, end, live }: ResolvedPartition): ReadSpan {
  if (!isRecorded || !isFromStart || live === null) return { begin: from, end }
  return { begin: live.lowest, end: end >= live.next ? Math.max(end, live.highest) : end }
}

/** Throws a SprkError (exit 79) before a file is begun that could never be finished. */
function assertSameCluster(known: string | null, logId: string | null): void {
  if (isSameLog(known, logId)) return
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

async function* repeat(
  { plan, livePath, timeoutMs, host }: BuildOptions,
  { header, partitions, lines, history, repeated }: Range & { history: RecordedHistory | null; repeated: Repeated },
  checkpoint: Checkpoint,
  signal: AbortSignal,
): AsyncGenerator<ReplayProgress, void> {
  const source = plan.source.id
  const begin = [...partitions].sort(byTopicPartition)
  checkpoint.register(
    source,
    header.logId,
    begin.map((at) => positionAt(at, at.from, at.topicId)),
  )
  yield { kind: 'range', ...totalsOf(partitions, checkpoint, source) }
  for (const line of lines) yield warning(line)
  const [first, through] = [history?.firstBatchId ?? 0, history?.lastBatchId ?? 0]
  const recording = recordingOf({ path: livePath, source, header, partitions, first, repeated, through })
  const recorded = new RecordedSource(() => plan.source.create(host.clock), recording)
  const ports = {
    source: recorded,
    checkpoint: noting(checkpoint, (transaction, { counts }) => {
      saveRepeated(transaction, recorded.repeated)
      const read = recordsRead(counts)
      addMissing(transaction, Math.max((recorded.records ?? read) - read, 0))
    }),
    clock: host.clock,
  }
  const ending = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs }
  try {
    for await (const progress of execute(plan, ports, ending, signal)) {
      yield progress
      if (progress.kind === 'finished' && progress.reason === 'signal') throw new Stopped()
    }
  } finally {
    await recorded.close()
  }
}

function totalsOf(
  partitions: readonly ResolvedPartition[],
  { resume }: Checkpoint,
  source: string,
): Omit<RangeProgress, 'kind'> {
  const positions = PartitionMap.of(resume.positions.get(source))
  const sum = (value: (at: ResolvedPartition) => number) => partitions.reduce((all, at) => all + value(at), 0)
  return {
    total: sum(({ from, end }) => Math.max(end - from, 0)),
    done: sum((at) => Math.max((positions.get(at)?.next ?? at.from) - at.from, 0)),
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

function assertRepeatable({ plan, range, livePath }: BuildOptions, history: RecordedHistory | null): void {
  if (history !== null && history.name !== plan.name) {
    throw new SprkError(Exit.CONFIG, {
      code: 'E_STATE_OTHER',
      message: `${livePath}: this is the state file of pipeline ${history.name}, not of ${plan.name}`,
      hint: 'name another file under `state:`',
    })
  }
  const isNamed = range.from === null && [...range.fromNamed.keys()].every((key) => range.toNamed.has(key))
  if (history !== null || isNamed || (range.from !== 'recorded' && range.from !== 'kept' && range.to !== 'live')) return
  throw new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${livePath}: there is no such state file: the pipeline has not run yet, so that nothing says what to repeat`,
    hint: 'sprk replay <pipeline> --from-offset earliest --to-offset latest',
  })
}

/** Since the replay was begun, the run was moved or its topic recreated: its batches cannot be repeated as they are. */
function movedMeanwhile(path: string, details: readonly string[]): SprkError {
  return new SprkError(Exit.CONFIG, {
    code: 'E_REPLAY_OTHER',
    message: `${path}: it repeats recorded batches, and since it was begun these are no longer what was asked for`,
    details,
    hint: 'remove it with its -wal and -shm to begin anew, or name another file with --into',
  })
}

function once(find: (time: number) => Promise<ReadonlyPartitionMap<number>>): typeof find {
  const found = new Map<number, ReturnType<typeof find>>()
  return (time) => {
    const known = found.get(time) ?? find(time)
    found.set(time, known)
    return known
  }
}
