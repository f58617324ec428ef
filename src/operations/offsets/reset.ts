// Moving saved positions: a plan of it first, which changes nothing, then the change, where all of the plan is allowed.

import { openCheckpoint, stateExists } from '../../checkpoint/index.ts'
import { Exit, throwIfAny } from '../../errors.ts'
import { type LogView, type Position, positionAt } from '../../log.ts'
import { PartitionMap } from '../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { amount, MAX_LISTED } from '../../words.ts'
import { type Asking, ask } from '../ask.ts'
import type { Waiting } from '../history/blocks.ts'
import type { Host } from '../host.ts'
import { type Pipeline, stateOptions } from '../pipeline.ts'
import type { NamedOffset } from './csv.ts'
import { readLog } from './log.ts'
import { type HeldState, holdState, type PositionsReset } from './move-positions.ts'
import { type Permission, type PlannedMoves, planMoves } from './plan-moves.ts'
import { isReplayable } from './replayable.ts'
import type { StateChoice } from './reset-state.ts'
import { readSaved, type Saved, type SavedState, savedOf } from './saved.ts'
import { existingPartitions, selectPartitions } from './selection.ts'
import { describeTarget, type ResetTarget } from './target.ts'

export interface ResetRequest {
  readonly target: ResetTarget
  /** What a CSV file names; null where the target is none. */
  readonly named: readonly NamedOffset[] | null
  /** As --topic names them; empty: all. */
  readonly topics: readonly string[]
  readonly choice: StateChoice
  /** How long brokers may say nothing. */
  readonly timeoutMs: number
}

export interface ResetPlan extends PlannedMoves {
  readonly pipeline: Pipeline
  readonly request: ResetRequest
  /** What it was planned on. */
  readonly saved: SavedState
  /** What was received of the partitions that are moved, and is not processed: it is dropped. */
  readonly dropped: readonly Waiting[]
  /** What an offset counts. */
  readonly unit: 'records' | 'bytes'
  /** Whether a replay gives each record once, in the place of the reset. */
  readonly isReplayable: boolean
}

/**
 * What a reset would do; changes nothing. Throws SprkErrors: exit 64 and 66 for partitions that are not read, 69 where the
 * log is away, 78 for another pipeline's state file, 79 for a target that is not in the log.
 */
export function planReset(
  pipeline: Pipeline,
  request: ResetRequest,
  host: Host,
  signal: AbortSignal,
): Promise<ResetPlan> {
  return planOn(readSaved(pipeline), pipeline, request, { host, signal, timeoutMs: request.timeoutMs })
}

export interface ResetAllowance {
  readonly permissions: ReadonlySet<Permission>
  /** How long to wait for another process that holds the state file. */
  readonly waitLockMs: number
}

export interface ResetOutcome {
  /** As it was done: positions that moved since they were read are planned again. */
  readonly plan: ResetPlan
  /** The options that say what was not allowed or decided; empty where the reset was done, else nothing was changed. */
  readonly missing: readonly string[]
}

/**
 * Does what was planned, in one transaction. It is refused while steps with state are undecided (`choice.missing`), or
 * something is not allowed. Throws SprkErrors as opening a state file to run does, as `planReset` does, 74 for what the
 * disk says, and 75 for positions that stand elsewhere: nothing was changed then.
 */
export async function executeReset(
  plan: ResetPlan,
  { permissions, waitLockMs }: ResetAllowance,
  host: Host,
  signal: AbortSignal,
): Promise<ResetOutcome> {
  const { pipeline, request, saved } = plan
  const missing = missingOf(plan, permissions)
  if (missing.length > 0) return { plan, missing }
  const held = await hold(pipeline, waitLockMs, host, signal)
  try {
    const { id } = pipeline.plan.source
    const now = { ...saved, ...savedOf(held.resume, id), waiting: held.waiting(id) }
    // Another process may have worked on the file while it was waited for.
    const current = isSame(saved, now)
      ? plan
      : await planOn(now, pipeline, request, { host, signal, timeoutMs: request.timeoutMs })
    const missing = missingOf(current, permissions)
    if (missing.length === 0) held.reset(changeOf(current))
    return { plan: current, missing }
  } finally {
    held.close()
  }
}

/** Of each need that nothing given meets, the permission that changes less. */
export function missingPermissions(
  { needs }: PlannedMoves,
  permissions: ReadonlySet<Permission>,
): readonly Permission[] {
  const unmet = needs.filter((each) => !each.some((permission) => permissions.has(permission)))
  return unmet.map(([first]) => first as Permission) // each names one at least
}

function missingOf(plan: ResetPlan, permissions: ReadonlySet<Permission>): readonly string[] {
  return [...missingPermissions(plan, permissions), ...plan.request.choice.missing]
}

/** Asks the log what the target needs, and plans. */
async function planOn(
  saved: SavedState,
  pipeline: Pipeline,
  request: ResetRequest,
  asking: Asking,
): Promise<ResetPlan> {
  const { target, named, topics } = request
  const view = pipeline.plan.source.view(asking.host.clock, saved.stateId)
  try {
    const log = await readLog(view, saved.positions, asking)
    const selected =
      named === null ? selectPartitions(topics, log.partitions) : existingPartitions(named, log.partitions)
    const offsets =
      target.to === 'time'
        ? await ask(view.offsetsAt(selected, target.at, asking.signal), asking)
        : PartitionMap.of(named ?? [], ({ offset }) => offset)
    const starts = saved.isNew ? await ask(view.starts(asking.signal), asking) : []
    const planned = planMoves(saved, log, selected, { target, offsets, starts })
    const dropped = droppedOf(saved, planned)
    await assertBoundaries(planned, view)
    const unit = view.unit ?? 'records'
    const plan = { ...planned, pipeline, request, saved, unit, dropped }
    return { ...plan, isReplayable: isReplayable(saved.history, log, planned.moves) }
  } finally {
    await view.close()
  }
}

async function assertBoundaries({ moves }: PlannedMoves, view: LogView): Promise<void> {
  const problems = await Promise.all(
    moves.map(async (move) => {
      const refusal = (await view.refusal?.(move, move.to)) ?? null
      if (refusal === null) return []
      return [{ code: 'E_OUT_OF_RANGE', message: `${partitionKey(move)}: reading cannot begin there: ${refusal}` }]
    }),
  )
  throwIfAny(Exit.DATA_LOSS, problems.flat(), MAX_LISTED)
}

/** Makes the state file where there is none, as a run would. */
async function hold(pipeline: Pipeline, waitLockMs: number, host: Host, signal: AbortSignal): Promise<HeldState> {
  const opening = stateOptions(pipeline, waitLockMs, host)
  if (!stateExists(opening.path)) (await openCheckpoint(opening, signal)).close()
  return await holdState(opening, signal)
}

/** The blocks that wait of the partitions that are moved, in their order. */
function droppedOf({ waiting }: SavedState, { moves, forgotten }: PlannedMoves): readonly Waiting[] {
  return [...moves, ...forgotten].flatMap((at) => waiting.get(at) ?? [])
}

function isSame(before: SavedState, now: SavedState): boolean {
  const textOf = ({ logId, positions, waiting }: SavedState) =>
    JSON.stringify([
      logId,
      positions.map(({ topic, partition, next, topicId }) => [topic, partition, next, topicId]),
      [...waiting.values()],
    ])
  return textOf(before) === textOf(now)
}

function changeOf(plan: ResetPlan): PositionsReset {
  const { pipeline, request, saved, moves, others, forgotten, isRebound, logId } = plan
  const cause = `reset ${describeTarget(request.target)}`
  const begun: Position[] = [
    ...moves.filter(({ from }) => from === null).map((move) => positionAt(move, move.to, move.topicId)),
    ...others,
  ]
  return {
    source: pipeline.plan.source.id,
    logId: isRebound || saved.logId === null ? logId : null,
    moves: moves.flatMap(({ topic, partition, topicId: found, from: fromOffset, to: toOffset }) => {
      if (fromOffset === null) return []
      const topicId = found ?? (isRebound ? null : idOf(saved, { topic, partition }))
      return [{ topic, partition, topicId, fromOffset, toOffset, cause }]
    }),
    begun,
    forgotten,
    cleared: request.choice.cleared,
    detail: detailOf(plan).join('\n'),
  }
}

/** A line each. */
function detailOf({
  request,
  saved,
  moves,
  others,
  forgotten,
  isRebound,
  logId,
  dropped,
}: ResetPlan): readonly string[] {
  return [
    describeTarget(request.target),
    ...moves.map((move) => `${partitionKey(move)}: ${move.from ?? 'none'} -> ${move.to}`),
    ...others.map((position) => `${partitionKey(position)}: none -> ${position.next}`),
    ...forgotten.map((position) => `${partitionKey(position)}: ${position.next} -> none`),
    ...(isRebound ? [`cluster: ${saved.logId} -> ${logId}`] : []),
    ...dropped.map((at) => `${partitionKey(at)}: ${droppedText(at)} dropped`),
    ...request.choice.cleared.map((table) => `table ${table}: emptied`),
  ]
}

/** `3 blocks with 1,200 records`. */
export function droppedText({ blocks, records }: Pick<Waiting, 'blocks' | 'records'>): string {
  return `${amount(blocks, 'blocks')} with ${amount(records, 'records')}`
}

/** Of brokers that tell no ids: as it was. */
function idOf(saved: Saved, at: TopicPartition): string | null {
  return saved.positions.find((position) => partitionKey(position) === partitionKey(at))?.topicId ?? null
}
