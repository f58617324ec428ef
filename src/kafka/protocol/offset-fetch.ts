// OffsetFetch, version 3: the offsets that a consumer group has committed.

import type { TopicPartition } from '../../record.ts'
import { groupBy } from './group-by.ts'
import {
  array,
  int16,
  int32,
  int64,
  message,
  nullableArray,
  nullableString,
  string,
  struct,
  type ValueOf,
} from './message.ts'

const response = {
  throttleMs: int32,
  topics: array(
    struct({
      topic: string,
      partitions: array(
        struct({
          partition: int32,
          /** -1: none is committed. */ offset: int64,
          metadata: nullableString,
          errorCode: int16,
        }),
      ),
    }),
  ),
  /** Of the whole group. */
  errorCode: int16,
}

export const OFFSET_FETCH = message(9, 3, {
  request: {
    groupId: string,
    /** Null: all that the group has offsets of. */
    topics: nullableArray(struct({ topic: string, partitions: array(int32) })),
  },
  response,
})

export interface CommittedOffset extends TopicPartition {
  readonly errorCode: number
  /** The first offset that was not yet read; -1 where none is committed. */
  readonly offset: number
  /** What its writer put beside it. */
  readonly metadata: string
}

/** Null: all partitions that the group has offsets of. */
export function offsetFetch(groupId: string, partitions: readonly TopicPartition[] | null) {
  if (partitions === null) return { groupId, topics: null }
  const topics = [...groupBy(partitions, ({ topic }) => topic)].map(([topic, members]) => {
    return { topic, partitions: members.map(({ partition }) => partition) }
  })
  return { groupId, topics }
}

export function committedOffsets({ topics }: ValueOf<typeof response>): CommittedOffset[] {
  return topics.flatMap(({ topic, partitions }) => {
    return partitions.map(({ metadata, ...each }) => ({ topic, ...each, metadata: metadata ?? '' }))
  })
}
