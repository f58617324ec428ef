// OffsetForLeaderEpoch, version 3 (Kafka 2.3): where the records of a leader's epoch end. An end below what was read of it
// means that the log was truncated (KIP-320).

import type { TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'

export const OFFSET_FOR_LEADER_EPOCH = { key: 23, version: 3 } as const

export interface EpochPartition extends TopicPartition {
  /** What the reader takes for the leader's epoch; -1: unknown. */
  readonly currentEpoch: number
  /** Of the last batch that was read. */
  readonly leaderEpoch: number
}

export interface EpochEnd extends TopicPartition {
  readonly errorCode: number
  /** Of the largest epoch up to the one that was asked for: the offset after its last record. -1: there is none. */
  readonly endOffset: number
}

export function encodeEpochRequest(partitions: readonly EpochPartition[]): Buffer {
  const writer = new WireWriter().int32(-1) // a consumer
  writer.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, members]) => {
    writer.string(topic).array(members, ({ partition, currentEpoch, leaderEpoch }) => {
      writer.int32(partition).int32(currentEpoch).int32(leaderEpoch)
    })
  })
  return writer.finish()
}

export function decodeEpochEnds(bytes: Buffer): EpochEnd[] {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const topics = reader.array(() => {
    const topic = reader.string()
    return reader.array(() => {
      const errorCode = reader.int16()
      const partition = reader.int32()
      reader.int32() // epoch
      return { topic, partition, errorCode, endOffset: reader.int64() }
    })
  })
  return topics.flat()
}
