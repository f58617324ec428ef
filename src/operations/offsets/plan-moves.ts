// The moves of a reset, from what is saved and what the log has: nothing is asked or changed here.

import { Exit, type Problem, SprkError, throwIfAny } from '../../errors.ts'
import { isSameLog, type LogPartition, type Position, positionAt } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, partitionKey, type TopicPartition } from '../../record.ts'
import { MAX_LISTED } from '../../words.ts'
import type { Log } from './log.ts'
import type { Saved } from './saved.ts'
import type { ResetTarget } from './target.ts'

export interface Move extends TopicPartition {
  /** Of the log as it is. */
  readonly topicId: string | null
  /** The saved offset; null: none is. */
  readonly from: number | null
  readonly to: number
  /** What was read and would be read again. */
  readonly readAgain: number
  /** What was not read, or would be for the first time, and would never be. */
  readonly neverRead: number
  /** The saved offset is outside the log, or of another one. */
  readonly isLost: boolean
}

export type Permission = '--allow-loss' | '--allow-duplicates'

export interface PlannedMoves {
  readonly moves: readonly Move[]
  /** Where partitions that are not named begin: with a new state all have to. */
  readonly others: readonly Position[]
  /** Saved positions whose partitions are gone. */
  readonly forgotten: readonly Position[]
  /** The log is another one than the positions were of. */
  readonly isRebound: boolean
  readonly logId: string | null
  /** What has to be allowed: each inner list names the flags of which one is enough. */
  readonly needs: readonly (readonly Permission[])[]
}

/**
 * `offsets`: for targets that name offsets by partition, what a time or a file says. `starts`: where a new state would
 * begin. Throws a SprkError: exit 64 where a position cannot be shifted, 79 where a target
 * is not in the log, or the log is another one and not all of it is named.
 */
export function planMoves(
  saved: Saved,
  log: Log,
  selected: readonly LogPartition[],
  {
    target,
    offsets,
    starts,
  }: {
    readonly target: ResetTarget
    readonly offsets: ReadonlyPartitionMap<number>
    readonly starts: readonly Position[]
  },
): PlannedMoves {
  const isRebound = !isSameLog(saved.logId, log.logId)
  if (isRebound && selected.length < log.partitions.length) throw otherLog(saved, log)
  const positions = PartitionMap.of(saved.positions)
  const startOf = PartitionMap.of(starts, ({ next }) => next)
  const problems: Problem[] = []
  const moves = selected.flatMap((at): Move[] => {
    const position = positions.get(at)
    const isOther = isRebound || isRecreated(position, at)
    const to = destination(at, position, isOther, target, offsets)
    const problem = typeof to === 'number' ? outside(at, to) : to
    if (problem !== null) problems.push(problem)
    if (typeof to !== 'number') return []
    const move = { topic: at.topic, partition: at.partition, topicId: at.topicId, from: position?.next ?? null, to }
    return [{ ...move, ...countsOf(at, position, isOther, to, startOf.get(at) ?? at.start) }]
  })
  const isOutside = problems.some(({ code }) => code === OUT_OF_RANGE)
  throwIfAny(isOutside ? Exit.DATA_LOSS : Exit.USAGE, problems, MAX_LISTED)
  const named = PartitionMap.of(selected)
  const others = saved.isNew
    ? log.partitions.filter((at) => !named.has(at)).map((at) => positionAt(at, startOf.get(at) ?? at.start, at.topicId))
    : []
  const forgotten = goneOf(saved, log, selected, isRebound)
  return { moves, others, forgotten, isRebound, logId: log.logId, needs: needsOf(moves, forgotten) }
}

/** Both ids have to be known. */
export function isRecreated(position: Position | undefined, { topicId }: LogPartition): boolean {
  return position !== undefined && !isSameLog(position.topicId, topicId)
}

function destination(
  at: LogPartition,
  position: Position | undefined,
  isOther: boolean,
  target: ResetTarget,
  offsets: ReadonlyPartitionMap<number>,
): number | Problem {
  switch (target.to) {
    case 'earliest':
      return at.start
    case 'latest':
      return at.end
    case 'offset':
      return target.offset
    case 'time':
    case 'file':
      return offsets.get(at) as number // of all that are selected
    case 'shift':
      if (position !== undefined && !isOther) return position.next + target.by
      return {
        code: 'E_USAGE',
        message: `${partitionKey(at)}: ${isOther ? 'the saved offset is of another log' : 'no offset is saved'}, so it cannot be shifted`,
        hint: 'name an offset or a time, or other partitions with --topic',
      }
    default:
      return target satisfies never
  }
}

function outside(at: LogPartition, to: number): Problem | null {
  if (to >= at.start && to <= at.end) return null
  return {
    code: OUT_OF_RANGE,
    message: `${partitionKey(at)}: offset ${to} is not in the log, which goes from ${at.start} to ${at.end}`,
    hint: to < at.start ? '--to-earliest goes to its start' : '--to-latest goes to its end',
  }
}

const OUT_OF_RANGE = 'E_OUT_OF_RANGE'

/** `start`: where reading would begin without a position. */
function countsOf(at: LogPartition, position: Position | undefined, isOther: boolean, to: number, start: number) {
  if (position === undefined) return { readAgain: 0, neverRead: Math.max(0, to - start), isLost: false }
  if (isOther) return { readAgain: 0, neverRead: to - at.start, isLost: true }
  const { next } = position
  return {
    readAgain: Math.max(0, Math.min(next, at.end) - to),
    neverRead: Math.max(0, to - next),
    isLost: next < at.start || next > at.end,
  }
}

/**
 * Positions whose partitions were deleted with their topic, where all of it is named, or that another cluster does not
 * have: they would stop every run.
 */
function goneOf({ positions }: Saved, log: Log, selected: readonly LogPartition[], isRebound: boolean): Position[] {
  const existing = PartitionMap.of(log.partitions)
  const named = PartitionMap.of(selected)
  const isWhole = (topic: string) => {
    const ofTopic = log.partitions.filter((at) => at.topic === topic)
    return ofTopic.length > 0 && ofTopic.every((at) => named.has(at))
  }
  return positions
    .filter((position) => !existing.has(position) && (isRebound || isWhole(position.topic)))
    .sort(byTopicPartition)
}

/** A lost position has no way back, so that either permission is enough. */
function needsOf(moves: readonly Move[], forgotten: readonly Position[]): PlannedMoves['needs'] {
  const isForward = (move: Move) => move.neverRead > 0 || (move.from !== null && move.to > move.from)
  const isBack = (move: Move) => move.from !== null && move.to < move.from
  const needs: (readonly Permission[])[] = []
  if (forgotten.length > 0 || moves.some(isForward)) needs.push(['--allow-loss'])
  if (moves.some((move) => isBack(move) && !move.isLost)) needs.push(['--allow-duplicates'])
  else if (moves.some(isBack)) needs.push(['--allow-duplicates', '--allow-loss'])
  return needs
}

/** Of all partitions. */
export function totalsOf({ moves }: PlannedMoves): { readonly readAgain: number; readonly neverRead: number } {
  const sum = (count: (move: Move) => number) => moves.reduce((all, move) => all + count(move), 0)
  return { readAgain: sum((move) => move.readAgain), neverRead: sum((move) => move.neverRead) }
}

function otherLog(saved: Saved, log: Log): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_OTHER_CLUSTER',
    message: `the saved offsets are of the Kafka cluster ${saved.logId}, and the brokers are of cluster ${log.logId}: all partitions have to be named at once`,
    hint: 'leave out --topic, or name in the file all partitions that the pipeline reads',
  })
}
