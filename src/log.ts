// A log of topic partitions, in the words that sources, checkpoint and operations share: positions, ranges as they were
// read, gaps, and a look at a log that is not read.

import type { Notice } from './notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from './partition-map.ts'
import type { OffsetRange, TopicPartition } from './record.ts'

/** Where reading of one partition stands: `next` is the first offset that was not yet read. */
export interface Position extends TopicPartition {
  readonly next: number
  /** 32 hex digits; null where the log has no ids. */
  readonly topicId: string | null
  /** Leader epoch of the last batch read; null before the first or where unknown. */
  readonly leaderEpoch: number | null
  /** Hash of the last record read; null where unknown. */
  readonly tailHash: string | null
}

/** A range as it was really read: `untilOffset` may be lower than planned, where a byte bound cut it. */
export interface EffectiveRange extends OffsetRange {
  /** Bytes of the records' batches as they came over the wire. */
  readonly bytes: number
  readonly leaderEpoch: number | null
  readonly tailHash: string | null
}

/** Offsets that reading passes over, where the pipeline is to go on after data loss. */
export interface Gap extends TopicPartition {
  /** Where reading stood. */
  readonly fromOffset: number
  /** Where it goes on; lower than `fromOffset` where the log was cut or began anew. */
  readonly toOffset: number
  /** Of the log that it goes on in. */
  readonly topicId: string | null
  /** In words, for people. */
  readonly cause: string
}

/** How far a partition could be read when its source was asked last. */
export interface LogEnd extends TopicPartition {
  /** Exclusive. */
  readonly end: number
}

/** A partition as it is now. */
export interface LogPartition extends TopicPartition {
  /** 32 hex digits; null where the log has no ids. */
  readonly topicId: string | null
  /** The first offset that is still there. */
  readonly start: number
  /** The first offset that a reader of committed records cannot read yet (Kafka: the last stable offset). */
  readonly end: number
}

/** A position that somebody keeps beside the state file (Kafka: in a consumer group). */
export interface MirroredOffset {
  readonly offset: number
  /** What its writer put beside it. */
  readonly metadata: string
}

/** A look at a log without reading it, beside whoever reads. Waits for a log that is away, as a Source does. */
export interface LogView {
  /** What an offset counts; records, where it is absent. */
  readonly unit?: 'records' | 'bytes'
  /** Whether the pipeline reads it, where it exists; says so without looking. */
  selects(at: TopicPartition): boolean
  /** The partitions that the pipeline selects and that exist, in (topic, partition) order. */
  partitions(signal: AbortSignal): AsyncGenerator<Notice, { logId: string | null; partitions: readonly LogPartition[] }>
  /**
   * The first offset of each whose record is at least as late as `timestamp` (epoch milliseconds), or the end
   * where none is. Throws a SprkError (exit 64) where the log knows no times.
   */
  offsetsAt(
    partitions: readonly TopicPartition[],
    timestamp: number,
    signal: AbortSignal,
  ): AsyncGenerator<Notice, ReadonlyPartitionMap<number>>
  /**
   * The topic id of a log whose id changes as it grows: `known`, where it still is the log of that id. Absent where
   * `partitions` tells ids that stay.
   */
  identify?(at: TopicPartition, known: string | null): Promise<string>
  /** Why reading cannot begin at an offset of the log, in words; null: it can. Absent where it can at any. */
  refusal?(at: TopicPartition, offset: number): Promise<string | null>
  /** Where a new state would begin. */
  starts(signal: AbortSignal): AsyncGenerator<Notice, readonly Position[]>
  /** What the mirror of the positions holds of each partition; null where there is none. */
  mirrored(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<MirroredOffset> | null>
  /** Never throws, ends within 2 s. */
  close(): Promise<void>
}

/** A position of which nothing is known but where it is: no record was read before it, or not from this log. */
export function positionAt(
  { topic, partition }: TopicPartition,
  next: number,
  topicId: string | null = null,
): Position {
  return { topic, partition, next, topicId, leaderEpoch: null, tailHash: null }
}

/** Whether two ids may be of the same log, or of the same topic: null is unknown, and taken for the same. */
export function isSameLog(id: string | null, other: string | null): boolean {
  return id === null || other === null || id === other
}

/** How many offsets of a log were not read yet, `next` being the first of them. */
export function unread({ start, end }: Pick<LogPartition, 'start' | 'end'>, next: number): number {
  return Math.max(end - Math.max(next, start), 0)
}

/** The same for each end, where starts are not known. A partition without a position is not read yet: 0. */
export function lagsOf(latest: readonly LogEnd[], positions: readonly Position[]): readonly number[] {
  const saved = PartitionMap.of(positions)
  return latest.map((at) => Math.max(at.end - (saved.get(at)?.next ?? at.end), 0))
}
