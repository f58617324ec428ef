// OffsetCommit, version 6: offsets of a consumer group, written without being a member of it.

import type { TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'

export const OFFSET_COMMIT = { key: 8, version: 6 } as const

export interface OffsetToCommit extends TopicPartition {
  /** The first offset that was not yet read. */
  readonly offset: number
  /** Of the last record before it; null where unknown. */
  readonly leaderEpoch: number | null
  readonly metadata: string
}

export interface WrittenOffset extends TopicPartition {
  readonly errorCode: number
}

/** No member has this generation: the coordinator accepts it for groups without members only. */
const NO_GENERATION = -1

export function encodeOffsetCommitRequest(groupId: string, offsets: readonly OffsetToCommit[]): Buffer {
  const writer = new WireWriter().string(groupId).int32(NO_GENERATION).string('')
  writer.array([...groupBy(offsets, ({ topic }) => topic)], ([topic, members]) => {
    writer.string(topic).array(members, ({ partition, offset, leaderEpoch, metadata }) => {
      writer.int32(partition).int64(offset)
      writer.int32(leaderEpoch ?? -1).string(metadata)
    })
  })
  return writer.finish()
}

export function decodeOffsetCommit(bytes: Buffer): WrittenOffset[] {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const topics = reader.array(() => {
    const topic = reader.string()
    return reader.array(() => ({ topic, partition: reader.int32(), errorCode: reader.int16() }))
  })
  return topics.flat()
}
