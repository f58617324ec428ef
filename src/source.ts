// The contract of a source: a replayable log of topic partitions, read in exact offset ranges.
//
// Laws (test/contract/source.ts holds every implementation to them):
// - Ranges start where the last committed ones ended; nobody but the execution decides what is committed.
// - The chunks of a range hold every record of it that the log still has, once, in offset order within a partition;
//   the chunks of different partitions may interleave. Holes (compaction, aborted transactions, markers) are no records.
// - The same ranges give the same records.
// - Nothing is remembered that `open(start)` cannot rebuild.
//
// A source waits for a log that is away and says so with notices, at once and then every 30 s; what waiting cannot
// mend (permissions, data loss, corruption) is thrown as a SprkError.

import type { Clock } from './clock.ts'
import type { EffectiveRange, Gap, LogEnd, LogView, Position } from './log.ts'
import type { Owner, ProgressMirror } from './mirror.ts'
import type { Notice } from './notice.ts'
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
  /** All partitions that are read: those of the start as they were, or behind their gap, then those met for the first time. */
  readonly positions: readonly Position[]
  /** Positions of the start that are moved. The execution saves them before it reads. */
  readonly gaps?: readonly Gap[]
}

export interface Limits {
  /** A bound for the number of records; where offsets count records, for the sum of `untilOffset - fromOffset` of all ranges. */
  readonly maxRecords: number
  /** A bound for the sum of bytes, kept while reading: at least one record is read all the same. */
  readonly maxBytes: number
  /** `partitionKey` → the end that ranges must not pass; null: no end. */
  readonly ends: ReadonlyMap<string, number> | null
  /**
   * One batch has to reach all of `ends`: a partition that is away is waited for. Else the others are read without it, and
   * it is waited for only when they have reached theirs.
   */
  readonly isWhole?: boolean
}

export interface BatchPlan {
  /** Never empty ranges; no entry for a partition with nothing to read. In (topic, partition) order. */
  readonly ranges: readonly OffsetRange[]
  /** More was there to read, but a bound of `limits` cut it: the next batch may start at once. */
  readonly cut: boolean
  /**
   * Partitions that appeared since `open`, in order, where they begin; their ranges may be among `ranges`. The execution saves
   * them before it reads. None where it is absent, and none while `limits.ends` says where to end.
   */
  readonly met?: readonly Position[]
  /** Positions that are moved; the ranges begin behind them. The execution saves them before it reads. */
  readonly gaps?: readonly Gap[]
  /** Epoch milliseconds: the batch's time, where a recorded batch is repeated; by default the multiple that the batch is due at. */
  readonly batchTime?: number
}

export interface Source {
  /** What an offset counts; records, where it is absent. */
  readonly unit?: 'records' | 'bytes'
  /** Called once, first. Throws a SprkError with exit 79 where a position is no longer (or not yet) in the log. */
  open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened>
  /**
   * The ends of all partitions as of now, `partitionKey` → offset: what `--once` reads up to. A partition that is away has
   * none: `plan` waits for it before it says that there is nothing more to read up to these ends.
   */
  ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyMap<string, number>>
  /** What to read next. Never waits for new records: no ranges is an answer. */
  plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan>
  /** The ends of all partitions as far as the source knows them from its last plan. Asks nothing; empty where it knows none. */
  latest(): readonly LogEnd[]
  /**
   * Reads the ranges of the last plan. Returns the effective ranges; the next plan starts at their ends. Leaving it
   * early (`return()`, an abort) spoils the source: only `close` may follow.
   */
  chunks(ranges: readonly OffsetRange[], signal: AbortSignal): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]>
  /** Always called, also after a failed `open`; never throws, ends within 2 s. */
  close(): Promise<void>
}

/** Makes sources of one kind. */
export interface SourceKind<Options> {
  /** The format that the source's records are read with. */
  format(options: Options): Component
  /** What of the options belongs to the pipeline's meaning, in one line. */
  canonical(options: Options): string
  /** Upper bounds of one micro-batch. */
  limits(options: Options): { readonly maxRecords: number; readonly maxBytes: number }
  create(options: Options, clock: Clock): Source
  look(options: Options, clock: Clock, owner: Owner): LogView
  /** Null, or absent, where there is nobody to tell. */
  mirror?(options: Options, clock: Clock, owner: Owner): ProgressMirror | null
  /** A shell command that prints a record. */
  showRecord(options: Options, at: TopicPartition, offset: number): string
}
