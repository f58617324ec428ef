// The range of a replay as it is asked for, before anything is known of the log.

import type { ReadonlyPartitionMap } from '../../partition-map.ts'

/** `recorded`: where the live state began; `kept`: where its first batch begins that was not pruned. */
export type RangeStart = 'recorded' | 'kept' | 'earliest' | { readonly offset: number } | { readonly time: number }
/** `live`: how far the live state has come. */
export type RangeEnd = 'live' | 'latest' | { readonly offset: number } | { readonly time: number }

/** Times are epoch milliseconds. */
export interface RangeSpec {
  /** As it was asked for. */
  readonly text: string
  /** Null: only of the partitions in `fromNamed`. */
  readonly from: RangeStart | null
  /** Where partitions begin. */
  readonly fromNamed: ReadonlyPartitionMap<RangeStart>
  readonly to: RangeEnd
  readonly toNamed: ReadonlyPartitionMap<RangeEnd>
}
