// A source that repeats recorded batches: the same ranges and clocks in the same order, then new batches up to an end.

import type { Batch, Checkpoint, Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import { type EffectiveRange, type Gap, type LogEnd, type Position, positionAt } from '../../log.ts'
import type { Notice } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../../record.ts'
import type { BatchPlan, Limits, Opened, Source, Start } from '../../source.ts'

/** A recorded batch, or the part of it that is repeated. */
export interface RecordedBatch {
  readonly batchId: number
  /** Epoch milliseconds. */
  readonly batchTime: number
  /** Not empty, and no range is. */
  readonly ranges: readonly OffsetRange[]
  /** How many it has read; absent where only a part of it is repeated, or where it does not matter. */
  readonly records?: number | null
}

export interface Recording {
  /** Those that are still to be repeated, in order. */
  readonly batches: Iterator<RecordedBatch>
  /**
   * Where each position stood after the last of them. Where reading was moved on without reading, the
   * repeated position is moved too.
   */
  readonly final: ReadonlyPartitionMap<number>
  /** The end of the range in each partition. A partition that is not named is not read. */
  readonly ends: ReadonlyPartitionMap<number>
}

/** How far a recording was repeated: the last recorded batch; `all`: new batches follow. Null: nothing was. */
export type Repeated = number | 'all' | null

/** A checkpoint that calls `note` in the transaction that commits a batch. */
export function noting(checkpoint: Checkpoint, note: (transaction: Transaction, batch: Batch) => void): Checkpoint {
  return {
    stateId: checkpoint.stateId,
    changes: checkpoint.changes,
    get resume() {
      return checkpoint.resume
    },
    register: (source, logId, positions) => checkpoint.register(source, logId, positions),
    move: (source, gaps) => checkpoint.move(source, gaps),
    commit: (batch: Batch, write) =>
      checkpoint.commit(batch, (transaction) => {
        write(transaction)
        note(transaction, batch)
      }),
    blocks: (source) => checkpoint.blocks(source),
    close: () => checkpoint.close(),
  }
}

/**
 * Law: what it gives is what `create`'s source gives for the same ranges. Positions that jumped between two recorded
 * batches jump as gaps; a new source is opened behind them.
 */
export class RecordedSource implements Source {
  readonly #create: () => Source
  readonly #recording: Recording
  #inner: Source
  #logId: string | null = null
  /** Where reading stands. Only these partitions are read. */
  #positions = new PartitionMap<Position>()
  #repeated: Repeated
  #records: number | null = null
  #isRepeating = true

  constructor(create: () => Source, recording: Recording) {
    this.#create = create
    this.#recording = recording
    this.#inner = create()
    this.#repeated = null
  }

  /** As of the last plan. */
  get repeated(): Repeated {
    return this.#repeated
  }

  /** How many records the last plan's batch had read when it was recorded; null where that is unknown. */
  get records(): number | null {
    return this.#records
  }

  get unit(): 'records' | 'bytes' {
    return this.#inner.unit ?? 'records'
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    this.#logId = start.logId
    this.#positions = PartitionMap.of(start.positions)
    const { logId } = yield* this.#openInner(signal)
    return { logId, positions: start.positions }
  }

  async *ends(): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    return this.#recording.ends
  }

  /** New batches have the bounds of a run, and none of its rates: a replay is not to be as slow as what it repeats. */
  async *plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    const next = this.#isRepeating ? this.#recording.batches.next() : null
    if (next !== null && next.done !== true) return yield* this.#planRecorded(next.value, limits, signal)
    const gaps = this.#isRepeating ? this.#gapsTo(this.#recording.final) : []
    yield* this.#pass(gaps, signal)
    this.#isRepeating = false
    this.#repeated = 'all'
    this.#records = null
    const { maxRecords, maxBytes, backlog = null, room } = limits
    const bounds = { maxRecords, maxBytes, backlog, ...(room && { room }), ends: this.#endsAt(this.#recording.ends) }
    const { ranges, more } = yield* this.#planInner(bounds, signal)
    return { ranges, more, gaps }
  }

  async *#planRecorded(
    { batchId, batchTime, ranges, records }: RecordedBatch,
    { room = () => Infinity }: Limits,
    signal: AbortSignal,
  ): AsyncGenerator<Notice, BatchPlan> {
    const gaps = this.#gapsTo(PartitionMap.of(ranges, ({ fromOffset }) => fromOffset))
    yield* this.#pass(gaps, signal)
    const ends = this.#endsAt(PartitionMap.of(ranges, ({ untilOffset }) => untilOffset))
    const limits = { maxRecords: Infinity, maxBytes: Infinity, room: withoutEnd(room), ends, isWhole: true }
    const planned = yield* this.#planInner(limits, signal)
    assertWhole(batchId, ranges, planned.ranges)
    this.#repeated = batchId
    this.#records = records ?? null
    return { ranges: planned.ranges, more: 'bound', gaps, batchTime }
  }

  latest(): readonly LogEnd[] {
    // Recorded ends are planned without asking the log where it ends; it reaches to the end of what is repeated.
    const { ends } = this.#recording
    return this.#inner.latest().map((at) => ({ ...at, end: Math.max(at.end, ends.get(at) ?? 0) }))
  }

  async *chunks(
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    const effective = yield* repeating(this.#inner.chunks(ranges, signal))
    if (typeof this.#repeated === 'number') assertWhole(this.#repeated, ranges, effective)
    for (const range of effective) {
      const { topicId, leaderEpoch, tailHash, untilOffset: next } = range
      const before = this.#positions.get(range)
      if (before === undefined) throw new Error(`${partitionKey(range)} was read, and is no part of the range`)
      this.#positions.set(range, { ...before, topicId: topicId ?? before.topicId, leaderEpoch, tailHash, next })
    }
    return effective
  }

  async close(): Promise<void> {
    await this.#inner.close()
  }

  /** A partition that is not named is not read on. */
  #endsAt(named: ReadonlyPartitionMap<number>): ReadonlyPartitionMap<number> {
    return this.#positions.map(({ next }, at) => named.get(at) ?? next)
  }

  #gapsTo(wanted: ReadonlyPartitionMap<number>): readonly Gap[] {
    return [...this.#positions.values()].flatMap(({ topic, partition, topicId, next }) => {
      const toOffset = wanted.get({ topic, partition })
      if (toOffset === undefined || toOffset === next) return []
      return [{ topic, partition, topicId, fromOffset: next, toOffset, cause: 'the repeated run was moved here' }]
    })
  }

  async *#pass(gaps: readonly Gap[], signal: AbortSignal): AsyncGenerator<Notice, void> {
    if (gaps.length === 0) return
    for (const gap of gaps) this.#positions.set(gap, positionAt(gap, gap.toOffset, gap.topicId))
    await this.#inner.close()
    this.#inner = this.#create()
    yield* this.#openInner(signal)
  }

  async *#openInner(signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    const start = { logId: this.#logId, positions: [...this.#positions.values()] }
    const opened = yield* repeating(this.#inner.open(start, signal))
    const [gap] = opened.gaps ?? []
    if (gap !== undefined) throw gone(gap, gap.cause)
    return opened
  }

  /** What a run may pass over (`onDataLoss: continue`) is missing in a replay. */
  async *#planInner(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    const planned = yield* repeating(this.#inner.plan(limits, signal))
    const [gap] = planned.gaps ?? []
    if (gap !== undefined) throw gone(gap, gap.cause)
    return planned
  }
}

/** A batch is repeated in whole: where a new one would be full, its chunks stay as large as the last one could be. */
function withoutEnd(room: () => number): () => number {
  let last = 1
  return () => {
    last = room() || last
    return last
  }
}

/** Data loss found here concerns the replay only; the hint must not suggest resetting the run. */
async function* repeating<Item, Result>(reading: AsyncGenerator<Item, Result>): AsyncGenerator<Item, Result> {
  try {
    return yield* reading
  } catch (error) {
    if (!(error instanceof SprkError) || error.exit !== Exit.DATA_LOSS) throw error
    const [first, ...rest] = error.problems
    if (first === undefined) throw error
    throw new SprkError(error.exit, [{ ...first, hint: LEFT }, ...rest], { cause: error })
  }
}

const LEFT =
  '`sprk replay <pipeline> --from-offset earliest --to-offset latest --into left.db` repeats what is left of the log'

/** Throws a SprkError (exit 79) where the log no longer has what the batch was made of. */
function assertWhole(batchId: number, wanted: readonly OffsetRange[], found: readonly OffsetRange[]): void {
  const ranges = PartitionMap.of(found)
  for (const range of wanted) {
    const { fromOffset, untilOffset } = range
    const read = ranges.get(range)
    if (read !== undefined && read.fromOffset === fromOffset && read.untilOffset === untilOffset) continue
    throw gone(range, `recorded batch ${batchId} read ${fromOffset} to ${untilOffset}, which the log no longer has`)
  }
}

function gone(at: TopicPartition, what: string): SprkError {
  const message = `${partitionKey(at)}: ${what}`
  return new SprkError(Exit.DATA_LOSS, { code: 'E_OFFSET_GONE', message, hint: LEFT })
}
