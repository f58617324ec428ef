// Partitions by the brokers that lead them, each broker's in a ring: whose turn it is to be served first.

import type { Leadership } from '../client/cluster.ts'
import { groupBy } from '../protocol/group-by.ts'
import type { PartitionLog } from './partition-log.ts'

/** In the place of a broker's id. */
const NO_LEADER = -1

interface Led {
  readonly logs: readonly PartitionLog[]
  /** Index of the one whose turn it is. */
  turn: number
}

export class LedLogs {
  #led: ReadonlyMap<number, Led> = new Map()
  #places: ReadonlyMap<PartitionLog, { readonly led: Led; readonly index: number }> = new Map()
  /** Those that no broker leads, or that do not exist. */
  leaderless: readonly PartitionLog[] = []
  brokers: readonly number[] = []

  /** Takes the place of what was known before. */
  place(logs: Iterable<PartitionLog>, leadershipOf: (log: PartitionLog) => Leadership | undefined): void {
    const byLeader = groupBy(logs, (log) => leadershipOf(log)?.broker ?? NO_LEADER)
    this.leaderless = byLeader.get(NO_LEADER) ?? []
    byLeader.delete(NO_LEADER)
    this.brokers = [...byLeader.keys()]
    this.#led = new Map([...byLeader].map(([broker, led]) => [broker, { logs: led, turn: 0 }]))
    this.#places = new Map(
      [...this.#led.values()].flatMap((led) => led.logs.map((log, index) => [log, { led, index }])),
    )
  }

  /** What a broker leads and was not lost, the one whose turn it is first. */
  ring(broker: number): readonly PartitionLog[] {
    const { logs, turn } = this.#led.get(broker) ?? { logs: [], turn: 0 }
    return [...logs.slice(turn), ...logs.slice(0, turn)].filter(({ loss }) => loss === null)
  }

  /** The partition had its turn. */
  served(log: PartitionLog): void {
    const place = this.#places.get(log)
    if (place !== undefined) place.led.turn = (place.index + 1) % place.led.logs.length
  }
}
