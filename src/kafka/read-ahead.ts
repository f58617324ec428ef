// Reads ranges out of a continuous stream of fetches. The stream goes on across the ends of ranges: a planned end cuts
// what is handed on, not what is fetched. The next fetch is on its way before the last one is decoded.

import type { Clock } from '../clock.ts'
import { Exit, SprkError } from '../errors.ts'
import type { Notice } from '../notice.ts'
import { type Chunk, type OffsetRange, partitionKey } from '../record.ts'
import type { Cluster } from './cluster.ts'
import { Fault, unlessAborted } from './fault.ts'
import { FETCH_BYTES } from './frames.ts'
import { outOfRange } from './out-of-range.ts'
import type { Outage } from './outage.ts'
import type { PartitionLog, SharedAnswer } from './partition-log.ts'
import { ErrorCode } from './protocol/errors.ts'
import { decodeFetch, encodeFetchRequest, FETCH, type FetchAnswer, type FetchedPartition } from './protocol/fetch.ts'
import { groupBy } from './protocol/group-by.ts'
import { Columns } from './protocol/records.ts'

/** Records of one chunk at most. */
const CHUNK_RECORDS = 16_384

/** How long a broker may hold a fetch where it has nothing. */
const MAX_WAIT_MS = 500

/** A partition's share of a fetch is not made smaller than this. */
const MIN_PARTITION_BYTES = 256 * 1024

/** Bytes of answers in memory, above which only partitions that are waited for are fetched. */
const MAX_HELD_BYTES = 4 * FETCH_BYTES

/** Answers in a row that bring nothing although there is something. */
const MAX_IDLE_ANSWERS = 20

/** A range as far as it was read. */
export interface ReadRange extends OffsetRange {
  /** Of the records' batches, as they came over the wire. */
  readonly bytes: number
  /** Of the last batch; null where unknown. */
  readonly leaderEpoch: number | null
}

interface Target {
  readonly range: OffsetRange
  readonly log: PartitionLog
  bytes: number
}

interface Requested {
  readonly log: PartitionLog
  readonly fetchOffset: number
}

interface Arrival {
  readonly requested: readonly Requested[]
  readonly answer: FetchAnswer
  readonly shared: SharedAnswer
}

interface Failure {
  readonly requested: readonly Requested[]
  readonly error: unknown
}

export class ReadAhead {
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #clock: Clock
  readonly #columns = new Columns(CHUNK_RECORDS)
  /** By `partitionKey`. */
  readonly #logs: ReadonlyMap<string, PartitionLog>
  /** Answers that are read to their end; the logs put them here. */
  readonly #spent: SharedAnswer[]
  /** Brokers with a fetch under way. */
  readonly #asked = new Set<number>()
  /** Broker → when it may be asked again, monotonic. */
  readonly #throttled = new Map<number, number>()
  readonly #arrived: (Arrival | Failure)[] = []
  /** Partitions whose last fetch failed. */
  readonly #faulty = new Set<PartitionLog>()
  #wake = (): void => {}
  /** Counts picks and requests, so that each partition has its turn. */
  #picks = 0
  #requests = 0
  #heldBytes = 0
  #idleAnswers = 0

  constructor(cluster: Cluster, outage: Outage, clock: Clock, logs: readonly PartitionLog[], spent: SharedAnswer[]) {
    this.#cluster = cluster
    this.#outage = outage
    this.#clock = clock
    this.#logs = new Map(logs.map((log) => [partitionKey(log), log]))
    this.#spent = spent
  }

  /** Each range begins where the last one of its partition ended. */
  async *read(
    ranges: readonly OffsetRange[],
    maxBytes: number,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly ReadRange[]> {
    const targets = ranges.map((range) => ({ range, log: this.#logOf(range), bytes: 0 }))
    let bytesLeft = maxBytes
    let atLeastOne = true
    for (;;) {
      yield* this.#takeArrivals(signal)
      const unfinished = targets.filter(({ log, range }) => log.position < range.untilOffset)
      if (unfinished.length === 0) break
      yield* this.#requestMore(unfinished, signal)
      const target = this.#pick(unfinished)
      if (target === undefined) {
        await this.#arrival(signal)
        continue
      }
      const { log, range } = target
      const before = log.bytesRead
      const chunk = log.read(this.#columns, { untilOffset: range.untilOffset, maxBytes: bytesLeft, atLeastOne })
      target.bytes += log.bytesRead - before
      bytesLeft -= log.bytesRead - before
      if (chunk !== null) {
        atLeastOne = false
        yield chunk
        signal.throwIfAborted()
      }
      this.#releaseSpent()
      if (chunk === null && !log.isEmpty && log.position < range.untilOffset) break // the byte bound
    }
    return targets.filter(({ log, range }) => log.position > range.fromOffset).map(readRange)
  }

  #logOf(range: OffsetRange): PartitionLog {
    const log = this.#logs.get(partitionKey(range))
    if (log === undefined) throw new Error(`${partitionKey(range)} was not opened`)
    log.lastStableOffset = Math.max(log.lastStableOffset, range.untilOffset)
    return log
  }

  /** Partitions with something buffered, in turn. */
  #pick(unfinished: readonly Target[]): Target | undefined {
    const ready = unfinished.filter(({ log }) => !log.isEmpty)
    return ready[this.#picks++ % Math.max(ready.length, 1)]
  }

  /** Asks brokers that have no fetch under way for what is not buffered yet. */
  async *#requestMore(unfinished: readonly Target[], signal: AbortSignal): AsyncGenerator<Notice, void> {
    while (this.#cluster.isStale) {
      try {
        await unlessAborted(this.#cluster.refresh(), signal)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        yield* this.#outage.wait(error, signal)
      }
    }
    const waitedFor = new Set(unfinished.map(({ log }) => log).filter((log) => log.isEmpty))
    const isScarce = this.#heldBytes >= MAX_HELD_BYTES
    const wanted = [...this.#logs.values()].filter((log) => {
      return log.fetchOffset < log.lastStableOffset && (!isScarce || waitedFor.has(log))
    })
    try {
      for (const [broker, logs] of groupBy(wanted, (log) => this.#cluster.leaderOf(log))) {
        if (!this.#asked.has(broker)) this.#request(broker, logs, waitedFor)
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.#arrived.push({ error, requested: [] })
    }
  }

  /** Brokers serve the first partitions of a request first: those that are waited for, and each one at its turn. */
  #request(broker: number, logs: readonly PartitionLog[], waitedFor: ReadonlySet<PartitionLog>): void {
    const share = Math.max(Math.floor(FETCH_BYTES / logs.length), MIN_PARTITION_BYTES)
    const rotation = this.#requests++ % logs.length
    const rotated = [...logs.slice(rotation), ...logs.slice(0, rotation)].filter((log) => log.buffered <= share)
    const ordered = [...rotated.filter((log) => waitedFor.has(log)), ...rotated.filter((log) => !waitedFor.has(log))]
    if (ordered.length === 0) return
    this.#asked.add(broker)
    const requested = ordered.map((log) => ({ log, fetchOffset: log.fetchOffset }))
    this.#fetch(broker, requested, share).then(
      (arrival) => this.#settle(broker, arrival),
      (error: unknown) => this.#settle(broker, { error, requested }),
    )
  }

  async #fetch(broker: number, requested: readonly Requested[], share: number): Promise<Arrival> {
    const throttledMs = (this.#throttled.get(broker) ?? 0) - this.#clock.monotonic()
    if (throttledMs > 0) await this.#clock.sleep(throttledMs)
    const partitions = requested.map(({ log: { topic, partition }, fetchOffset }) => {
      return { topic, partition, fetchOffset, maxBytes: share }
    })
    const body = encodeFetchRequest(partitions, { maxWaitMs: MAX_WAIT_MS, maxBytes: FETCH_BYTES })
    return await this.#cluster.ask(broker, FETCH, body, MAX_WAIT_MS, (bytes) => {
      const answer = decodeFetch(bytes)
      if (answer.throttleMs > 0) this.#throttled.set(broker, this.#clock.monotonic() + answer.throttleMs)
      return { requested, answer, shared: { bytes, users: 0 } }
    })
  }

  #settle(broker: number, arrival: Arrival | Failure): void {
    this.#asked.delete(broker)
    this.#arrived.push(arrival)
    this.#wake()
  }

  async #arrival(signal: AbortSignal): Promise<void> {
    if (this.#arrived.length > 0) return
    await unlessAborted(
      new Promise<void>((resolve) => {
        this.#wake = resolve
      }),
      signal,
    )
  }

  async *#takeArrivals(signal: AbortSignal): AsyncGenerator<Notice, void> {
    signal.throwIfAborted()
    for (;;) {
      const arrival = this.#arrived.shift()
      if (arrival === undefined) return
      const fault = 'error' in arrival ? arrival.error : await unlessAborted(this.#take(arrival), signal)
      if (fault === null) {
        if (this.#faulty.size === 0) yield* this.#outage.end()
        continue
      }
      if (!(fault instanceof Fault)) throw fault
      for (const { log } of arrival.requested) this.#faulty.add(log)
      yield* this.#outage.wait(fault, signal)
    }
  }

  /** Hands an answer's parts to their logs. Returns what is wrong with it. */
  async #take({ requested, answer, shared }: Arrival): Promise<unknown> {
    const first = requested[0] as Requested // nothing is asked for no partition
    const byKey = new Map(requested.map((each) => [partitionKey(each.log), each]))
    let fault: unknown = null
    let progress = false
    if (answer.errorCode !== ErrorCode.NONE) fault = this.#cluster.errorOf(first.log, answer.errorCode)
    for (const fetched of answer.partitions) {
      const asked = byKey.get(partitionKey(fetched))
      // A log that went back in the meantime has no use for what follows.
      if (asked === undefined || asked.fetchOffset !== asked.log.fetchOffset) continue
      if (fetched.errorCode !== ErrorCode.NONE) {
        fault = await this.#errorOf(asked.log, fetched)
      } else {
        this.#faulty.delete(asked.log)
        if (asked.log.add(fetched, shared)) progress = true
      }
    }
    if (shared.users === 0) this.#cluster.release(shared.bytes)
    else this.#heldBytes += shared.bytes.length
    this.#idleAnswers = progress || answer.throttleMs > 0 ? 0 : this.#idleAnswers + 1
    if (this.#idleAnswers > MAX_IDLE_ANSWERS) throw noProgress(first)
    return fault
  }

  async #errorOf(log: PartitionLog, { errorCode }: FetchedPartition): Promise<unknown> {
    if (errorCode !== ErrorCode.OFFSET_OUT_OF_RANGE) return this.#cluster.errorOf(log, errorCode)
    try {
      return await outOfRange(this.#cluster, log, log.fetchOffset)
    } catch (error) {
      return error
    }
  }

  #releaseSpent(): void {
    for (const answer of this.#spent.splice(0)) {
      if (--answer.users > 0) continue
      this.#heldBytes -= answer.bytes.length
      this.#cluster.release(answer.bytes)
    }
  }
}

function readRange({ range, log, bytes }: Target): ReadRange {
  const untilOffset = Math.min(range.untilOffset, log.position)
  return { ...range, untilOffset, bytes: Math.round(bytes), leaderEpoch: log.leaderEpoch }
}

function noProgress({ log, fetchOffset }: Requested): SprkError {
  const message = `${partitionKey(log)}: the broker sends nothing from offset ${fetchOffset} on, although its log goes up to ${log.lastStableOffset}`
  return new SprkError(Exit.PROTOCOL, { code: 'E_NO_PROGRESS', message })
}
