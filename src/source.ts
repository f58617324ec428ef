// The contract of a source: a replayable log of topic partitions, read in exact offset ranges.
//
// A run calls `open` once, `ends` once where it reads with `--once`, then for each batch `ahead` where it may read ahead,
// `plan`, `latest` and `chunks`, and `close` at the end. No two of these calls overlap. A plan without ranges is followed by
// the next plan.
//
// Laws (test/contract/source.ts holds every implementation to them):
// - The ranges of a plan begin where the ranges of the last committed batch ended. Only the execution commits.
// - The chunks of a range hold every record of it that the log still has, once, in offset order within a partition;
//   the chunks of different partitions may interleave. Holes (compaction, aborted transactions, markers) are no records.
// - The same ranges give the same records.
// - A source keeps no knowledge that `open(start)` could not rebuild.
// - A source writes nothing: neither to the log nor to the state file, but for the blocks of receivers (block.ts).
//
// Waiting and errors: the source itself retries what may pass (a broker away, an election). It yields a notice at once
// and then every 30 s, for as long as it waits; the execution decides by time-out and signal when to give up. What
// waiting cannot mend (permissions, data loss, corruption) is thrown as a SprkError and ends the run.

import type { BlockStore } from './block.ts'
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
  /** How `maxRecords` cuts a backlog. Null or absent: `shares`. */
  readonly backlog?: Backlog | null
  /** Records a second that back-pressure allows the source. Null or absent: it says nothing. */
  readonly rate?: number | null
  /** What a second of a source's rates is a part of. Absent: rates do not apply, as where recorded ranges are repeated. */
  readonly interval?: Interval
}

/**
 * How the records of one batch are chosen where partitions have more. `shares`: a part of each, in proportion to what it
 * has left, as in Spark. `turns`: one partition after the other, each for some batches at most; that takes less time and
 * memory, but event time goes on in one partition while it stands still in the others.
 */
export type Backlog = 'shares' | 'turns'

/**
 * The interval that a batch belongs to. Batches that follow each other at once may belong to the same one: then the
 * rates allow them together what they allow one. With `Limits.ends`, which are read as fast as it goes, each batch is
 * allowed as much.
 */
export interface Interval {
  /** Epoch milliseconds: the multiple of the batch interval. */
  readonly begin: number
  readonly ms: number
}

/** How back-pressure estimates the rate of a source: Spark's PIDRateEstimator, with Spark's names. */
export interface Backpressure {
  readonly proportional: number
  readonly integral: number
  readonly derived: number
  /** Records a second: no estimate is lower. */
  readonly minRate: number
  /** Records a second before the first estimate; null: any number. */
  readonly initialRate: number | null
}

/** What keeps a source from reading all that there is. */
export interface SourceRates {
  /** Null: no rate is estimated. */
  readonly backpressure: Backpressure | null
  /** For people, in one line. */
  readonly description: string
}

/**
 * Why a plan leaves records that are there. `bound`: a bound of its limits was reached, and the next batch starts at once.
 * `rate`: rates allow no more in this interval, and the next batch starts with the next interval. `no`: it leaves none, or
 * waits until there are more.
 */
export type More = 'no' | 'bound' | 'rate'

export interface BatchPlan {
  /** Never empty ranges; no entry for a partition with nothing to read. In (topic, partition) order. */
  readonly ranges: readonly OffsetRange[]
  /** Without ranges `bound` means that positions have moved, and the next plan may find some. */
  readonly more: More
  /** Records a second that rates allowed all partitions together. Null or absent: no rate was in force. */
  readonly rate?: number | null
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

/** What a run has for its source, beside the clock. */
export interface LiveRun {
  readonly owner: Owner
  readonly blocks: BlockStore
}

export interface Source {
  /** What an offset counts; records, where it is absent. */
  readonly unit?: 'records' | 'bytes'
  /**
   * True: chunks come from what is here already, so a batch that was begun is finished, though the run is to stop.
   */
  readonly isAtHand?: boolean
  /** Called once, first. Throws a SprkError with exit 79 where a position is no longer (or not yet) in the log. */
  open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened>
  /**
   * The ends of all partitions as of now: what `--once` reads up to. A partition that is away has none: `plan` waits for it
   * before it says that there is nothing more to read up to these ends.
   */
  ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>>
  /**
   * Reads records of the next batch before it is planned, without waiting for more than there are now. Called before a plan
   * whose `ends` are null, maybe several times, with that plan's `maxRecords`, `maxBytes` and `room`. The ranges of the plan
   * hold all that was read, and `chunks` gives the rest of them. After an early end only `close` may follow. Absent, or
   * without chunks: the batch reads all of its records.
   */
  ahead?(limits: Limits, signal: AbortSignal): AsyncGenerator<Chunk | Notice, void>
  /** What to read next. Returns without ranges where there are no new records: it never waits for them. */
  plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan>
  /** The ends of all partitions, as the last plan found them; empty where none are known. Does no I/O. */
  latest(): readonly LogEnd[]
  /**
   * Reads the ranges of the last plan. Returns the effective ranges, without those of which nothing was read; the next
   * plan starts at their ends. After an early end (`return()`, an abort, an error) only `close` may follow.
   */
  chunks(ranges: readonly OffsetRange[], signal: AbortSignal): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]>
  /** A batch was committed: the ranges that `chunks` returned. Does not wait for anything. */
  committed?(ranges: readonly EffectiveRange[]): void
  /** Always called, also after a failed `open`; never throws, ends within 2 s, within 5 s where it is a member of a group. */
  close(): Promise<void>
}

/**
 * Makes sources of one kind. The plan calls `format`, `canonical`, `limits` and `rates` once, a command the others as it needs.
 */
export interface SourceKind<Options> {
  /** The format that the source's records are read with. */
  format(options: Options): Component
  /** The options that change what the pipeline means, in one line; not the addresses of brokers, passwords or bounds. */
  canonical(options: Options): string
  /** Upper bounds of one micro-batch. */
  limits(options: Options): { readonly maxRecords: number; readonly maxBytes: number }
  /** Whether a backlog may be read in turns, where no step looks at event time. Absent: no. */
  mayTakeTurns?(options: Options): boolean
  /** Null or absent: the source reads as fast as it can. */
  rates?(options: Options): SourceRates | null
  /**
   * Opens nothing: `Source.open` does. `live` is given where a run is to go on for itself; without it, the source reads what
   * it is told to.
   */
  create(options: Options, clock: Clock, live?: LiveRun): Source
  /** The same log for commands that read no records, such as `offsets show`. Opens nothing until it is asked. */
  view(options: Options, clock: Clock, owner: Owner): LogView
  /** Null or absent: the pipeline's progress is not mirrored. */
  mirror?(options: Options, clock: Clock, owner: Owner): ProgressMirror | null
  /** What is wrong with the bytes of a block, as part of a sentence; null: nothing. Absent where it has no receivers. */
  inspectBlock?(bytes: Uint8Array, range: Pick<OffsetRange, 'fromOffset' | 'untilOffset'>): string | null
  /** What a run promises, in a sentence, beside what its sinks do. Null or absent: every record is read once. */
  guarantee?(options: Options, pipeline: string): string | null
  /** Whether a run stores blocks. Absent: no. */
  storesBlocks?(options: Options): boolean
  /** A shell command that prints a record; error messages suggest it. */
  showRecord(options: Options, at: TopicPartition, offset: number): string
}
