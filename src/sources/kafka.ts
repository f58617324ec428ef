// The source kafka: partitions of some topics, read directly in exact offset ranges.

import type { Clock } from '../clock.ts'
import { Cluster } from '../kafka/cluster.ts'
import { Connection } from '../kafka/connection.ts'
import { Outage } from '../kafka/outage.ts'
import { PartitionLog, type SharedAnswer } from '../kafka/partition-log.ts'
import { Isolation, LOG_END } from '../kafka/protocol/list-offsets.ts'
import { ReadAhead } from '../kafka/read-ahead.ts'
import type { Subscription } from '../kafka/subscription.ts'
import { info, type Notice, warning } from '../notice.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey, type TopicPartition } from '../record.ts'
import type { EffectiveRange, Limits, Opened, Plan, Position, Source, Start } from '../source.ts'
import { logStarts, type StartingOffsets, startPositions } from './kafka-start.ts'
import { describeSelection, type Selection, subscriptionOf } from './kafka-subscription.ts'
import { refreshOrMissing } from './kafka-topics.ts'
import { limitRate } from './rate-limit.ts'

export type KafkaSourceOptions = Selection & {
  /** `host:port` */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Only for a new state. */
  readonly startingOffsets: StartingOffsets
}

/** While a backlog fills whole batches, the ends of the logs are asked for no more often than this. */
const ENDS_MAX_AGE_MS = 1000

/** How often new topics and partitions are looked for. */
const LOOK_INTERVAL_MS = 30_000

export function kafkaSource(options: KafkaSourceOptions, clock: Clock): Source {
  return new KafkaSource(options, clock)
}

/** One partition and how far its planned ranges have come. */
interface Progress {
  readonly log: PartitionLog
  next: number
}

class KafkaSource implements Source {
  readonly #options: KafkaSourceOptions
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #subscription: Subscription
  readonly #cluster: Cluster
  readonly #outage: Outage
  /** In (topic, partition) order. */
  #progress: readonly Progress[] = []
  #readAhead: ReadAhead | null = null
  readonly #spent: SharedAnswer[] = []
  /** Topics that a pattern selected and that exist no more. */
  #gone: ReadonlySet<string> = new Set()
  #lookedAt = -Infinity
  /** The cluster's partitions when all of them were known. */
  #seen: readonly TopicPartition[] = []
  #maxBytes = Infinity
  #endsAskedAt = -Infinity

  constructor(options: KafkaSourceOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#connection = new Connection(options, clock)
    this.#subscription = subscriptionOf(options)
    this.#cluster = new Cluster(this.#connection, this.#subscription)
    this.#outage = new Outage(clock)
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    const positions = yield* this.#outage.retry(async () => {
      await refreshOrMissing(this.#cluster, this.#clock)
      return await startPositions(this.#cluster, this.#subscription, start, this.#options.startingOffsets)
    }, signal)
    this.#progress = [...positions].sort(byTopicPartition).map((position) => progressFrom(position, this.#spent))
    const logs = this.#progress.map(({ log }) => log)
    this.#readAhead = new ReadAhead(this.#cluster, this.#outage, this.#clock, logs, this.#spent)
    this.#sawAll()
    // Under cron each run would say so.
    for (const message of this.#changes()) yield info(message)
    if (this.#seen.length === 0) yield warning(`kafka: no topic matches ${describeSelection(this.#options)} yet`)
    return { logId: this.#cluster.clusterId, positions }
  }

  async *ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyMap<string, number>> {
    const ends = yield* this.#outage.retry(() => {
      const logs = this.#existing().map(({ log }) => log)
      return this.#cluster.listOffsets(logs, LOG_END, Isolation.READ_COMMITTED)
    }, signal)
    for (const { log } of this.#progress) log.lastStableOffset = ends.get(partitionKey(log)) ?? log.lastStableOffset
    this.#endsAskedAt = this.#clock.monotonic()
    return ends
  }

  async *plan({ maxRecords, maxBytes, ends }: Limits, signal: AbortSignal): AsyncGenerator<Notice, Plan> {
    this.#maxBytes = maxBytes
    const met = ends === null ? yield* this.#meet(signal) : []
    for (const message of this.#changes()) yield warning(message)
    if (ends === null && this.#needsEnds(maxRecords)) yield* this.ends(signal)
    const behind = this.#existing()
      .map(({ log, next }) => ({
        log,
        next,
        end: ends?.get(partitionKey(log)) ?? (ends === null ? log.lastStableOffset : next),
      }))
      .filter(({ next, end }) => end > next)
    const lags = behind.map(({ next, end }) => end - next)
    const shares = limitRate(lags, maxRecords)
    const ranges = behind.map(({ log: { topic, partition }, next }, i) => {
      const untilOffset = next + (shares[i] as number)
      return { topic, partition, topicId: null, fromOffset: next, untilOffset }
    })
    return {
      ranges: ranges.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset),
      cut: lags.some((lag, i) => lag > (shares[i] as number)),
      ...(met.length > 0 && { met }),
    }
  }

  async *chunks(
    ranges: readonly OffsetRange[],
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    if (this.#readAhead === null) throw new Error('the source was not opened')
    const nexts = new Map(this.#progress.map(({ log, next }) => [partitionKey(log), next]))
    for (const range of ranges) {
      const next = nexts.get(partitionKey(range))
      if (range.fromOffset !== next) throw new Error(`${partitionKey(range)} is at ${next}, not at ${range.fromOffset}`)
    }
    const read = yield* this.#readAhead.read(ranges, this.#maxBytes, signal)
    const ends = new Map(read.map((range) => [partitionKey(range), range.untilOffset]))
    for (const progress of this.#progress) progress.next = ends.get(partitionKey(progress.log)) ?? progress.next
    return read.map((range) => ({ ...range, tailHash: null }))
  }

  async close(): Promise<void> {
    await this.#connection.disconnect()
  }

  #existing(): readonly Progress[] {
    return this.#progress.filter(({ log }) => !this.#cluster.isGone(log))
  }

  /** Adds partitions that did not exist before. */
  async *#meet(signal: AbortSignal): AsyncGenerator<Notice, readonly Position[]> {
    const isDue = this.#clock.monotonic() - this.#lookedAt >= LOOK_INTERVAL_MS
    if (!isDue && this.#cluster.partitions === this.#seen) return []
    const met = yield* this.#outage.retry(async () => {
      if (isDue) await this.#cluster.refresh()
      const known = new Set(this.#progress.map(({ log }) => partitionKey(log)))
      const fresh = this.#cluster.partitions.filter((at) => !known.has(partitionKey(at)) && this.#cluster.hasLeader(at))
      return await logStarts(this.#cluster, fresh.sort(byTopicPartition))
    }, signal)
    const progress = met.map((position) => progressFrom(position, this.#spent))
    for (const { log } of progress) this.#readAhead?.add(log)
    this.#progress = [...this.#progress, ...progress].sort((a, b) => byTopicPartition(a.log, b.log))
    this.#sawAll()
    if (met.length > 0) yield info(`kafka: new, read from the beginning: ${met.map(partitionKey).join(', ')}`)
    return met
  }

  #sawAll(): void {
    this.#lookedAt = this.#clock.monotonic()
    this.#seen = this.#cluster.partitions
  }

  /** Lines about topics that vanished or came back since the last call. */
  *#changes(): Generator<string, void> {
    const topics = new Set(this.#progress.filter(({ log }) => this.#cluster.isGone(log)).map(({ log }) => log.topic))
    for (const topic of topics) {
      if (!this.#gone.has(topic)) yield `kafka: topic ${topic} is gone; its saved positions are kept`
    }
    for (const topic of this.#gone) {
      if (!topics.has(topic)) yield `kafka: topic ${topic} is back; reading goes on at its saved positions`
    }
    this.#gone = topics
  }

  /** Known ends are good enough while they fill a batch, but partitions that seem idle must not starve. */
  #needsEnds(maxRecords: number): boolean {
    const lag = this.#existing().reduce((sum, { log, next }) => sum + Math.max(log.lastStableOffset - next, 0), 0)
    return lag < maxRecords || this.#clock.monotonic() - this.#endsAskedAt > ENDS_MAX_AGE_MS
  }
}

function progressFrom(position: Position, spent: SharedAnswer[]): Progress {
  return { log: new PartitionLog(position, position.next, position.leaderEpoch, spent), next: position.next }
}
