// The source kafka in receiver mode: receivers take records in all the time, batches take the blocks that are there.

import type { BlockStore } from '../../../block.ts'
import type { Clock } from '../../../clock.ts'
import { LogCheck } from '../../../kafka/reading/log-check.ts'
import { lossError } from '../../../kafka/reading/loss.ts'
import { type EffectiveRange, type Gap, type LogEnd, type Position, positionAfter, positionAt } from '../../../log.ts'
import { info, type Notice, warning } from '../../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../../partition-map.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../../../record.ts'
import type { BatchPlan, Limits, Opened, Source, Start } from '../../../source.ts'
import { Leaders } from '../leaders.ts'
import { type OpenCluster, openCluster } from '../open-cluster.ts'
import type { KafkaSourceOptions } from '../source-options.ts'
import { logStarts, startPositions } from '../start.ts'
import { describeSelection } from '../subscription.ts'
import { refreshOrMissing } from '../topics.ts'
import { BlockReader } from './block-reader.ts'
import { FixedEnds } from './fixed-ends.ts'
import { changedWithin, Intake } from './intake.ts'
import { Receivers, type ReceivingOptions } from './receivers.ts'
import { selectBlocks } from './select-blocks.ts'

/** How often new topics and partitions are looked for. */
const DISCOVERY_INTERVAL_MS = 30_000

/** The same while a receiver has a partition that nobody has met. */
const LOOK_INTERVAL_MS = 1000

/** Of blocks that wait in memory, where the log is off. */
const MEMORY_BYTES = 32_000_000

/** The longest that a batch of a backlog waits for more blocks. */
const GATHER_MS = 1000

export class ReceiverSource implements Source {
  readonly isAtHand = true
  readonly #options: KafkaSourceOptions
  readonly #receiving: ReceivingOptions
  readonly #clock: Clock
  readonly #opened: OpenCluster
  readonly #ends: FixedEnds
  readonly #intake: Intake
  readonly #reader: BlockReader
  readonly #receivers: Receivers
  /** As the execution has saved them. */
  #saved = new PartitionMap<Position>()
  /** Losses that were found before receiving began. */
  readonly #gaps = new PartitionMap<Gap>()
  #discovering: readonly Position[] = []
  #lookedAt = -Infinity
  #topics: readonly string[] = []
  /** Called when no batch is under way any more; null: none is. */
  #batchDone: (() => void)[] | null = null
  #limits: Pick<Limits, 'maxBytes' | 'room'> = { maxBytes: Infinity }
  /** Levels of notices about pauses: one for each cause. */
  readonly #saidFull = new Set<Notice['level']>()
  /** As the last plan said. */
  #hasMore = false

  constructor(options: KafkaSourceOptions, receiving: ReceivingOptions, store: BlockStore, clock: Clock) {
    this.#options = options
    this.#receiving = receiving
    this.#clock = clock
    this.#opened = openCluster(options, clock)
    this.#ends = new FixedEnds(this.#opened, new Leaders(this.#opened.cluster, this.#opened.outage, clock))
    const isLogOn = receiving.writeAheadLog
    this.#intake = new Intake(store, isLogOn, { maxBytes: isLogOn ? receiving.maxLogBytes : MEMORY_BYTES })
    this.#reader = new BlockReader(this.#intake.blocks)
    const host = {
      topics: () => this.#topics,
      takeGap: (at: TopicPartition) => this.#takeGap(at),
      isOnce: () => this.#ends.areFixed,
      endOf: (at: TopicPartition) => this.#ends.endOf(at),
      betweenBatches: (work: (saved: readonly Position[]) => void) => this.#betweenBatches(work),
    }
    this.#receivers = new Receivers(options, receiving, host, this.#intake, clock)
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    const { cluster, outage, subscription } = this.#opened
    const check = new LogCheck(cluster, this.#clock)
    this.#saved = PartitionMap.of(start.positions)
    this.#intake.begin(start.positions)
    const received = { logId: start.logId, positions: [...this.#intake.standings.values()] }
    const { fresh, losses, leftAside } = yield* outage.retry(async () => {
      await refreshOrMissing(cluster, this.#options.brokers, this.#clock)
      return await startPositions(cluster, check, subscription, received, this.#options.startingOffsets)
    }, signal)
    this.#look()
    const [first, ...others] = losses
    if (first !== undefined && this.#options.onDataLoss !== 'continue') {
      this.#intake.fail(lossError([first, ...others]))
    }
    for (const { code: _, ...gap } of losses) this.#gaps.set(gap, gap)
    if (leftAside !== null) yield warning(`kafka: ${leftAside}`)
    if (this.#topics.length === 0) yield warning(`kafka: no topic matches ${describeSelection(this.#options)} yet`)
    if (this.#receiving.shared) yield warning(sharedNotice(this.#receiving.groupId))
    this.#discovering = fresh
    for (const position of fresh) this.#saved.set(position, position)
    return { logId: cluster.clusterId, positions: [...start.positions, ...fresh].sort(byTopicPartition) }
  }

  ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    return this.#ends.fix(this.#saved, signal)
  }

  async *plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    this.#endBatch()
    this.#limits = limits
    if (typeof limits.rate === 'number') this.#receivers.allow(limits.rate)
    this.#intake.saved(this.#discovering)
    this.#receivers.begin()
    this.#receivers.wake()
    if (limits.ends === null) yield* this.#discover(signal)
    const until = this.#clock.monotonic() + GATHER_MS
    for (;;) {
      yield* this.#intake.takeNotices()
      this.#discovering = this.#intake.takeDiscovered()
      const planned = selectBlocks(this.#intake.blocks.pending(), [...this.#saved.values()], limits)
      const isSomething = planned.ranges.length > 0 || planned.gaps.length > 0
      if (!isSomething) this.#intake.assertAlive()
      const leftMs = until - this.#clock.monotonic()
      if (planned.more === 'no' && leftMs > 0 && this.#gathers(limits.ends)) {
        await changedWithin(this.#intake, leftMs, this.#clock, signal)
      } else if (isSomething || limits.ends === null) return this.#planned(planned)
      else if (!this.#hasReached()) await this.#intake.changed(signal)
      else if (!(yield* this.#ends.late(signal))) return this.#planned(planned)
      signal.throwIfAborted()
    }
  }

  /** In a backlog a batch waits for as much as it may have: many small ones would take longer than a large one. */
  #gathers(ends: Limits['ends']): boolean {
    if (this.#intake.isHalfFull || this.#intake.hasFailed) return false
    if (ends !== null) return !this.#hasReached()
    return this.#hasMore && this.#intake.isBehind
  }

  /** Of each cause once. */
  *#fullNotices(): Generator<Notice> {
    const megabytes = Math.round(this.#intake.waitingBytes / 1e6)
    if (this.#intake.isWalFull) {
      const why = 'the write-ahead log of the state file grows, since somebody reads the file all the time'
      yield* this.#once(warning(`kafka: ${why}; receiving pauses until it can be written back`))
    } else if (this.#intake.isFull) {
      const what = `${megabytes} MB of received records wait for their batches`
      yield* this.#once(info(`kafka: ${what}; receiving pauses until there is room`))
    }
  }

  *#once(notice: Notice): Generator<Notice> {
    if (this.#saidFull.has(notice.level)) return
    this.#saidFull.add(notice.level)
    yield notice
  }

  #planned({ gaps, ...selected }: ReturnType<typeof selectBlocks>): BatchPlan {
    // What keeps receivers waiting is a bound too.
    const planned = { ...selected, more: this.#intake.isHalfFull ? 'bound' : selected.more } as const
    this.#hasMore = planned.more === 'bound'
    for (const gap of gaps) this.#saved.set(gap, positionAt(gap, gap.toOffset, gap.topicId))
    this.#intake.memory?.passSteps(gaps)
    const discovered = this.#discovering
    for (const position of discovered) this.#saved.set(position, position)
    if (planned.ranges.length > 0) this.#batchDone = []
    return {
      ...planned,
      rate: this.#receivers.rate,
      ...(discovered.length > 0 && { discovered }),
      ...(gaps.length > 0 && { gaps }),
    }
  }

  latest(): readonly LogEnd[] {
    return this.#intake.latest()
  }

  async *chunks(
    ranges: readonly OffsetRange[],
    _signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    yield* this.#fullNotices()
    return yield* this.#reader.read(ranges, this.#limits)
  }

  committed(ranges: readonly EffectiveRange[]): void {
    const positions = ranges.map(positionAfter)
    for (const position of positions) this.#saved.set(position, position)
    this.#intake.release(ranges)
    if (this.#intake.memory !== null) this.#receivers.committed(positions)
    this.#endBatch()
    this.#receivers.wake()
  }

  async close(): Promise<void> {
    this.#endBatch()
    await this.#receivers.close()
    await this.#opened.brokers.disconnect()
  }

  #takeGap(at: TopicPartition): Gap | null {
    const gap = this.#gaps.get(at) ?? null
    this.#gaps.delete(at)
    return gap
  }

  async #betweenBatches(work: (saved: readonly Position[]) => void): Promise<void> {
    const waiting = this.#batchDone
    const run = () => work([...this.#saved.values()])
    if (waiting === null) return run()
    await new Promise<void>((resolve) => {
      waiting.push(() => {
        run()
        resolve()
      })
    })
  }

  #endBatch(): void {
    const waiting = this.#batchDone ?? []
    this.#batchDone = null
    for (const done of waiting) done()
  }

  /** Whether all that was there when a run with `--once` began is received and processed. */
  #hasReached(): boolean {
    if (!this.#receivers.haveJoined) return false
    return this.#ends.areReached((at, end) => {
      if (!this.#intake.isOwned(at) && this.#receiving.shared) return true
      return (this.#intake.standing(at)?.next ?? 0) >= end
    })
  }

  /** Looks for partitions that did not exist before; they are read from their beginning. */
  async *#discover(signal: AbortSignal): AsyncGenerator<Notice, void> {
    // The group may hand out partitions before they were met here.
    const interval = this.#intake.hasUnknown ? LOOK_INTERVAL_MS : DISCOVERY_INTERVAL_MS
    if (this.#clock.monotonic() - this.#lookedAt < interval) return
    const { cluster, outage } = this.#opened
    const fresh = yield* outage.retry(async () => {
      await cluster.refresh()
      return await logStarts(
        cluster,
        cluster.partitions.filter((at) => !this.#saved.has(at) && cluster.hasLeader(at)),
      )
    }, signal)
    this.#look()
    for (const position of fresh) this.#intake.discover(position)
    if (fresh.length > 0) yield info(`kafka: new, read from the beginning: ${fresh.map(partitionKey).join(', ')}`)
  }

  #look(): void {
    this.#lookedAt = this.#clock.monotonic()
    this.#topics = [...new Set(this.#opened.cluster.partitions.map(({ topic }) => topic))].sort()
  }
}

function sharedNotice(groupId: string): string {
  return `consumer group ${groupId} is shared: across its members records are read at least once`
}
