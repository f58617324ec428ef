// How many records of each partition its rates allow in one batch: Spark's spark.streaming.kafka.maxRatePerPartition and
// back-pressure.

export interface PartitionRate {
  /** How many offsets there are to read. */
  readonly lag: number
  /** Records a second; 0: any number. */
  readonly maxRate: number
}

export interface Allowed {
  /** By partition; Infinity where nothing limits it. */
  readonly messages: readonly number[]
  /** Records a second of all partitions together; null where some partition has no rate. */
  readonly rate: number | null
}

/** Spark's minRatePerPartition. Its name notwithstanding it is a number of records of a partition and batch. */
const MIN_MESSAGES = 1

/**
 * As `maxMessagesPerPartition` of org.apache.spark.streaming.kafka010.DirectKafkaInputDStream, in its order of operations:
 * the estimate is shared by lag, and each share is bounded by the partition's own rate; without an estimate that rate alone
 * counts. Null: nothing limits the batch.
 *
 * One difference: without an estimate, partitions with a rate of 0 beside others that have one are not limited. Spark reads
 * one record a batch of them, though it says that 0 is no limit.
 */
export function maxMessagesPerPartition(
  partitions: readonly PartitionRate[],
  estimate: number | null,
  batchMs: number,
): Allowed | null {
  const rates = estimate !== null && estimate > 0 ? shared(partitions, estimate) : partitions.map(ownRate)
  const total = rates.reduce((sum, rate) => sum + rate, 0)
  // Without any lag the shares are NaN, and so is their sum.
  if (!(total > 0) || rates.every((rate) => rate === Infinity)) return null
  const seconds = batchMs / 1000
  return {
    messages: rates.map((rate) => Math.max(Math.trunc(seconds * rate), MIN_MESSAGES)),
    rate: total === Infinity ? null : Math.round(total),
  }
}

function shared(partitions: readonly PartitionRate[], estimate: number): number[] {
  const totalLag = partitions.reduce((sum, { lag }) => sum + lag, 0)
  return partitions.map(({ lag, maxRate }) => {
    const share = (lag / totalLag) * estimate
    return maxRate > 0 ? Math.min(share, maxRate) : share
  })
}

function ownRate({ maxRate }: PartitionRate): number {
  return maxRate > 0 ? maxRate : Infinity
}
