// OffsetFetch, version 3: the offsets that a consumer group has committed.

import type { TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'

export const OFFSET_FETCH = { key: 9, version: 3 } as const

export interface CommittedOffset extends TopicPartition {
  readonly errorCode: number
  /** The first offset that was not yet read; -1 where none is committed. */
  readonly offset: number
  /** What its writer put beside it. */
  readonly metadata: string
}

export interface CommittedOffsets {
  /** Of the whole group. */
  readonly errorCode: number
  readonly offsets: readonly CommittedOffset[]
}

/** Null: all partitions that the group has offsets of. */
export function encodeOffsetFetchRequest(groupId: string, partitions: readonly TopicPartition[] | null): Buffer {
  const writer = new WireWriter().string(groupId)
  if (partitions === null) return writer.int32(-1).finish()
  writer.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, members]) => {
    writer.string(topic).array(members, ({ partition }) => writer.int32(partition))
  })
  return writer.finish()
}

export function decodeOffsetFetch(bytes: Buffer): CommittedOffsets {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const topics = reader.array(() => {
    const topic = reader.string()
    return reader.array(() => {
      const partition = reader.int32()
      const offset = reader.int64()
      const metadata = reader.nullableString() ?? ''
      return { topic, partition, offset, metadata, errorCode: reader.int16() }
    })
  })
  return { offsets: topics.flat(), errorCode: reader.int16() }
}
