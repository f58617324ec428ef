// The source kafka: all partitions of some topics, read directly in exact offset ranges.

import type { Clock } from '../clock.ts'
import { Cluster } from '../kafka/cluster.ts'
import { Connection } from '../kafka/connection.ts'
import { Outage } from '../kafka/outage.ts'
import { PartitionLog, type SharedAnswer } from '../kafka/partition-log.ts'
import { Isolation, LOG_END } from '../kafka/protocol/list-offsets.ts'
import { ReadAhead } from '../kafka/read-ahead.ts'
import type { Notice } from '../notice.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey } from '../record.ts'
import type { EffectiveRange, Limits, Opened, Plan, Position, Source, Start } from '../source.ts'
import { type StartingOffsets, startPositions } from './kafka-start.ts'
import { refreshOrMissing } from './kafka-topics.ts'
import { limitRate } from './rate-limit.ts'

export interface KafkaSourceOptions {
  /** `host:port` */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly topics: readonly string[]
  /** Only for a new state. */
  readonly startingOffsets: StartingOffsets
}

/** While a backlog fills whole batches, the ends of the logs are asked for no more often than this. */
const ENDS_MAX_AGE_MS = 1000

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
  readonly #cluster: Cluster
  readonly #outage: Outage
  /** In (topic, partition) order. */
  #progress: readonly Progress[] = []
  #readAhead: ReadAhead | null = null
  #maxBytes = Infinity
  #endsAskedAt = -Infinity

  constructor(options: KafkaSourceOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#connection = new Connection(options, clock)
    this.#cluster = new Cluster(this.#connection, options.topics)
    this.#outage = new Outage(clock)
  }

  async *open(start: Start, signal: AbortSignal): AsyncGenerator<Notice, Opened> {
    const positions = yield* this.#outage.retry(async () => {
      await refreshOrMissing(this.#cluster, this.#clock)
      return await startPositions(this.#cluster, start, this.#options.startingOffsets)
    }, signal)
    const spent: SharedAnswer[] = []
    this.#progress = [...positions].sort(byTopicPartition).map((position) => progressFrom(position, spent))
    const logs = this.#progress.map(({ log }) => log)
    this.#readAhead = new ReadAhead(this.#cluster, this.#outage, this.#clock, logs, spent)
    return { logId: this.#cluster.clusterId, positions }
  }

  async *ends(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyMap<string, number>> {
    const logs = this.#progress.map(({ log }) => log)
    const ends = yield* this.#outage.retry(() => {
      return this.#cluster.listOffsets(logs, LOG_END, Isolation.READ_COMMITTED)
    }, signal)
    for (const log of logs) log.lastStableOffset = ends.get(partitionKey(log)) ?? log.lastStableOffset
    this.#endsAskedAt = this.#clock.monotonic()
    return ends
  }

  async *plan({ maxRecords, maxBytes, ends }: Limits, signal: AbortSignal): AsyncGenerator<Notice, Plan> {
    this.#maxBytes = maxBytes
    if (ends === null && this.#needsEnds(maxRecords)) yield* this.ends(signal)
    const behind = this.#progress
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

  /** Known ends are good enough while they fill a batch, but partitions that seem idle must not starve. */
  #needsEnds(maxRecords: number): boolean {
    const lag = this.#progress.reduce((sum, { log, next }) => sum + Math.max(log.lastStableOffset - next, 0), 0)
    return lag < maxRecords || this.#clock.monotonic() - this.#endsAskedAt > ENDS_MAX_AGE_MS
  }
}

function progressFrom(position: Position, spent: SharedAnswer[]): Progress {
  return { log: new PartitionLog(position, position.next, position.leaderEpoch, spent), next: position.next }
}
