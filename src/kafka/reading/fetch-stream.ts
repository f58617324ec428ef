// A continuous stream of fetches of some partitions. It goes on across the ends of ranges: the next fetch is on its way before
// the last one is decoded. Its users take from the logs what has come.

import type { Clock } from '../../clock.ts'
import type { Position } from '../../log.ts'
import type { Notice } from '../../notice.ts'
import { PartitionMap } from '../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import type { Cluster } from '../client/cluster.ts'
import { Fault, unlessAborted } from '../client/fault.ts'
import { FETCH_BYTES } from '../client/framer.ts'
import type { Outage } from '../client/outage.ts'
import { loadCodecs } from '../protocol/compression.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { chooseLogs, type Wanted } from './fetch-choice.ts'
import { type Arrival, Fetcher, MAX_WAIT_MS } from './fetcher.ts'
import { HeldAnswers } from './held-answers.ts'
import { LedLogs } from './led-logs.ts'
import type { LogCheck } from './log-check.ts'
import { isLossCode } from './loss.ts'
import { openLog, type PartitionLog } from './partition-log.ts'
import type { LogMemory } from './record-set.ts'
import { noProgress } from './unreadable.ts'

/** Bytes of answers in memory, above which only partitions that are waited for are fetched. */
const MAX_HELD_BYTES = 4 * FETCH_BYTES

/**
 * The same, above which what was fetched ahead is dropped when others are waited for, and fetched once more: of a thousand
 * partitions that are read by and by, each has a batch of the log here.
 */
const MAX_AHEAD_BYTES = 96 * 1024 * 1024

/** Answers in a row that bring nothing although there is something. */
const MAX_IDLE_ANSWERS = 20

export class FetchStream {
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #check: LogCheck
  readonly #fetcher: Fetcher
  readonly #maxAheadBytes: number
  readonly #logs = new PartitionMap<PartitionLog>()
  readonly #held: HeldAnswers
  /** Partitions whose last fetch failed. */
  readonly #faulty = new Set<PartitionLog>()
  /** Partitions that something came for. */
  #filled: PartitionLog[] = []
  /** Of what came so far. */
  #came = { bytes: 0, offsets: 0 }
  /** Counts logs that were opened or closed. */
  #changes = 0
  #idleAnswers = 0
  /** The cluster's partitions when all logs were checked, and who led them then. */
  #checked: unknown = null
  readonly #led = new LedLogs()
  /** A partition without a leader is waited for; else nothing more comes of it for now. */
  isWhole = false

  constructor(
    check: LogCheck,
    cluster: Cluster,
    outage: Outage,
    clock: Clock,
    { maxAheadBytes = MAX_AHEAD_BYTES } = {},
  ) {
    this.#maxAheadBytes = maxAheadBytes
    this.#check = check
    this.#cluster = cluster
    this.#outage = outage
    this.#fetcher = new Fetcher(cluster, clock)
    this.#held = new HeldAnswers((bytes) => cluster.release(bytes))
  }

  /** What the logs have in memory together. */
  get memory(): LogMemory {
    return this.#held.memory
  }

  /** Another partition to read, from a position on. */
  open(position: Position): PartitionLog {
    const log = openLog(position, this.memory)
    this.#logs.set(log, log)
    this.#changed()
    return log
  }

  /** Reads the partition no more; what has come of it is of no use. May be called while the stream waits for something. */
  close(log: PartitionLog): void {
    if (this.#isRead(log)) this.#logs.delete(log)
    this.#faulty.delete(log)
    log.rewind()
    this.releaseSpent()
    this.#changed()
  }

  #changed(): void {
    this.#checked = null
    this.#changes++
  }

  /** Nothing more can be fetched of it, for now. */
  isEnded(log: PartitionLog): boolean {
    if (log.loss !== null || this.#cluster.isGone(log)) return true
    return !this.isWhole && this.#cluster.isLeaderless(log)
  }

  /** Not closed meanwhile. */
  #isRead(log: PartitionLog): boolean {
    return this.#logs.get(log) === log
  }

  logOf(range: TopicPartition): PartitionLog {
    const log = this.#logs.get(range)
    if (log === undefined) throw new Error(`${partitionKey(range)} was not opened`)
    return log
  }

  /** Whether there is something for `takeArrivals`. */
  get hasArrivals(): boolean {
    return this.#fetcher.hasArrivals
  }

  /** Waits until there is something for `takeArrivals`. */
  async arrival(signal: AbortSignal): Promise<void> {
    await this.#fetcher.arrival(signal)
  }

  /** Asks brokers that have no fetch under way for what is not buffered yet, for logs that are waited for first. */
  async *requestMore(
    unfinished: readonly Wanted[],
    signal: AbortSignal,
    maxWaitMs = MAX_WAIT_MS,
  ): AsyncGenerator<Notice> {
    const untils = new Map(unfinished.map(({ log, untilOffset }) => [log, untilOffset]))
    for (;;) {
      try {
        if (this.#cluster.isStale) await unlessAborted(this.#cluster.refresh(), signal)
        for (const log of this.#faulty) if (this.isEnded(log)) this.#faulty.delete(log)
        if (this.#checked !== this.#cluster.partitions) await unlessAborted(this.#recheck(), signal)
        this.#assertLed(untils)
        this.#dropAhead(untils)
        for (const broker of this.#led.brokers)
          if (!this.#fetcher.isAsked(broker)) this.#request(broker, untils, maxWaitMs)
        return
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        yield* this.#outage.wait(error, signal)
      }
    }
  }

  /** What is known of leaders, or of the logs that they have, may be wrong. */
  get isUnsure(): boolean {
    return this.#cluster.isStale || this.#checked !== this.#cluster.partitions
  }

  /** No broker could be asked for more. */
  get isBusy(): boolean {
    return !this.isUnsure && this.#led.brokers.every((broker) => this.#fetcher.isAsked(broker))
  }

  /** A fetch is under way. */
  get isAsked(): boolean {
    return this.#led.brokers.some((broker) => this.#fetcher.isAsked(broker))
  }

  /** Whether logs are still the same after their leaders changed. What was fetched from the leader before is of no use. */
  async #recheck(): Promise<void> {
    const { partitions } = this.#cluster
    const changes = this.#changes
    const logs = [...this.#logs.values()].filter((log) => !this.isEnded(log))
    const unchecked = this.#check.unchecked(logs)
    for (const log of unchecked) log.rewind()
    await this.#examine(unchecked)
    this.#led.place(this.#logs.values(), (log) => this.#cluster.leadershipOf(log))
    // Not those that were opened meanwhile.
    this.#checked = changes === this.#changes ? partitions : null
  }

  /** Ends those that are lost. Returns whether one is. */
  async #examine(logs: readonly PartitionLog[]): Promise<boolean> {
    if (logs.length === 0) return false
    const examined = PartitionMap.of(logs)
    const losses = await this.#check.lossesAt(logs.map((log) => log.reached))
    const read = losses.filter((loss) => this.#logs.get(loss) === examined.get(loss))
    for (const loss of read) examined.get(loss)?.lost(loss)
    return read.length > 0
  }

  /** Makes room for what is waited for. */
  #dropAhead(untils: ReadonlyMap<PartitionLog, number>): void {
    if (this.#held.bytes < this.#maxAheadBytes || ![...untils.keys()].some((log) => log.isEmpty)) return
    for (const log of this.#logs.values()) if (!untils.has(log) && !log.isEmpty) log.rewind()
    this.releaseSpent()
  }

  /** Throws a Fault where a partition is wanted, waited for and has no leader. */
  #assertLed(untils: ReadonlyMap<PartitionLog, number>): void {
    for (const log of this.#led.leaderless) {
      const isWanted = (untils.has(log) && log.isEmpty) || log.fetchOffset < log.lastStableOffset
      if (isWanted && !this.isEnded(log)) this.#cluster.leaderOf(log)
    }
  }

  /** Brokers serve the first partitions of a request first: each has its turn. All of them have just been looked at. */
  #request(broker: number, untils: ReadonlyMap<PartitionLog, number>, maxWaitMs: number): void {
    const bytes = this.#cluster.fetchBytes(broker)
    const { bytes: came, offsets } = this.#came
    const isScarce = this.#held.bytes >= Math.max(MAX_HELD_BYTES, 2 * bytes)
    const choice = chooseLogs(this.#led.ring(broker), untils, {
      bytes,
      bytesPerOffset: came / Math.max(offsets, 1),
      isScarce,
    })
    const [first, ...others] = choice.logs
    if (first !== undefined) this.#fetcher.send(broker, [first, ...others], choice.share, maxWaitMs)
  }

  /**
   * Hands what has arrived to the logs. Tells of what went wrong, and waits before the next attempt. Returns the partitions
   * that something came for.
   */
  async *takeArrivals(signal: AbortSignal): AsyncGenerator<Notice, readonly PartitionLog[]> {
    signal.throwIfAborted()
    for (let arrival = this.#fetcher.next(); arrival !== undefined; arrival = this.#fetcher.next()) {
      let problem: unknown
      if ('error' in arrival) {
        problem = arrival.error
        for (const { log } of arrival.requested) if (this.#isRead(log)) this.#faulty.add(log)
      } else {
        problem = await unlessAborted(this.#take(arrival), signal)
      }
      if (problem instanceof Fault) yield* this.#outage.wait(problem, signal)
      else if (problem !== null) throw problem
      else if (this.#faulty.size === 0) yield* this.#outage.end()
    }
    return this.#filled.splice(0)
  }

  /** Hands an answer's parts to their logs. Returns what is wrong with it; null: nothing. */
  async #take({ requested, answer, shared }: Arrival): Promise<unknown> {
    if (answer.errorCode !== ErrorCode.NONE) {
      const [problem] = requested.map(({ log }) => this.#cluster.errorOf(log, answer.errorCode))
      return problem
    }
    const requests = new PartitionMap(requested.map((each) => [each.log, each]))
    // Logs that are closed while this waits release the answer.
    this.#held.hold(shared)
    let problem: unknown = null
    let isIdle = false
    let isUseful = false
    let codecs = 0
    for (const fetched of answer.partitions) {
      const asked = requests.get(fetched)
      // A log that went back in the meantime, or that nobody reads any more, has no use for what follows.
      if (asked === undefined || asked.rewinds !== asked.log.rewinds) continue
      const { log } = asked
      // What is buffered comes first; the same answer comes again.
      if (isLossCode(fetched.errorCode) && !log.isEmpty) continue
      if (fetched.errorCode !== ErrorCode.NONE) {
        this.#faulty.add(log)
        problem = await this.#problemOf(log, fetched.errorCode)
        continue
      }
      this.#faulty.delete(log)
      if (log.add(fetched, shared)) {
        isUseful = true
        this.#came.bytes += fetched.end - fetched.start
        this.#came.offsets += log.fetchOffset - asked.fetchOffset
        this.#filled.push(log)
        this.#led.served(log)
        codecs |= log.codecs
      } else if (log.fetchOffset < log.lastStableOffset) isIdle = true
    }
    await loadCodecs(codecs)
    this.#held.release(shared)
    if (isUseful) this.#idleAnswers = 0
    else if (isIdle && ++this.#idleAnswers > MAX_IDLE_ANSWERS)
      throw noProgress(requested[0].log, requested[0].fetchOffset)
    return problem
  }

  async #problemOf(log: PartitionLog, errorCode: number): Promise<unknown> {
    const problem = this.#cluster.errorOf(log, errorCode)
    if (!isLossCode(errorCode)) return problem
    try {
      return (await this.#examine([log])) ? null : problem
    } catch (error) {
      return error
    }
  }

  /** Gives back the memory of answers that are read to their end. Returns whether there were any. */
  releaseSpent(): boolean {
    return this.#held.releaseSpent()
  }
}
