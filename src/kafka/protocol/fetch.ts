// Fetch, version 11 (Kafka 2.3): the last one without flexible encoding, and with zstd and leader epochs.

import type { TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'
import type { AbortedTransaction } from './record-batch.ts'

export const FETCH = { key: 1, version: 11 } as const

export interface FetchPartition extends TopicPartition {
  readonly fetchOffset: number
  readonly maxBytes: number
}

export interface FetchOptions {
  readonly maxWaitMs: number
  /** Of the whole answer. A first batch that is longer comes whole all the same (KIP-74). */
  readonly maxBytes: number
}

export interface FetchedPartition extends TopicPartition {
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[]
  /** The record batches are `[start, end)` of the answer's bytes; the last one may be cut short. */
  readonly start: number
  readonly end: number
}

export interface FetchAnswer {
  readonly throttleMs: number
  readonly errorCode: number
  readonly partitions: readonly FetchedPartition[]
}

/** Reads committed records, without a fetch session. The order of the partitions matters: the first is served first. */
export function encodeFetchRequest(partitions: readonly FetchPartition[], options: FetchOptions): Buffer {
  const writer = new WireWriter().int32(-1).int32(options.maxWaitMs).int32(1).int32(options.maxBytes)
  writer.int8(1).int32(0).int32(-1) // isolation level, session, session epoch
  writer.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, members]) => {
    writer.string(topic).array(members, (member) => {
      writer.int32(member.partition).int32(-1).int64(member.fetchOffset).int64(-1).int32(member.maxBytes)
    })
  })
  return writer.int32(0).string('').finish() // forgotten topics, rack
}

/** Positions in `bytes`; copies nothing. Throws MalformedError. */
export function decodeFetch(bytes: Buffer): FetchAnswer {
  const reader = new WireReader(bytes)
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  reader.int32() // session
  const topics = reader.array(6, () => {
    const topic = reader.string()
    return reader.array(42, () => decodePartition(reader, topic))
  })
  return { throttleMs, errorCode, partitions: topics.flat() }
}

function decodePartition(reader: WireReader, topic: string): FetchedPartition {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  const lastStableOffset = reader.int64()
  reader.int64() // log start offset
  const aborted = reader.array(16, () => ({ producerId: reader.int64(), firstOffset: reader.int64() }))
  reader.int32() // preferred read replica
  const length = Math.max(reader.int32(), 0)
  const start = reader.skip(length)
  return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, start, end: start + length }
}
