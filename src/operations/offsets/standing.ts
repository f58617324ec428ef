// Where each partition stands: what is saved, what the log has, what the last batches read, put together.

import { isSameLog, type LogNow, type LogPartition, type MirroredOffset, type Position, unread } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import { receivedPositions, type Waiting } from '../history/blocks.ts'
import type { BatchRow, RangeRow } from '../history/rows.ts'
import { isRecreated } from './plan-moves.ts'
import type { Saved } from './saved.ts'

/**
 * What was received and waits in blocks is not asked of the log: `saved offset` is the first one that was not received.
 *
 * - `ok`: the saved offset is in the log.
 * - `new`: nothing is saved; `next` is where a start would begin.
 * - `below-start`, `beyond-end`: the saved offset is not in the log.
 * - `recreated`: it is of a topic that was deleted; `other-cluster`: of another cluster.
 * - `gone`: the log has no such partition, or the pipeline does not read it any more.
 * - `unknown`: the log was not asked, or did not answer.
 */
export type StandingStatus =
  | 'ok'
  | 'new'
  | 'below-start'
  | 'beyond-end'
  | 'recreated'
  | 'other-cluster'
  | 'gone'
  | 'unknown'

export interface Standing extends TopicPartition {
  /** The first offset that no batch has processed. */
  readonly next: number
  /** The first offset that was not received; `next` where no blocks wait. */
  readonly received: number
  /** Blocks that wait, and their bytes. */
  readonly blocks: number
  readonly blockBytes: number
  readonly status: StandingStatus
  /** Null where the log was not asked, did not answer, or has no such partition. */
  readonly start: number | null
  readonly end: number | null
  /** What is still to be processed; null where that means nothing. */
  readonly lag: number | null
  /** What was deleted before it was read. */
  readonly lost: number
  /** By the difference of offsets. */
  readonly lastBatchRecords: number
  /** Epoch milliseconds: of the last batch that read it, of those that were looked at. */
  readonly committedAt: number | null
  readonly topicId: string | null
  /** Where the consumer group stands; null where there is none, or it does not have it. */
  readonly groupOffset: number | null
}

/** What the batches read last. */
export interface LastRead {
  readonly lastBatch: BatchRow | null
  /** The last of each partition. */
  readonly ranges: ReadonlyPartitionMap<RangeRow & { readonly committedAt: number }>
}

export interface AskedLog extends LogNow {
  readonly unit: 'records' | 'bytes'
  /** Where partitions without a position would begin. */
  readonly starts: readonly Position[]
  /** What the consumer group has; null where there is none. */
  readonly mirrored: ReadonlyPartitionMap<MirroredOffset> | null
}

/** In (topic, partition) order; without those that are away and not saved. `log`: null where it was not asked. */
export function standingsOf(
  saved: Saved,
  last: LastRead,
  log: AskedLog | null,
  waiting: ReadonlyPartitionMap<Waiting> = new PartitionMap(),
): readonly Standing[] {
  const existing = PartitionMap.of(log?.partitions)
  const isAway = PartitionMap.of(log?.away)
  const isOther = log !== null && !isSameLog(saved.logId, log.logId)
  const known = saved.positions.map((position): Standing => {
    const at = existing.get(position)
    const blocks = waiting.get(position)
    const [received = position] = receivedPositions([position], waiting)
    const status = log === null || isAway.has(position) ? 'unknown' : statusOf(received, at, isOther)
    return {
      ...rowOf(position, last, log, blocks),
      ...boundsOf(received.next, at, status, blocks?.records),
      topicId: position.topicId,
      status,
    }
  })
  const isKnown = PartitionMap.of(saved.positions)
  const startOf = PartitionMap.of(log?.starts, ({ next }) => next)
  const fresh = [...existing.values()].filter((at) => !isKnown.has(at))
  const begun = fresh.map((at): Standing => {
    const next = startOf.get(at) ?? at.start
    return { ...rowOf({ ...at, next }, last, log), ...boundsOf(next, at, 'new'), topicId: at.topicId, status: 'new' }
  })
  return [...known, ...begun].sort(byTopicPartition)
}

function rowOf(
  { topic, partition, next }: TopicPartition & { next: number },
  { lastBatch, ranges }: LastRead,
  log: AskedLog | null,
  waiting?: Waiting,
) {
  const at = { topic, partition }
  const range = ranges.get(at)
  const isLast = range !== undefined && range.batchId === lastBatch?.batchId
  return {
    ...at,
    next,
    received: waiting?.received ?? next,
    blocks: waiting?.blocks ?? 0,
    blockBytes: waiting?.bytes ?? 0,
    lastBatchRecords: isLast ? range.untilOffset - range.fromOffset : 0,
    committedAt: range?.committedAt ?? null,
    groupOffset: log?.mirrored?.get(at)?.offset ?? null,
  }
}

function statusOf(position: Position, at: LogPartition | undefined, isOther: boolean): StandingStatus {
  if (at === undefined) return 'gone'
  if (isOther) return 'other-cluster'
  if (isRecreated(position, at)) return 'recreated'
  if (position.next < at.start) return 'below-start'
  return position.next > at.end ? 'beyond-end' : 'ok'
}

/** `next`: the first offset that was not received. `waiting`: how many records wait before it. */
function boundsOf(next: number, at: LogPartition | undefined, status: StandingStatus, waiting = 0) {
  if (at === undefined) return { start: null, end: null, lag: null, lost: 0 }
  const { start, end } = at
  const isComparable = status === 'ok' || status === 'new' || status === 'below-start'
  return {
    start,
    end,
    lag: isComparable ? waiting + unread(at, next) : null,
    lost: status === 'below-start' ? start - next : 0,
  }
}

export interface Total {
  readonly lag: number
  readonly lost: number
  readonly lastBatchRecords: number
  readonly blocks: number
  readonly blockBytes: number
}

export function totalOf(rows: readonly Standing[]): Total {
  const sum = (count: (row: Standing) => number | null) => rows.reduce((all, row) => all + (count(row) ?? 0), 0)
  return {
    lag: sum(({ lag }) => lag),
    lost: sum(({ lost }) => lost),
    lastBatchRecords: sum((row) => row.lastBatchRecords),
    blocks: sum(({ blocks }) => blocks),
    blockBytes: sum(({ blockBytes }) => blockBytes),
  }
}
