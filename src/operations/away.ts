// Partitions whose log nobody could be asked about, and totals that leave them out.

import type { AwayPartition } from '../log.ts'
import { partitionKey } from '../record.ts'
import { count, shortList } from '../words.ts'

/** Partitions of one reason that are named. */
const LISTED = 3

/** `orders/1, orders/4 (no leader)`. */
export function awayText(away: readonly AwayPartition[]): string {
  const reasons = [...new Set(away.map(({ why }) => why))]
  return reasons
    .map((why) => {
      const keys = away.filter((at) => at.why === why).map(partitionKey)
      return `${shortList(keys, LISTED)} (${why})`
    })
    .join(', ')
}

/** A total that leaves partitions out is the least that it can be. */
export function totalText(total: number, away: readonly AwayPartition[]): string {
  return away.length === 0 ? count(total) : `>= ${count(total)}`
}
