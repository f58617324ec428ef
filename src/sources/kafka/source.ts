// The source kafka: partitions of some topics, read directly in exact offset ranges.

import type { Clock } from '../../clock.ts'
import type { Brokers } from '../../kafka/client/brokers.ts'
import type { Cluster } from '../../kafka/client/cluster.ts'
import type { Outage } from '../../kafka/client/outage.ts'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { Isolation, LOG_END } from '../../kafka/protocol/list-offsets.ts'
import { LogCheck } from '../../kafka/reading/log-check.ts'
import { type Loss, lossError } from '../../kafka/reading/loss.ts'
import type { PartitionLog } from '../../kafka/reading/partition-log.ts'
import { type ReadBounds, Reader } from '../../kafka/reading/reader.ts'
import { type EffectiveRange, type Gap, type LogEnd, type Position, positionAt } from '../../log.ts'
import { info, type Notice, warning } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../../record.ts'
import type { BatchPlan, Limits, Opened, Source, Start } from '../../source.ts'
import { GoneTopics } from './gone-topics.ts'
import { Leaders } from './leaders.ts'
import { openCluster } from './open-cluster.ts'
import { Pacing } from './pacing.ts'
import { PartitionTurns } from './partition-turns.ts'
import { type Planned, planRanges } from './plan-ranges.ts'
import type { KafkaSourceOptions } from './source-options.ts'
import { logStarts, startPositions } from './start.ts'
import { describeSelection } from './subscription.ts'
import { refreshOrMissing } from './topics.ts'

/** While a backlog fills whole batches, the ends of the logs are asked for no more often than this. */
const ENDS_MAX_AGE_MS = 1000

/** How often new topics and partitions are discovered. */
const DISCOVERY_INTERVAL_MS = 30_000

export function kafkaSource(options: KafkaSourceOptions, clock: Clock): Source {
  return new KafkaSource(options, clock)
}

class KafkaSource implements Source {
  readonly #options: KafkaSourceOptions
  readonly #clock: Clock
  readonly #brokers: Brokers
  readonly #subscription: Subscription
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #check: LogCheck
  readonly #reader: Reader
  readonly #leaders: Leaders
  readonly #pacing: Pacing | null
  readonly #turns = new PartitionTurns()
  /** In (topic, partition) order. */
  #logs: readonly PartitionLog[] = []
  /** Partitions whose topic was recreated or truncated: end offsets fixed earlier no longer apply. */
  readonly #renewed = new Set<PartitionLog>()
  /** Partitions that had no leader when the ends were asked for. */
  readonly #endless = new Set<PartitionLog>()
  /** Ends of such, fixed when they had a leader again. */
  readonly #lateEnds = new Map<PartitionLog, number>()
  readonly #gone: GoneTopics
  #discoveredAt = -Infinity
  /** The cluster's partitions when each of them had a log. */
  #seen: readonly TopicPartition[] = []
  #bounds: ReadBounds = { maxBytes: Infinity, room: () => Infinity, isWhole: false }
  #endsAskedAt = -Infinity
  /** Asked for together with what `open` asks; null: used, or of logs that are not those that were read. */
  #firstEnds: ReadonlyPartitionMap<number> | null = null

  constructor(options: KafkaSourceOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    const { brokers, subscription, cluster, outage } = openCluster({ ...options, isHeld: true }, clock)
    this.#brokers = brokers
    this.#subscription = subscription
    this.#cluster = cluster
    this.#outage = outage
    this.#gone = new GoneTopics(cluster)
    this.#check = new LogCheck(cluster, clock)
    this.#reader = new Reader(this.#check, cluster, outage, clock)
    this.#leaders = new Leaders(cluster, outage, clock)
    this.#pacing = options.pacing == null ? null : new Pacing(options.pacing)
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    const [{ saved, fresh, losses, leftAside }, ends] = yield* this.#outage.retry(async () => {
      await refreshOrMissing(this.#cluster, this.#options.brokers, this.#clock)
      const { startingOffsets } = this.#options
      return await Promise.all([
        startPositions(this.#cluster, this.#check, this.#subscription, start, startingOffsets),
        this.#askEnds(this.#cluster.partitions),
      ])
    }, signal)
    this.#firstEnds = losses.length === 0 ? ends : null
    this.#add([...saved, ...fresh])
    const gaps = this.#pass(losses)
    this.#sawAll()
    if (leftAside !== null) yield warning(`kafka: ${leftAside}`)
    // Under cron each run would say so.
    for (const message of this.#gone.changes(this.#logs)) yield info(message)
    if (this.#seen.length === 0) yield warning(`kafka: no topic matches ${describeSelection(this.#options)} yet`)
    const moved = PartitionMap.of(gaps)
    const positions = saved.map((position) => behind(position, moved.get(position)))
    return { logId: this.#cluster.clusterId, positions: [...positions, ...fresh], ...(gaps.length > 0 && { gaps }) }
  }

  async *ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    const first = this.#firstEnds
    const isKnown = first !== null && this.#led().every((log) => first.has(log))
    return isKnown ? this.#endsAre(first) : yield* this.#newEnds(signal)
  }

  async *#newEnds(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    return this.#endsAre(yield* this.#outage.retry(() => this.#askEnds(this.#existing()), signal))
  }

  #endsAre(ends: ReadonlyPartitionMap<number>): ReadonlyPartitionMap<number> {
    this.#firstEnds = null
    this.#renewed.clear()
    this.#endless.clear()
    for (const log of this.#existing()) {
      const end = ends.get(log)
      if (end === undefined) this.#endless.add(log)
      else log.endsAt(end)
    }
    this.#endsAskedAt = this.#clock.monotonic()
    return ends
  }

  async #askEnds(partitions: readonly TopicPartition[]): Promise<ReadonlyPartitionMap<number>> {
    await this.#cluster.refreshIfStale()
    const led = partitions.filter((at) => !this.#cluster.isLeaderless(at))
    return await this.#cluster.listOffsets(led, LOG_END, Isolation.READ_COMMITTED)
  }

  async *plan(limits: Limits, signal: AbortSignal): AsyncGenerator<Notice, BatchPlan> {
    const { maxRecords, ends, isWhole = false } = limits
    this.#bounds = boundsOf(limits)
    yield* this.#leaders.look(signal)
    const discovered = ends === null ? yield* this.#discover(signal) : []
    if (ends === null && this.#needsEnds(maxRecords)) yield* this.#newEnds(signal)
    // A log that may be another one is checked between two batches: this one ends with what was read of it.
    const ahead = this.#reader.aheadRanges
    if (ahead.length > 0 && this.#check.suspects(this.#existing()).length > 0)
      return { ranges: ahead, more: 'bound', ...(discovered.length > 0 && { discovered }) }
    const gaps = [...(yield* this.#newGaps(signal))]
    // The ends asked before may be of logs that no longer exist.
    if (ends === null && gaps.length > 0) yield* this.#newEnds(signal)
    for (const message of this.#gone.changes(this.#logs, gaps)) yield warning(message)
    yield* this.#leaders.changes()
    let planned = this.#ranges(limits)
    while (planned.ranges.length === 0 || isWhole) {
      const awaited = this.#awaited(ends)
      if (awaited.length === 0) break
      const late = yield* this.#leaders.wait(awaited, signal)
      for (const log of awaited) {
        if (this.#endless.delete(log)) this.#lateEnds.set(log, late.get(log) as number) // listed, or thrown
      }
      gaps.push(...(yield* this.#newGaps(signal)))
      planned = this.#ranges(limits)
    }
    return { ...planned, ...(discovered.length > 0 && { discovered }), ...(gaps.length > 0 && { gaps }) }
  }

  async *ahead(limits: Limits, signal: AbortSignal): AsyncGenerator<Chunk | Notice, void> {
    // What rates allow is known when the batch is planned.
    if (this.#pacing === null) yield* this.#reader.ahead(limits.maxRecords, boundsOf(limits), signal)
  }

  /** What can be read now. */
  #ranges(limits: Limits): Planned {
    const { ends } = limits
    const led = this.#led().map((log) => {
      const { topic, partition, topicId, next } = log
      const end = ends === null ? log.lastStableOffset : this.#fixedEnd(log, ends)
      return { topic, partition, topicId, next, end: Math.max(end, next) }
    })
    const planning = { pacing: this.#pacing, turns: this.#turns, ahead: this.#reader.aheadRanges }
    return planRanges(led, limits, planning, this.#clock.monotonic())
  }

  /** Partitions without a leader that have not reached the ends yet. */
  #awaited(ends: Limits['ends']): readonly PartitionLog[] {
    if (ends === null) return []
    return this.#existing().filter((log) => {
      return this.#cluster.isLeaderless(log) && (this.#endless.has(log) || this.#fixedEnd(log, ends) > log.next)
    })
  }

  latest(): readonly LogEnd[] {
    return this.#led().map(({ topic, partition, lastStableOffset }) => ({
      topic,
      partition,
      end: lastStableOffset,
    }))
  }

  async *chunks(
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    const logs = PartitionMap.of(this.#logs)
    for (const range of ranges) {
      const next = logs.get(range)?.next
      if (range.fromOffset !== next) throw new Error(`${partitionKey(range)} is at ${next}, not at ${range.fromOffset}`)
    }
    const read = yield* this.#reader.read(ranges, this.#bounds, signal)
    // Nothing was read, so nothing has to be committed before the loss is told.
    if (read.length === 0 && !this.#goesOn) yield* this.#newGaps(signal)
    return read
  }

  async close(): Promise<void> {
    await this.#brokers.disconnect()
  }

  get #goesOn(): boolean {
    return this.#options.onDataLoss === 'continue'
  }

  #existing(): readonly PartitionLog[] {
    return this.#logs.filter((log) => !this.#cluster.isGone(log))
  }

  #led(): readonly PartitionLog[] {
    return this.#existing().filter((log) => !this.#cluster.isLeaderless(log))
  }

  #add(positions: readonly Position[]): void {
    const logs = positions.map((position) => this.#reader.open(position))
    this.#logs = [...this.#logs, ...logs].sort(byTopicPartition)
  }

  /** Checks logs that may be others than those that were read. */
  async *#newGaps(signal: AbortSignal): AsyncGenerator<Notice, readonly Gap[]> {
    const suspects = this.#check.suspects(this.#existing())
    if (suspects.length === 0) return []
    const losses = yield* this.#outage.retry(() => this.#check.lossesOf(suspects), signal)
    for (const log of suspects) log.restart()
    return this.#pass(losses)
  }

  /** Throws a SprkError with exit 79, or moves reading behind what is lost. */
  #pass(losses: readonly Loss[]): readonly Gap[] {
    const [first, ...others] = losses
    if (first === undefined) return []
    if (!this.#goesOn) throw lossError([first, ...others])
    const logs = PartitionMap.of(this.#logs)
    this.#check.accept(losses)
    return losses.map(({ code, ...gap }) => {
      const log = logs.get(gap)
      if (log === undefined) throw new Error(`${partitionKey(gap)} was lost, but not read`)
      log.moveTo(gap.toOffset, gap.topicId)
      if (code !== 'E_OFFSET_GONE') this.#renewed.add(log)
      return gap
    })
  }

  #fixedEnd(log: PartitionLog, ends: ReadonlyPartitionMap<number>): number {
    if (this.#renewed.has(log)) return log.next
    return ends.get(log) ?? this.#lateEnds.get(log) ?? log.next
  }

  /** Adds partitions that did not exist before. */
  async *#discover(signal: AbortSignal): AsyncGenerator<Notice, readonly Position[]> {
    const isDue = this.#clock.monotonic() - this.#discoveredAt >= DISCOVERY_INTERVAL_MS
    if (!isDue && this.#cluster.partitions === this.#seen) return []
    const discovered = yield* this.#outage.retry(async () => {
      if (isDue) await this.#cluster.refresh()
      const known = PartitionMap.of(this.#logs)
      const fresh = this.#cluster.partitions.filter((at) => !known.has(at) && this.#cluster.hasLeader(at))
      return await logStarts(this.#cluster, fresh.sort(byTopicPartition))
    }, signal)
    this.#check.accept(discovered)
    this.#add(discovered)
    this.#sawAll()
    if (discovered.length > 0)
      yield info(`kafka: new, read from the beginning: ${discovered.map(partitionKey).join(', ')}`)
    return discovered
  }

  #sawAll(): void {
    this.#discoveredAt = this.#clock.monotonic()
    this.#seen = this.#cluster.partitions
  }

  /** Known ends are good enough while they fill a batch, but partitions that seem idle must not starve. */
  #needsEnds(maxRecords: number): boolean {
    const lag = this.#led().reduce((sum, log) => sum + Math.max(log.lastStableOffset - log.next, 0), 0)
    return lag < maxRecords || this.#clock.monotonic() - this.#endsAskedAt > ENDS_MAX_AGE_MS
  }
}

function boundsOf({ maxBytes, room = () => Infinity, isWhole = false }: Limits): ReadBounds {
  return { maxBytes, room, isWhole }
}

function behind(position: Position, gap: Gap | undefined): Position {
  return gap === undefined ? position : positionAt(position, gap.toOffset, gap.topicId)
}
