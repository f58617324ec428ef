// The contract of a source: a replayable log of topic partitions, read in exact offset ranges.
//
// A run calls `open` once, `ends` once where it reads with `--once`, then for each batch `plan`, `latest` and `chunks`,
// and `close` at the end. No two of these calls overlap. A plan without ranges is followed by the next plan.
//
// Laws (test/contract/source.ts holds every implementation to them):
// - The ranges of a plan begin where the ranges of the last committed batch ended. Only the execution commits.
// - The chunks of a range hold every record of it that the log still has, once, in offset order within a partition;
//   the chunks of different partitions may interleave. Holes (compaction, aborted transactions, markers) are no records.
// - The same ranges give the same records.
// - A source keeps no knowledge that `open(start)` could not rebuild.
// - A source writes nothing: neither to the log nor to the state file.
//
// Waiting and errors: the source itself retries what may pass (a broker away, an election). It yields a notice at once
// and then every 30 s, for as long as it waits; the execution decides by time-out and signal when to give up. What
// waiting cannot mend (permissions, data loss, corruption) is thrown as a SprkError and ends the run.

import type { Clock } from './clock.ts'
import type { EffectiveRange, Gap, LogEnd, LogView, Position } from './log.ts'
import type { Owner, ProgressMirror } from './mirror.ts'
import type { Notice } from './notice.ts'
import type { ReadonlyPartitionMap } from './partition-map.ts'
import type { Chunk, OffsetRange, TopicPartition } from './record.ts'
import type { Component } from './spec.ts'

/** What the checkpoint knows; `positions` is empty for a new state. */
export interface Start {
  /** Identity of the log (Kafka: the cluster id) that the positions belong to; null for a new state. */
  readonly logId: string | null
  readonly positions: readonly Position[]
}

export interface Opened {
  readonly logId: string | null
  /** Every partition to read: saved positions first, moved past gaps, then newly discovered ones. */
  readonly positions: readonly Position[]
  /** Saved positions that move past lost data. The execution saves them before it reads. */
  readonly gaps?: readonly Gap[]
}

/** Bounds of one batch. */
export interface Limits {
  /** Bounds the number of records; where offsets count records, the sum of `untilOffset - fromOffset` of all ranges. */
  readonly maxRecords: number
  /** Bounds the sum of bytes, checked while reading; at least one record is read whatever its size. */
  readonly maxBytes: number
  /**
   * Asked before each chunk, maybe several times, when the one given last was taken: how many bytes of records it may have,
   * unless it is a single record. 0: the batch keeps as much as it may, and its ranges end where reading has come. Absent:
   * no bound.
   */
  readonly room?: () => number
  /** The end of each partition that ranges must not pass; null: no end. */
  readonly ends: ReadonlyPartitionMap<number> | null
  /**
   * One batch has to reach all of `ends`: a partition that is away is waited for. Else the others are read without it, and
   * it is waited for only when they have reached theirs.
   */
  readonly isWhole?: boolean
}

export interface BatchPlan {
  /** Never empty ranges; no entry for a partition with nothing to read. In (topic, partition) order. */
  readonly ranges: readonly OffsetRange[]
  /**
   * Records are left because a bound of `limits` was reached: the next batch starts at once, not at the next interval.
   */
  readonly hasMore: boolean
  /**
   * Positions of the partitions that appeared since `open`, in order; `ranges` may read them already. The execution
   * saves them before it reads. Absent where there are none, and always while `limits.ends` says where to end.
   */
  readonly discovered?: readonly Position[]
  /** Positions that move past lost data; the ranges begin behind them. The execution saves them before it reads. */
  readonly gaps?: readonly Gap[]
  /**
   * Epoch milliseconds. Only a source that repeats recorded batches gives it; else the trigger sets the batch's time.
   */
  readonly batchTime?: number
}

export interface Source {
  /** What an offset counts; records, where it is absent. */
  readonly unit?: 'records' | 'bytes'
  /** Called once, first. Throws a SprkError with exit 79 where a position is no longer (or not yet) in the log. */
  open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened>
  /**
   * The ends of all partitions as of now: what `--once` reads up to. A partition that is away has none: `plan` waits for it
   * before it says that there is nothing more to read up to these ends.
   */
  ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>>
  /** What to read next. Returns without ranges where there are no new records: it never waits for them. */
  plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan>
  /** The ends of all partitions, as the last plan found them; empty where none are known. Does no I/O. */
  latest(): readonly LogEnd[]
  /**
   * Reads the ranges of the last plan. Returns the effective ranges, without those of which nothing was read; the next
   * plan starts at their ends. After an early end (`return()`, an abort, an error) only `close` may follow.
   */
  chunks(ranges: readonly OffsetRange[], signal: AbortSignal): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]>
  /** Always called, also after a failed `open`; never throws, ends within 2 s. */
  close(): Promise<void>
}

/**
 * Makes sources of one kind. The plan calls `format`, `canonical` and `limits` once, a command the others as it needs.
 */
export interface SourceKind<Options> {
  /** The format that the source's records are read with. */
  format(options: Options): Component
  /** The options that change what the pipeline means, in one line; not the addresses of brokers, passwords or bounds. */
  canonical(options: Options): string
  /** Upper bounds of one micro-batch. */
  limits(options: Options): { readonly maxRecords: number; readonly maxBytes: number }
  /** Opens nothing: `Source.open` does. */
  create(options: Options, clock: Clock): Source
  /** The same log for commands that read no records, such as `offsets show`. Opens nothing until it is asked. */
  view(options: Options, clock: Clock, owner: Owner): LogView
  /** Null or absent: the pipeline's progress is not mirrored. */
  mirror?(options: Options, clock: Clock, owner: Owner): ProgressMirror | null
  /** A shell command that prints a record; error messages suggest it. */
  showRecord(options: Options, at: TopicPartition, offset: number): string
}
