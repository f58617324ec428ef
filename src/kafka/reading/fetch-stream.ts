// A continuous stream of fetches of some partitions. It goes on across the ends of ranges: the next fetch is on its way before
// the last one is decoded. Its users take from the logs what has come.

import type { Clock } from '../../clock.ts'
import { Exit, SprkError } from '../../errors.ts'
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
import { groupBy } from '../protocol/group-by.ts'
import { type Arrival, Fetcher, type Requested } from './fetcher.ts'
import type { LogCheck } from './log-check.ts'
import { openLog, type PartitionLog } from './partition-log.ts'
import type { SharedAnswer } from './record-set.ts'

/** A partition's share of a fetch is not made smaller than this. */
const MIN_PARTITION_BYTES = 256 * 1024

/** Bytes of answers in memory, above which only partitions that are waited for are fetched. */
const MAX_HELD_BYTES = 4 * FETCH_BYTES

/** Answers in a row that bring nothing although there is something. */
const MAX_IDLE_ANSWERS = 20

export class FetchStream {
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #check: LogCheck
  readonly #fetcher: Fetcher
  readonly #logs = new PartitionMap<PartitionLog>()
  /** Answers that are read to their end; the logs put them here. */
  readonly #spent: SharedAnswer[] = []
  /** Partitions whose last fetch failed. */
  readonly #faulty = new Set<PartitionLog>()
  /** Counts requests, so that each partition has its turn. */
  #requests = 0
  /** Counts logs that were opened. */
  #opens = 0
  #heldBytes = 0
  #idleAnswers = 0
  /** The cluster's partitions when all logs were checked, and the brokers that led them. */
  #checked: unknown = null
  #leaders: ReadonlySet<number> = new Set()
  /** A partition without a leader is waited for; else nothing more comes of it for now. */
  isWhole = false

  constructor(check: LogCheck, cluster: Cluster, outage: Outage, clock: Clock) {
    this.#check = check
    this.#cluster = cluster
    this.#outage = outage
    this.#fetcher = new Fetcher(cluster, clock)
  }

  /** Another partition to read, from a position on. */
  open(position: Position): PartitionLog {
    const log = openLog(position, this.#spent)
    this.#logs.set(log, log)
    this.#checked = null
    this.#opens++
    return log
  }

  /** All partitions that are read. */
  logs(): Iterable<PartitionLog> {
    return this.#logs.values()
  }

  /** Reads the partition no more; what has come of it is of no use. May be called while the stream waits for something. */
  close(log: PartitionLog): void {
    if (this.#isRead(log)) this.#logs.delete(log)
    this.#faulty.delete(log)
    log.rewind()
    this.releaseSpent()
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

  /** Waits until there is something for `takeArrivals`. */
  async arrival(signal: AbortSignal): Promise<void> {
    await this.#fetcher.arrival(signal)
  }

  /** Asks brokers that have no fetch under way for what is not buffered yet, for logs that are waited for first. */
  async *requestMore(unfinished: readonly PartitionLog[], signal: AbortSignal): AsyncGenerator<Notice, void> {
    const waitedFor = new Set(unfinished.filter((log) => log.isEmpty))
    const isScarce = this.#heldBytes >= MAX_HELD_BYTES
    const wanted = [...this.#logs.values()].filter((log) => {
      return waitedFor.has(log) || (!isScarce && log.fetchOffset < log.lastStableOffset)
    })
    for (;;) {
      try {
        if (this.#cluster.isStale) await unlessAborted(this.#cluster.refresh(), signal)
        for (const log of this.#faulty) if (this.isEnded(log)) this.#faulty.delete(log)
        if (this.#checked !== this.#cluster.partitions) await unlessAborted(this.#recheck(), signal)
        const existing = wanted.filter((log) => this.#isRead(log) && !this.isEnded(log))
        for (const [broker, logs] of groupBy(existing, (log) => this.#cluster.leaderOf(log))) {
          if (!this.#fetcher.isAsked(broker)) this.#request(broker, logs, waitedFor)
        }
        return
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        yield* this.#outage.wait(error, signal)
      }
    }
  }

  /** No broker could be asked for more: with a thousand partitions, finding that out one by one takes longer than decoding. */
  get isBusy(): boolean {
    if (this.#cluster.isStale || this.#checked !== this.#cluster.partitions) return false
    for (const leader of this.#leaders) if (!this.#fetcher.isAsked(leader)) return false
    return true
  }

  /** Whether logs are still the same after their leaders changed. What was fetched from the leader before is of no use. */
  async #recheck(): Promise<void> {
    const { partitions } = this.#cluster
    const opens = this.#opens
    const logs = [...this.#logs.values()].filter((log) => !this.isEnded(log))
    const unchecked = this.#check.unchecked(logs)
    for (const log of unchecked) log.rewind()
    await this.#examine(unchecked)
    this.#leaders = new Set(logs.map((log) => this.#cluster.leadershipOf(log)?.broker ?? -1))
    // Not those that were opened meanwhile.
    this.#checked = opens === this.#opens ? partitions : null
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

  /** Brokers serve the first partitions of a request first: those that are waited for, and each one at its turn. */
  #request(broker: number, logs: readonly PartitionLog[], waitedFor: ReadonlySet<PartitionLog>): void {
    const bytes = this.#cluster.fetchBytes(broker)
    const share = Math.max(Math.floor(bytes / logs.length), Math.min(MIN_PARTITION_BYTES, bytes))
    const rotation = this.#requests++ % logs.length
    const rotated = [...logs.slice(rotation), ...logs.slice(0, rotation)].filter((log) => log.buffered <= share)
    const waited = rotated.filter((log) => waitedFor.has(log))
    const [first, ...others] = [...waited, ...rotated.filter((log) => !waitedFor.has(log))]
    if (first !== undefined) this.#fetcher.send(broker, [first, ...others], share)
  }

  /** Hands what has arrived to the logs. Tells of what went wrong, and waits before the next attempt. */
  async *takeArrivals(signal: AbortSignal): AsyncGenerator<Notice, void> {
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
  }

  /** Hands an answer's parts to their logs. Returns what is wrong with it; null: nothing. */
  async #take({ requested, answer, shared }: Arrival): Promise<unknown> {
    if (answer.errorCode !== ErrorCode.NONE) {
      const [problem] = requested.map(({ log }) => this.#cluster.errorOf(log, answer.errorCode))
      return problem
    }
    const requests = new PartitionMap(requested.map((each) => [each.log, each]))
    // Logs that are closed while this waits release the answer.
    shared.users++
    this.#heldBytes += shared.bytes.length
    let problem: unknown = null
    let isIdle = false
    let isUseful = false
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
      if (log.add(fetched, shared)) isUseful = true
      else if (log.fetchOffset < log.lastStableOffset) isIdle = true
    }
    for (const { log } of requested) await loadCodecs(log.codecs)
    this.#release(shared)
    if (isUseful) this.#idleAnswers = 0
    else if (isIdle && ++this.#idleAnswers > MAX_IDLE_ANSWERS) throw noProgress(requested[0])
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

  /** Gives back the memory of answers that are read to their end: nothing of them is used any more. */
  releaseSpent(): void {
    for (const answer of this.#spent.splice(0)) this.#release(answer)
  }

  #release(answer: SharedAnswer): void {
    if (--answer.users > 0) return
    this.#heldBytes -= answer.bytes.length
    this.#cluster.release(answer.bytes)
  }
}

/** What may be another log's, or another part of it. */
function isLossCode(code: number): boolean {
  const { OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID } = ErrorCode
  return code === OFFSET_OUT_OF_RANGE || code === UNKNOWN_TOPIC_ID || code === INCONSISTENT_TOPIC_ID
}

function noProgress({ log, fetchOffset }: Requested): SprkError {
  const message = `${partitionKey(log)}: the broker sends nothing from offset ${fetchOffset} on, although its log goes up to ${log.lastStableOffset}`
  return new SprkError(Exit.PROTOCOL, { code: 'E_NO_PROGRESS', message })
}
