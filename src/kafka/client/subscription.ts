// The part of a cluster that is read: named topics, named partitions, or every topic whose name matches.

import type { TopicPartition } from '../../record.ts'

export interface Subscription {
  /** The topics to ask brokers for, which have to exist; null: ask for all, and read those that exist. */
  readonly topics: readonly string[] | null
  /** Partitions that have to exist. */
  readonly partitions: readonly TopicPartition[]
  selects(at: TopicPartition): boolean
}
