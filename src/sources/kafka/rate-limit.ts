// How many records of a batch each partition gets: Spark's maxOffsetsPerTrigger.

/**
 * Shares `maxRecords` out in proportion to lag, as `rateLimit` of org.apache.spark.sql.kafka010.KafkaMicroBatchStream
 * does: shares are rounded down, but those below one up, so that small partitions are not starved. Spark exceeds the
 * bound where there are many of these; here the largest shares pay for them, and with more partitions than records
 * those with the least lag wait.
 */
export function limitRate(lags: readonly number[], maxRecords: number): number[] {
  const total = lags.reduce((sum, lag) => sum + lag, 0)
  if (total <= maxRecords) return [...lags]
  const shares = lags.map((lag) => {
    const share = maxRecords * (lag / total)
    return Math.min(lag, share < 1 ? Math.ceil(share) : Math.floor(share))
  })
  let excess = shares.reduce((sum, share) => sum + share, 0) - maxRecords
  const largestFirst = shares.map((_, i) => i).sort((a, b) => (lags[b] as number) - (lags[a] as number))
  for (const floor of [1, 0]) {
    for (const i of floor === 1 ? largestFirst : largestFirst.toReversed()) {
      if (excess <= 0) return shares
      const taken = Math.min(excess, Math.max((shares[i] as number) - floor, 0))
      shares[i] = (shares[i] as number) - taken
      excess -= taken
    }
  }
  return shares
}
