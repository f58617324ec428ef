// The ends that a run with `--once` receives up to: those of the logs when it began.

import { Isolation, LOG_END } from '../../../kafka/protocol/list-offsets.ts'
import type { Notice } from '../../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../../partition-map.ts'
import type { TopicPartition } from '../../../record.ts'
import type { Leaders } from '../leaders.ts'
import type { OpenCluster } from '../open-cluster.ts'

export class FixedEnds {
  readonly #opened: OpenCluster
  readonly #leaders: Leaders
  /** Null: not known yet, since the partition had no leader. */
  readonly #ends = new PartitionMap<number | null>()
  #areFixed = false

  constructor(opened: OpenCluster, leaders: Leaders) {
    this.#opened = opened
    this.#leaders = leaders
  }

  /** Whether the run has such ends. */
  get areFixed(): boolean {
    return this.#areFixed
  }

  /** Of those of the partitions that exist and have a leader. */
  async *fix(
    partitions: ReadonlyPartitionMap<unknown>,
    signal: AbortSignal,
  ): AsyncGenerator<Notice, ReadonlyPartitionMap<number>> {
    this.#areFixed = true
    const { cluster, outage } = this.#opened
    const ends = yield* outage.retry(async () => {
      await cluster.refreshIfStale()
      const led = cluster.partitions.filter((at) => partitions.has(at) && !cluster.isLeaderless(at))
      return await cluster.listOffsets(led, LOG_END, Isolation.READ_COMMITTED)
    }, signal)
    for (const at of cluster.partitions) if (partitions.has(at)) this.#ends.set(at, ends.get(at) ?? null)
    return ends
  }

  /** Infinity where the run has no such end. */
  endOf(at: TopicPartition): number {
    return this.#ends.get(at) ?? Infinity
  }

  /** Whether each partition whose end is known is at it. */
  areReached(hasReached: (at: TopicPartition, end: number) => boolean): boolean {
    return [...this.#ends].every(([at, end]) => end === null || hasReached(at, end))
  }

  /** Waits for the leaders of partitions whose end is not known. Returns whether there were such. */
  async *late(signal: AbortSignal): AsyncGenerator<Notice, boolean> {
    const endless = [...this.#ends].filter(([, end]) => end === null).map(([at]) => at)
    if (endless.length === 0) return false
    for (const [at, end] of yield* this.#leaders.wait(endless, signal)) this.#ends.set(at, end)
    return true
  }
}
