// One of the connections that a receiver fetches with: some partitions, fetched and put into blocks as fast as they may be.

import type { Clock } from '../../../clock.ts'
import type { Cluster } from '../../../kafka/client/cluster.ts'
import type { Outage } from '../../../kafka/client/outage.ts'
import type { Wanted } from '../../../kafka/reading/fetch-choice.ts'
import { FetchStream } from '../../../kafka/reading/fetch-stream.ts'
import { LogCheck } from '../../../kafka/reading/log-check.ts'
import { type Loss, lossError } from '../../../kafka/reading/loss.ts'
import type { PartitionLog } from '../../../kafka/reading/partition-log.ts'
import type { RawBatch } from '../../../kafka/reading/record-set.ts'
import type { Gap, Position } from '../../../log.ts'
import type { Notice } from '../../../notice.ts'
import { PartitionMap } from '../../../partition-map.ts'
import type { TopicPartition } from '../../../record.ts'
import type { OpenCluster } from '../open-cluster.ts'
import { BLOCK_BYTES, type BlockBuffers } from './block-buffers.ts'
import { BlockBuilder } from './block-builder.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** How long a lane sleeps that may not fetch. */
const LOOK_MS = 100

/** How often the brokers are asked while a partition has no leader. */
const LEADERS_MS = 1000

export interface LaneOptions {
  /** Whether to go on behind lost records. */
  readonly goesOn: boolean
  readonly limiter: RateLimiter
  readonly buffers: BlockBuffers
}

export interface LaneEvents {
  /** The block is as large as one may be. */
  full(builder: BlockBuilder): void
  /** The block ends here and is stored at once; it may hold a step alone, or nothing. */
  cut(builder: BlockBuilder): void
  /** Whether there is no room for more. */
  isPaused(): boolean
  /** Whether a run up to fixed ends wants nothing more of the partition. */
  isReached(position: Position): boolean
  endsAt(at: TopicPartition, end: number): void
  notice(notice: Notice): void
}

/** A partition that is received. */
interface Inlet {
  readonly log: PartitionLog
  readonly builder: BlockBuilder
  /** The rest of a batch of which a rate allowed a part. */
  rest: RawBatch | null
}

export class Lane {
  readonly #opened: OpenCluster
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #check: LogCheck
  readonly #stream: FetchStream
  readonly #clock: Clock
  readonly #options: LaneOptions
  readonly #events: LaneEvents
  readonly #inlets = new PartitionMap<Inlet>()
  #lookedAt = -Infinity
  #nap = new AbortController()

  constructor(opened: OpenCluster, options: LaneOptions, events: LaneEvents, clock: Clock) {
    this.#opened = opened
    this.#cluster = opened.cluster
    this.#outage = opened.outage
    this.#check = new LogCheck(this.#cluster, clock)
    this.#stream = new FetchStream(this.#check, this.#cluster, this.#outage, clock)
    this.#clock = clock
    this.#options = options
    this.#events = events
  }

  /** Partitions that are received. */
  get size(): number {
    return this.#inlets.size
  }

  builders(): readonly BlockBuilder[] {
    return [...this.#inlets.values()].map(({ builder }) => builder)
  }

  /** Receives another partition, from its position on; or, where there is a gap, from behind it on. */
  open(position: Position, gap: Gap | null): void {
    const builder = new BlockBuilder(position, this.#options.buffers)
    if (gap !== null) builder.stepTo(gap.toOffset, gap.topicId, gap)
    const log = this.#stream.open(builder.received)
    this.#inlets.set(position, { log, builder, rest: null })
    this.wake()
  }

  /** Receives the partition no more. Returns what was received of it and is in no block yet. */
  close(at: TopicPartition): BlockBuilder | null {
    const inlet = this.#inlets.get(at)
    if (inlet === undefined) return null
    this.#inlets.delete(at)
    this.#stream.close(inlet.log)
    return inlet.builder
  }

  /** There may be room again, or another partition. */
  wake(): void {
    this.#nap.abort()
  }

  /** Fetches until the signal is aborted. Throws a SprkError where waiting does not help, data loss among them. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const notice of this.#fetch(signal)) this.#events.notice(notice)
  }

  async disconnect(): Promise<void> {
    await this.#opened.brokers.disconnect()
  }

  async *#fetch(signal: AbortSignal): AsyncGenerator<Notice, void> {
    yield* this.#outage.retry(() => this.#cluster.refresh(), signal)
    while (!signal.aborted) {
      const waitMs = this.#events.isPaused() || this.#inlets.size === 0 ? LOOK_MS : this.#limiter.waitMs()
      if (waitMs > 0) {
        await this.#sleep(waitMs, signal)
        continue
      }
      yield* this.#stream.takeArrivals(signal)
      yield* this.#lookForLeaders(signal)
      yield* this.#passLosses(signal)
      const logs = this.#wanted()
      if (!this.#stream.isBusy) yield* this.#stream.requestMore(logs.map(endless), signal)
      if (this.#takeAll()) await this.#clock.yield()
      else if (logs.length > 0) await this.#arrival(signal)
      else await this.#sleep(LOOK_MS, signal)
    }
  }

  #wanted(): readonly PartitionLog[] {
    const wanted = [...this.#inlets.values()].filter(({ builder }) => !this.#events.isReached(builder.received))
    return wanted.map(({ log }) => log).filter((log) => !this.#stream.isEnded(log))
  }

  /** Nothing else tells that a partition has a leader again, or a topic is back. */
  async *#lookForLeaders(signal: AbortSignal): AsyncGenerator<Notice, void> {
    const now = this.#clock.monotonic()
    if (now - this.#lookedAt < LEADERS_MS) return
    this.#lookedAt = now
    const isAway = [...this.#inlets.keys()].some((at) => !this.#cluster.hasLeader(at))
    if (isAway) yield* this.#outage.retry(() => this.#cluster.refresh(), signal)
  }

  get #limiter(): RateLimiter {
    return this.#options.limiter
  }

  /** An answer, or a reason to look again: another partition was opened. */
  async #arrival(signal: AbortSignal): Promise<void> {
    this.#nap = new AbortController()
    const nap = AbortSignal.any([signal, this.#nap.signal])
    await this.#stream.arrival(nap).catch((error: unknown) => {
      if (!nap.aborted) throw error
    })
    signal.throwIfAborted()
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.#nap = new AbortController()
    await this.#clock.sleep(ms, AbortSignal.any([signal, this.#nap.signal]))
    signal.throwIfAborted()
  }

  /** Puts what has come into blocks, as far as the rate allows. Returns whether anything came. */
  #takeAll(): boolean {
    let hasTaken = false
    for (const inlet of [...this.#inlets.values()]) {
      while (this.#mayTake(inlet) && this.#takeBatch(inlet)) hasTaken = true
      this.#events.endsAt(inlet.log, inlet.log.lastStableOffset)
    }
    this.#stream.releaseSpent()
    return hasTaken
  }

  #mayTake({ builder }: Inlet): boolean {
    return !this.#events.isPaused() && this.#limiter.available() > 0 && !this.#events.isReached(builder.received)
  }

  #takeBatch(inlet: Inlet): boolean {
    const { log, builder } = inlet
    const batch = inlet.rest ?? log.takeBatch()
    if (batch === null) return false
    const { next } = builder.received
    const untilOffset = Math.min(batch.untilOffset, next + this.#limiter.available())
    builder.add(batch, untilOffset)
    this.#limiter.take(untilOffset - next)
    // The answer that the bytes are of is released before the rest of them is taken.
    const copy = () => (batch === inlet.rest ? batch : { ...batch, bytes: Buffer.from(batch.bytes) })
    inlet.rest = untilOffset === batch.untilOffset ? null : copy()
    if (builder.byteLength >= BLOCK_BYTES) this.#events.full(builder)
    return true
  }

  /** Goes on behind what is lost, or throws a SprkError with exit 79. */
  async *#passLosses(signal: AbortSignal): AsyncGenerator<Notice, void> {
    const logs = [...this.#inlets.values()].map(({ log }) => log)
    const lost = logs.filter((log) => log.loss !== null)
    if (lost.length === 0) return
    const losses = yield* this.#outage.retry(() => this.#check.lossesAt(lost.map((log) => log.reached)), signal)
    for (const log of lost) {
      log.ended(Infinity)
      log.restart()
    }
    // Partitions may have gone to another member while the brokers were asked.
    const asked = PartitionMap.of(lost)
    const ours = losses.filter((loss) => this.#inlets.get(loss)?.log === asked.get(loss))
    for (const loss of ours) this.#takeRest(loss)
    const [first, ...others] = ours
    if (first === undefined) return
    if (!this.#options.goesOn) throw lossError([first, ...others])
    this.#check.accept(ours)
    for (const loss of ours) this.#pass(loss)
  }

  /** What came before the log was lost is a block of its own: it may be nowhere else any more. */
  #takeRest(at: TopicPartition): void {
    const inlet = this.#inlets.get(at)
    if (inlet === undefined) return
    if (inlet.rest !== null) inlet.builder.add(inlet.rest, inlet.rest.untilOffset)
    inlet.rest = null
    this.#events.cut(inlet.builder)
  }

  #pass({ topic, partition, toOffset, topicId, cause }: Loss): void {
    const inlet = this.#inlets.get({ topic, partition })
    if (inlet === undefined) return
    const { builder, log } = inlet
    builder.stepTo(toOffset, topicId, { fromOffset: builder.received.next, cause })
    this.#events.cut(builder)
    log.moveTo(toOffset, topicId)
  }
}

function endless(log: PartitionLog): Wanted {
  return { log, untilOffset: Infinity }
}
