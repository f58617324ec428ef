// A log of topic partitions, in the words that sources, checkpoint and operations share: positions, ranges as they were
// read, gaps, and the view of a log for commands that read no records.
//
// Offsets are whole numbers that JavaScript holds exactly; a source says what they count (`unit`). `fromOffset` and
// `start` are inclusive, `untilOffset` and `end` exclusive.

import type { Notice } from './notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from './partition-map.ts'
import type { OffsetRange, TopicPartition } from './record.ts'

/** How far one partition was read: what the state file saves of it. */
export interface Position extends TopicPartition {
  /** The first offset that was not yet read. */
  readonly next: number
  /** 32 hex digits; null where the log has no ids. */
  readonly topicId: string | null
  /** Leader epoch of the last batch read; null before the first or where unknown. */
  readonly leaderEpoch: number | null
  /** Hash of the last record read, to recognise a log that was truncated or recreated; null where unknown. */
  readonly tailHash: string | null
}

/** A range as it was read: `untilOffset` is lower than planned where the bound of bytes, or a loss, ended it. */
export interface EffectiveRange extends OffsetRange {
  /** Bytes of the records' batches as they came over the wire. */
  readonly bytes: number
  /** As in the Position at `untilOffset`. */
  readonly leaderEpoch: number | null
  readonly tailHash: string | null
}

/**
 * Offsets that a run skips, or goes back over, after data loss (`onDataLoss: continue`). The checkpoint moves the saved
 * position from `fromOffset` to `toOffset`.
 */
export interface Gap extends TopicPartition {
  /** The saved position before. */
  readonly fromOffset: number
  /** The saved position after; lower than `fromOffset` where the log was truncated or the topic recreated. */
  readonly toOffset: number
  /** Topic id of the log that is read from `toOffset` on. */
  readonly topicId: string | null
  /** What was lost, as part of a sentence for users. */
  readonly cause: string
}

/** The end of a partition when its source asked for it last; the log may have grown since then. */
export interface LogEnd extends TopicPartition {
  /** Exclusive: the offset that the next record gets, or with open transactions the first that is not yet committed. */
  readonly end: number
}

/** A partition as its log is now. */
export interface LogPartition extends TopicPartition {
  /** 32 hex digits; null where the log has no ids. */
  readonly topicId: string | null
  /** The first offset that the log still has (Kafka: the log start offset). */
  readonly start: number
  /** The first offset that a reader of committed records cannot read yet (Kafka: the last stable offset). */
  readonly end: number
}

/** A partition that exists, and whose log nobody can be asked about now. */
export interface AwayPartition extends TopicPartition {
  /** In a few words: `no leader`. */
  readonly why: string
}

/** All partitions, waiting for those that are away; or those that are there, as long as there are some. */
export type Wanted = 'all' | 'present'

/** A log at one moment. */
export interface LogNow {
  /** Identity of the log: Kafka's cluster id; null where logs have none. */
  readonly logId: string | null
  /** In (topic, partition) order. */
  readonly partitions: readonly LogPartition[]
  /** Those that were not waited for, in the same order. */
  readonly away: readonly AwayPartition[]
}

/** A position that is stored outside of the state file (Kafka: in a consumer group). */
export interface MirroredOffset {
  /** The next offset to read, as in Position. */
  readonly offset: number
  /** What its writer stored with it: sprk stores a mark of its state file. */
  readonly metadata: string
}

/**
 * A log for commands that read no records; a run may read the same log at the same time. The command that made the view
 * closes it. Methods change nothing, neither in the log nor in the mirror. A view waits for a log that is away, with
 * notices, as a Source does: the caller sets the time-out. What waiting cannot mend is thrown as a SprkError: exit 66
 * for a missing topic or file.
 */
export interface LogView {
  /** What an offset counts, for messages; records, where it is absent. A file counts bytes. */
  readonly unit?: 'records' | 'bytes'
  /** Whether the pipeline would read this partition if it exists. Does no I/O. */
  selects(at: TopicPartition): boolean
  /** The partitions that the pipeline selects and that exist: by default all of them. */
  partitions(signal: AbortSignal, wanted?: Wanted): AsyncGenerator<Notice, LogNow>
  /**
   * The first offset of each partition whose record has `timestamp` (epoch milliseconds) or later; the end, where there is
   * no such record. Throws a SprkError (exit 64) where records of the log have no times.
   */
  offsetsAt(
    partitions: readonly TopicPartition[],
    timestamp: number,
    signal: AbortSignal,
  ): AsyncGenerator<Notice, ReadonlyPartitionMap<number>>
  /**
   * The topic id to save, for logs whose id changes as they grow (files): returns `known` while the log is still the
   * one of that id, else its new id. Absent where ids never change: `partitions` has them.
   */
  identify?(at: TopicPartition, known: string | null): Promise<string>
  /** Why reading cannot begin at an offset, as part of a sentence; null: it can. Absent where every offset will do. */
  refusal?(at: TopicPartition, offset: number): Promise<string | null>
  /**
   * The positions that a run with an empty state file would begin at (`startingOffsets`), one for each partition that
   * exists, in (topic, partition) order. With `among`, only those of some of them.
   */
  starts(signal: AbortSignal, among?: readonly TopicPartition[]): AsyncGenerator<Notice, readonly Position[]>
  /** The mirrored position of each partition; null where the pipeline mirrors none. */
  mirrored(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<MirroredOffset> | null>
  /** Called once, last. Never throws, ends within 2 s. */
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

/** The position behind a range that was read, or a block. */
export function positionAfter(range: OffsetRange & Pick<Position, 'leaderEpoch' | 'tailHash'>): Position {
  const { topic, partition, topicId, untilOffset, leaderEpoch, tailHash } = range
  return { topic, partition, next: untilOffset, topicId, leaderEpoch, tailHash }
}

/** Whether two ids may be of the same log, or of the same topic: null is unknown and equals any id. */
export function isSameLog(id: string | null, other: string | null): boolean {
  return id === null || other === null || id === other
}

/**
 * How many offsets of a log were not read yet, `next` being the first of them. Offsets before `start` are gone and do not
 * count. In a compacted topic, or one with transactions, fewer records than that are left.
 */
export function unread({ start, end }: Pick<LogPartition, 'start' | 'end'>, next: number): number {
  return Math.max(end - Math.max(next, start), 0)
}

/**
 * The same for each end, where starts are not known, in the order of `latest`. A partition without a position was not
 * taken up yet and has no lag: 0.
 */
export function lagsOf(latest: readonly LogEnd[], positions: readonly Position[]): readonly number[] {
  const saved = PartitionMap.of(positions)
  return latest.map((at) => Math.max(at.end - (saved.get(at)?.next ?? at.end), 0))
}

/** Whether less was read than planned: a bound of bytes, or a loss, ended a range. */
export function isCutShort(planned: readonly OffsetRange[], effective: readonly EffectiveRange[]): boolean {
  const read = PartitionMap.of(effective)
  return planned.some((range) => (read.get(range)?.untilOffset ?? range.fromOffset) < range.untilOffset)
}
