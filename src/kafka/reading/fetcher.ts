// Fetches under way: at most one for each broker, since a broker answers one request of a connection at a time.

import type { Clock } from '../../clock.ts'
import type { Cluster } from '../client/cluster.ts'
import { unlessAborted } from '../client/fault.ts'
import { decodeFetch, encodeFetchRequest, type FetchAnswer } from '../protocol/fetch.ts'
import type { PartitionLog } from './partition-log.ts'
import type { SharedAnswer } from './record-set.ts'

/** How long a broker may hold a fetch where it has nothing. */
export const MAX_WAIT_MS = 500

/** A partition in a fetch, and where its log stood then. */
export interface Requested {
  readonly log: PartitionLog
  readonly fetchOffset: number
  readonly rewinds: number
}

export interface Arrival {
  readonly requested: readonly [Requested, ...Requested[]]
  readonly answer: FetchAnswer
  readonly shared: SharedAnswer
}

export interface Failure {
  readonly requested: readonly Requested[]
  readonly error: unknown
}

export class Fetcher {
  readonly #cluster: Cluster
  readonly #clock: Clock
  readonly #asked = new Set<number>()
  /** Broker → when it may be asked again, monotonic. */
  readonly #throttled = new Map<number, number>()
  readonly #arrived: (Arrival | Failure)[] = []
  #wake = (): void => {}

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster
    this.#clock = clock
  }

  isAsked(broker: number): boolean {
    return this.#asked.has(broker)
  }

  /**
   * Sends a fetch for some partitions, the first of them first; its answer comes with `next`, after `maxWaitMs` where the
   * broker has nothing. `maxBytes` is of each partition.
   */
  send(broker: number, logs: readonly [PartitionLog, ...PartitionLog[]], maxBytes: number, maxWaitMs: number): void {
    const [first, ...others] = logs
    const requested: [Requested, ...Requested[]] = [requestOf(first), ...others.map(requestOf)]
    this.#asked.add(broker)
    this.#fetch(broker, requested, maxBytes, maxWaitMs).then(
      (arrival) => this.#settle(broker, arrival),
      (error: unknown) => this.#settle(broker, { error, requested }),
    )
  }

  get hasArrivals(): boolean {
    return this.#arrived.length > 0
  }

  /** What arrived first; undefined where nothing did. */
  next(): Arrival | Failure | undefined {
    return this.#arrived.shift()
  }

  /** Waits until there is something to take. */
  async arrival(signal: AbortSignal): Promise<void> {
    if (this.#arrived.length > 0) return
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    await unlessAborted(arrived, signal)
  }

  async #fetch(broker: number, requested: Arrival['requested'], maxBytes: number, maxWaitMs: number): Promise<Arrival> {
    const throttledMs = (this.#throttled.get(broker) ?? 0) - this.#clock.monotonic()
    if (throttledMs > 0) await this.#clock.sleep(throttledMs)
    const partitions = requested.map(({ log: { topic, partition, topicId }, fetchOffset }) => {
      const leaderEpoch = this.#cluster.leadershipOf({ topic, partition })?.epoch ?? -1
      return { topic, partition, topicId, fetchOffset, leaderEpoch, maxBytes }
    })
    const api = await this.#cluster.fetchApi(broker, partitions)
    const body = encodeFetchRequest(api, partitions, {
      maxWaitMs,
      maxBytes: this.#cluster.fetchBytes(broker),
    })
    return await this.#cluster.ask(broker, api, body, maxWaitMs, (bytes) => {
      const answer = decodeFetch(api, partitions, bytes)
      if (answer.throttleMs > 0) this.#throttled.set(broker, this.#clock.monotonic() + answer.throttleMs)
      return { requested, answer, shared: { bytes, users: 0 } }
    })
  }

  #settle(broker: number, arrival: Arrival | Failure): void {
    this.#asked.delete(broker)
    this.#arrived.push(arrival)
    this.#wake()
  }
}

function requestOf(log: PartitionLog): Requested {
  return { log, fetchOffset: log.fetchOffset, rewinds: log.rewinds }
}
