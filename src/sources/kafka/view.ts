// The view of a Kafka cluster, for commands that read no records: where logs begin and end, and what was when.

import type { Clock } from '../../clock.ts'
import type { Brokers } from '../../kafka/client/brokers.ts'
import type { Cluster } from '../../kafka/client/cluster.ts'
import type { Outage } from '../../kafka/client/outage.ts'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { GroupOffsets } from '../../kafka/group/group-offsets.ts'
import type { LogView, MirroredOffset, Position, Wanted } from '../../log.ts'
import type { Notice } from '../../notice.ts'
import type { ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import { boundsOfAll, boundsOfPresent } from './bounds.ts'
import { openCluster } from './open-cluster.ts'
import type { KafkaSourceOptions } from './source-options.ts'
import { freshPositions, offsetsAt } from './start.ts'
import { refreshOrMissing } from './topics.ts'

export type KafkaViewOptions = KafkaSourceOptions & {
  /** Of the consumer group that positions are mirrored to; null: they are not. */
  readonly groupId: string | null
}

export function kafkaView(options: KafkaViewOptions, clock: Clock): LogView {
  return new KafkaView(options, clock)
}

class KafkaView implements LogView {
  readonly #options: KafkaViewOptions
  readonly #clock: Clock
  readonly #brokers: Brokers
  readonly #subscription: Subscription
  readonly #cluster: Cluster
  readonly #outage: Outage

  constructor(options: KafkaViewOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    const { brokers, subscription, cluster, outage } = openCluster(options, clock)
    this.#brokers = brokers
    this.#subscription = subscription
    this.#cluster = cluster
    this.#outage = outage
  }

  selects(at: TopicPartition): boolean {
    return this.#subscription.selects(at)
  }

  partitions(signal: AbortSignal, wanted: Wanted = 'all') {
    return this.#outage.retry(async () => {
      await refreshOrMissing(this.#cluster, this.#options.brokers, this.#clock)
      const all = [...this.#cluster.partitions].sort(byTopicPartition)
      const found =
        wanted === 'all'
          ? await boundsOfAll(this.#cluster, all)
          : await boundsOfPresent(this.#cluster, all, this.#clock)
      return { logId: this.#cluster.clusterId, ...found }
    }, signal)
  }

  offsetsAt(partitions: readonly TopicPartition[], timestamp: number, signal: AbortSignal) {
    return this.#outage.retry(() => offsetsAt(this.#cluster, partitions, timestamp), signal)
  }

  starts(signal: AbortSignal, among?: readonly TopicPartition[]) {
    return this.#outage.retry(async (): Promise<readonly Position[]> => {
      await refreshOrMissing(this.#cluster, this.#options.brokers, this.#clock)
      return await freshPositions(this.#cluster, among ?? this.#cluster.partitions, this.#options.startingOffsets)
    }, signal)
  }

  async *mirrored(signal: AbortSignal): AsyncGenerator<Notice, ReadonlyPartitionMap<MirroredOffset> | null> {
    const { groupId } = this.#options
    if (groupId === null) return null
    const group = new GroupOffsets(this.#brokers, groupId)
    return yield* this.#outage.retry(() => group.read(null), signal)
  }

  async close(): Promise<void> {
    await this.#brokers.disconnect()
  }
}
