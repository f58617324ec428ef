// OffsetCommit, version 7 (Kafka 2.3): offsets of a consumer group, written by a member or by a stranger. The first
// version with static members (KIP-345).

import type { TopicPartition } from '../../record.ts'
import { groupBy } from './group-by.ts'
import { array, int16, int32, int64, message, nullableString, string, struct } from './message.ts'

export const OFFSET_COMMIT = message(8, 7, {
  request: {
    groupId: string,
    generation: int32,
    memberId: string,
    instanceId: nullableString,
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({ partition: int32, offset: int64, /** -1: unknown. */ leaderEpoch: int32, metadata: nullableString }),
        ),
      }),
    ),
  },
  response: {
    throttleMs: int32,
    topics: array(struct({ topic: string, partitions: array(struct({ partition: int32, errorCode: int16 })) })),
  },
})

export interface OffsetToCommit extends TopicPartition {
  /** The first offset that was not yet read. */
  readonly offset: number
  /** Of the last record before it; null where unknown. */
  readonly leaderEpoch: number | null
  readonly metadata: string
}

/** Who commits. */
export interface Committer {
  readonly generation: number
  readonly memberId: string
  readonly instanceId: string | null
}

/** No member has this generation: the coordinator accepts it for groups without members only. */
export const STRANGER: Committer = { generation: -1, memberId: '', instanceId: null }

export function offsetCommit(groupId: string, by: Committer, offsets: readonly OffsetToCommit[]) {
  const topics = [...groupBy(offsets, ({ topic }) => topic)].map(([topic, members]) => {
    const partitions = members.map(({ partition, offset, leaderEpoch, metadata }) => {
      return { partition, offset, leaderEpoch: leaderEpoch ?? -1, metadata }
    })
    return { topic, partitions }
  })
  return { groupId, ...by, topics }
}
