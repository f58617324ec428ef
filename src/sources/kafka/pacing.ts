// What keeps a batch of direct mode from reading all that there is: rates a second, and a least number of records.

import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
import type { Limits } from '../../source.ts'
import { maxMessagesPerPartition } from './max-messages.ts'

export interface PacingOptions {
  /** Records a second; 0: any number. */
  maxRateOf(at: TopicPartition): number
  /** A batch waits until so many records are there, or the delay is over; 0: it does not wait. */
  readonly minRecords: number
  readonly maxTriggerDelayMs: number
}

/** A partition that can be read. */
export interface Behind extends TopicPartition {
  readonly next: number
  /** Not lower than `next`. */
  readonly end: number
}

/** Up to which offset each partition may be read in this interval; Infinity: up to any. */
export interface Allowance {
  readonly until: ReadonlyPartitionMap<number>
  /** Records a second of all partitions together; null where some partition has no rate. */
  readonly rate: number | null
}

export class Pacing {
  readonly #options: PacingOptions
  /** The multiple of the interval that `#allowance` is of. */
  #begin: number | null = null
  #allowance: Allowance | null = null
  /** When the last batch was planned, on the monotonic clock; null before the first. */
  #plannedAt: number | null = null

  constructor(options: PacingOptions) {
    this.#options = options
  }

  /** Null: rates limit nothing. */
  allowance(partitions: readonly Behind[], { rate = null, interval, ends }: Limits): Allowance | null {
    if (interval === undefined) return null
    if (ends !== null || interval.begin !== this.#begin) {
      this.#begin = interval.begin
      this.#allowance = this.#allow(partitions, rate, interval.ms)
    }
    return this.#allowance
  }

  #allow(partitions: readonly Behind[], rate: number | null, ms: number): Allowance | null {
    const lags = partitions.map((each) => ({ lag: each.end - each.next, maxRate: this.#options.maxRateOf(each) }))
    const allowed = maxMessagesPerPartition(lags, rate, ms)
    if (allowed === null) return null
    const until = new PartitionMap<number>()
    for (const [i, each] of partitions.entries()) until.set(each, each.next + (allowed.messages[i] as number))
    return { until, rate: allowed.rate }
  }

  /**
   * Spark's minOffsetsPerTrigger and maxTriggerDelay, as `delayBatch` of
   * org.apache.spark.sql.kafka010.KafkaMicroBatchStream. The delay is that since the last batch; in Spark an interval
   * without records can end it too.
   */
  waits(records: number, now: number): boolean {
    const { minRecords, maxTriggerDelayMs } = this.#options
    return records < minRecords && this.#plannedAt !== null && now - this.#plannedAt < maxTriggerDelayMs
  }

  /** Called for each plan that has something to read. */
  planned(now: number): void {
    this.#plannedAt = now
  }
}
