// Whether logs are still the ones that were read: their topics' ids, their bounds, where the last epoch that was read ends,
// and the last record. Asked when a position is taken up, after each change of a leader, and after each error of a request:
// brokers before Kafka 3.1 read a topic by its name, and do not tell that it was created anew.

import type { Clock } from '../../clock.ts'
import { isSameLog, type Position } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
import type { Cluster, Leadership } from '../client/cluster.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { groupBy } from '../protocol/group-by.ts'
import { Isolation, LOG_END, LOG_START } from '../protocol/list-offsets.ts'
import { decodeEpochEnds, encodeEpochRequest, OFFSET_FOR_LEADER_EPOCH } from '../protocol/offset-for-leader-epoch.ts'
import { type LogBounds, type Loss, outOfBounds, recreated, tailChanged, truncated } from './loss.ts'
import type { PartitionLog } from './partition-log.ts'
import { tailOffsetOf } from './tail-hash.ts'
import { tailsNow } from './tails-now.ts'

/** A broker may still tell of a topic that was just deleted: its answer is believed when it repeats it after this time. */
const CONFIRM_AFTER_MS = 300

export class LogCheck {
  readonly #cluster: Cluster
  readonly #clock: Clock
  /** Who led when the partition was checked. */
  readonly #checked = new PartitionMap<Leadership>()
  /** Loss → who led when it was found, as the metadata of that time said it: an object of their own. */
  readonly #foundUnder = new WeakMap<Loss, Leadership>()

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster
    this.#clock = clock
  }

  /** Logs to be checked before they are read on: never checked before, recreated, with another leader, or after an error. */
  unchecked<T extends Position>(logs: readonly T[]): T[] {
    return logs.filter((log) => {
      const before = this.#checked.get(log)
      const now = this.#cluster.leadershipOf(log)
      // A partition without a leader is checked once it has one. Old brokers do not tell that the same one was elected again.
      if (now === undefined || now.broker < 0) {
        this.#checked.delete(log)
        return false
      }
      if (before === undefined || this.#isRecreated(log)) return true
      return before.broker !== now.broker || before.epoch !== now.epoch || before.errors !== now.errors
    })
  }

  /** Nothing was read of these partitions yet: there is nothing to check. */
  accept(positions: readonly TopicPartition[]): void {
    for (const at of positions) {
      const leadership = this.#cluster.leadershipOf(at)
      if (leadership !== undefined) this.#checked.set(at, leadership)
    }
  }

  /**
   * What of the positions is no longer in the log that was read; of partitions that do not exist, or have no leader, nothing
   * is said. Throws a Fault, or a SprkError where waiting does not help.
   */
  async lossesAt(positions: readonly Position[]): Promise<readonly Loss[]> {
    const losses = await this.#find(positions)
    for (const loss of losses) {
      const leadership = this.#cluster.leadershipOf(loss)
      if (leadership !== undefined) this.#foundUnder.set(loss, leadership)
    }
    return losses
  }

  /** Logs with a reason for a check between two ranges. */
  suspects(logs: readonly PartitionLog[]): PartitionLog[] {
    const unchecked = new Set(this.unchecked(logs))
    return logs.filter((log) => log.loss !== null || log.lastStableOffset < log.next || unchecked.has(log))
  }

  /**
   * What is lost between two ranges. Where each log has a loss already and no news came since, the brokers are not asked
   * again. Throws as `lossesAt` does.
   */
  async lossesOf(logs: readonly PartitionLog[]): Promise<readonly Loss[]> {
    const found = logs.flatMap((log) => this.#currentLoss(log) ?? [])
    return found.length === logs.length ? found : await this.lossesAt(logs)
  }

  /** The loss that was found while the log was read; null where reading stands elsewhere, or the metadata are others now. */
  #currentLoss(log: PartitionLog): Loss | null {
    const { loss, next } = log
    if (loss === null || loss.fromOffset !== next || this.#cluster.isStale) return null
    const leadership = this.#cluster.leadershipOf(log)
    return leadership !== undefined && this.#foundUnder.get(loss) === leadership ? loss : null
  }

  async #find(positions: readonly Position[]): Promise<readonly Loss[]> {
    await this.#cluster.refreshIfStale()
    const isNews = positions.some((position) => this.#isRecreated(position))
    if (isNews) {
      await this.#clock.sleep(CONFIRM_AFTER_MS)
      await this.#cluster.refresh()
    }
    const losses = await this.#compare(positions)
    if (losses.length === 0 || isNews) return losses
    // Bounds and epochs are asked for by name: what looks like a part of the log that is lost may be another topic.
    await this.#cluster.refresh()
    return positions.some((position) => this.#isRecreated(position)) ? await this.#find(positions) : losses
  }

  async #compare(positions: readonly Position[]): Promise<readonly Loss[]> {
    const existing = positions.filter((position) => this.#cluster.hasLeader(position))
    const leaders = existing.map((position) => this.#cluster.leadershipOf(position))
    const same = existing.filter((position) => !this.#isRecreated(position))
    const [bounds, ends, tails] = await Promise.all([
      logBounds(this.#cluster, existing),
      this.#epochEnds(same),
      tailsNow(this.#cluster, same),
    ])
    const losses = existing.map((position) => {
      const log = bounds.get(position) as LogBounds // of all that exist
      return this.#lossOf(position, log, ends.get(position), tails.get(position))
    })
    existing.forEach((position, i) => {
      if (losses[i] === null) this.#checked.set(position, leaders[i] as Leadership)
    })
    return losses.filter((loss) => loss !== null)
  }

  #lossOf(position: Position, bounds: LogBounds, epochEnd = Infinity, tail: string | undefined): Loss | null {
    const topicId = this.#cluster.topicIdOf(position)
    if (topicId !== null && this.#isRecreated(position)) return recreated(position, topicId, bounds)
    const isBelow = position.next < bounds.start
    return (
      (isBelow ? null : truncated(position, epochEnd, bounds, topicId)) ??
      outOfBounds(position, bounds, topicId) ??
      (tail === undefined || tail === position.tailHash
        ? null
        : tailChanged(position, tailOffsetOf(tail), bounds, topicId))
    )
  }

  #isRecreated(position: Position): boolean {
    return !isSameLog(position.topicId, this.#cluster.topicIdOf(position))
  }

  /** Where the last epoch that was read ends; no entry where the leader does not know. */
  async #epochEnds(positions: readonly Position[]): Promise<ReadonlyPartitionMap<number>> {
    const read = positions.flatMap(({ topic, partition, leaderEpoch }) => {
      const currentEpoch = this.#cluster.leadershipOf({ topic, partition })?.epoch ?? -1
      return leaderEpoch === null || leaderEpoch < 0 ? [] : [{ topic, partition, leaderEpoch, currentEpoch }]
    })
    const byLeader = groupBy(read, (at) => this.#cluster.leaderOf(at))
    const answers = await Promise.all(
      [...byLeader].map(async ([leader, members]) => {
        if (!(await this.#cluster.offers(leader, OFFSET_FOR_LEADER_EPOCH))) return []
        return await this.#cluster.ask(leader, OFFSET_FOR_LEADER_EPOCH, encodeEpochRequest(members), 0, decodeEpochEnds)
      }),
    )
    const ends = new PartitionMap<number>()
    for (const end of answers.flat()) {
      // Logs of Kafka before 0.11 know no epochs.
      if (end.errorCode === ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT) continue
      if (end.errorCode !== ErrorCode.NONE) throw this.#cluster.errorOf(end, end.errorCode)
      ends.set(end, end.endOffset)
    }
    return ends
  }
}

/** Throws what `listOffsets` throws. */
export async function logBounds(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyPartitionMap<LogBounds>> {
  await cluster.refreshIfStale()
  const [starts, ends] = await Promise.all([
    cluster.listOffsets(partitions, LOG_START, Isolation.READ_UNCOMMITTED),
    cluster.listOffsets(partitions, LOG_END, Isolation.READ_UNCOMMITTED),
  ])
  return starts.map((start, at) => ({ start, end: ends.get(at) ?? start }))
}
