// Partitions without a leader: the others are read without them. Each is named once, and once more when it has a leader.

import type { Clock } from '../../clock.ts'
import { formatMs } from '../../duration.ts'
import type { Cluster } from '../../kafka/client/cluster.ts'
import type { Outage } from '../../kafka/client/outage.ts'
import { Isolation, LOG_END } from '../../kafka/protocol/list-offsets.ts'
import { info, type Notice, warning } from '../../notice.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { shortList } from '../../words.ts'

/** How often the brokers are asked while a partition has no leader. */
const LOOK_INTERVAL_MS = 1000

/** Partitions that are named in one line. */
const LISTED = 3

export class Leaders {
  readonly #cluster: Cluster
  readonly #outage: Outage
  readonly #clock: Clock
  /** Those that were named, and when, monotonic. */
  #missing: ReadonlyMap<string, { readonly at: TopicPartition; readonly since: number }> = new Map()
  #lookedAt = -Infinity

  constructor(cluster: Cluster, outage: Outage, clock: Clock) {
    this.#cluster = cluster
    this.#outage = outage
    this.#clock = clock
  }

  /** Looks for the leaders that are missing, where that is due. */
  async *look(signal: AbortSignal): AsyncGenerator<Notice, void> {
    if (this.#missing.size === 0 || this.#clock.monotonic() - this.#lookedAt < LOOK_INTERVAL_MS) return
    yield* this.#outage.retry(() => this.#cluster.refresh(), signal)
    this.#lookedAt = this.#clock.monotonic()
  }

  /** Waits until each of the partitions has a leader. Returns their ends by `partitionKey`. */
  async *wait(partitions: readonly TopicPartition[], signal: AbortSignal) {
    const ends = yield* this.#outage.retry(() => {
      return this.#cluster.listOffsets(partitions, LOG_END, Isolation.READ_COMMITTED)
    }, signal)
    yield* this.changes()
    return ends
  }

  /** Lines about leaders that were lost or found since the last call. */
  *changes(): Generator<Notice, void> {
    const { partitions } = this.#cluster
    const without = partitions.filter((at) => this.#cluster.isLeaderless(at))
    const before = this.#missing
    const now = this.#clock.monotonic()
    this.#missing = new Map(without.map((at) => [partitionKey(at), before.get(partitionKey(at)) ?? { at, since: now }]))
    const lost = without.map(partitionKey).filter((key) => !before.has(key))
    if (lost.length > 0) {
      const isAll = without.length === partitions.length
      const isOne = without.length === 1
      const rest = isAll ? 'nothing can be read' : `the other partitions are read without ${isOne ? 'it' : 'them'}`
      yield warning(`kafka: ${shortList(lost, LISTED)} ${lost.length === 1 ? 'has' : 'have'} no leader; ${rest}`)
    }
    const back = [...before.values()].filter(({ at }) => this.#cluster.hasLeader(at))
    if (back.length > 0) {
      const longest = now - Math.min(...back.map(({ since }) => since))
      const has = back.length === 1 ? 'has' : 'have'
      const names = shortList(
        back.map(({ at }) => partitionKey(at)),
        LISTED,
      )
      yield info(`kafka: ${names} ${has} a leader again after ${formatMs(longest)}`)
    }
  }
}
