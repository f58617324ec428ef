// ListOffsets, version 5 (Kafka 2.2): where the log of a partition begins and ends, and where it is at some time. The first
// version in which a new leader that does not know its end yet says so (KIP-207).

import type { TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'

export const LIST_OFFSETS = { key: 2, version: 5 } as const

/** Timestamps with a meaning of their own. */
export const LOG_START = -2
export const LOG_END = -1

/** What the end of the log is: the high watermark, or the last stable offset. */
export const Isolation = { READ_UNCOMMITTED: 0, READ_COMMITTED: 1 } as const
export type Isolation = (typeof Isolation)[keyof typeof Isolation]

export interface ListedOffset extends TopicPartition {
  readonly errorCode: number
  /** -1 where no record is as late as the timestamp. */
  readonly offset: number
}

/** `timestamp`: epoch milliseconds, LOG_START or LOG_END. */
export function encodeListOffsetsRequest(
  partitions: readonly TopicPartition[],
  timestamp: number,
  isolation: Isolation,
): Buffer {
  const writer = new WireWriter().int32(-1).int8(isolation)
  writer.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, members]) => {
    writer.string(topic).array(members, ({ partition }) => writer.int32(partition).int32(-1).int64(timestamp))
  })
  return writer.finish()
}

export function decodeListOffsets(bytes: Buffer): ListedOffset[] {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const topics = reader.array(() => {
    const topic = reader.string()
    return reader.array(() => {
      const partition = reader.int32()
      const errorCode = reader.int16()
      reader.int64() // timestamp
      const offset = reader.int64()
      reader.int32() // leader epoch
      return { topic, partition, errorCode, offset }
    })
  })
  return topics.flat()
}
