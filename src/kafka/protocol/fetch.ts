// Fetch: records of some partitions. Version 13 (Kafka 3.1) names topics by their ids, so that what comes is never of
// another topic with the same name; version 11 (Kafka 2.3) is for brokers that are older.

import type { TopicPartition } from '../../record.ts'
import { MalformedError, WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'
import type { AbortedTransaction } from './record-batch.ts'

export const FETCH = { key: 1, version: 11 } as const
export const FETCH_BY_ID = { key: 1, version: 13 } as const

export type FetchApi = typeof FETCH | typeof FETCH_BY_ID

export interface FetchPartition extends TopicPartition {
  /** 32 hex digits; by id all of them have one. */
  readonly topicId: string | null
  readonly fetchOffset: number
  /** What the reader takes for the leader's epoch: a leader with another one answers with an error. -1: unknown. */
  readonly leaderEpoch: number
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
export function encodeFetchRequest(
  api: FetchApi,
  partitions: readonly FetchPartition[],
  options: FetchOptions,
): Buffer {
  const isById = api === FETCH_BY_ID
  const writer = new WireWriter(isById ? 'flexible' : 'fixed')
  writer.int32(-1).int32(options.maxWaitMs).int32(1).int32(options.maxBytes)
  writer.int8(1).int32(0).int32(-1) // isolation level, session, session epoch
  writer.array([...groupBy(partitions, ({ topic }) => topic)], ([topic, members]) => {
    if (isById) writer.uuid(idOf(members))
    else writer.string(topic)
    writer.array(members, ({ partition, leaderEpoch, fetchOffset, maxBytes }) => {
      writer.int32(partition).int32(leaderEpoch).int64(fetchOffset)
      if (isById) writer.int32(-1) // the last record's epoch: followers'
      writer.int64(-1).int32(maxBytes).tags()
    })
    writer.tags()
  })
  return writer
    .array([], () => {})
    .string('')
    .tags()
    .finish() // forgotten topics, rack
}

function idOf([first]: readonly FetchPartition[]): string {
  if (first === undefined || first.topicId === null) throw new Error('a topic has no id')
  return first.topicId
}

/** Positions in `bytes`; copies nothing. `partitions` are those that were asked for. Throws MalformedError. */
export function decodeFetch(api: FetchApi, partitions: readonly FetchPartition[], bytes: Buffer): FetchAnswer {
  const isById = api === FETCH_BY_ID
  const reader = new WireReader(bytes, isById ? 'flexible' : 'fixed')
  const topicById = new Map(isById ? partitions.map(({ topic, topicId }) => [topicId, topic]) : [])
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  reader.int32() // session
  const topics = reader.array(() => {
    const topic = isById ? topicById.get(reader.uuid()) : reader.string()
    if (topic === undefined) throw new MalformedError('a topic that was not asked for')
    const fetched = reader.array(() => decodePartition(reader, topic))
    reader.tags()
    return fetched
  })
  reader.tags()
  return { throttleMs, errorCode, partitions: topics.flat() }
}

function decodePartition(reader: WireReader, topic: string): FetchedPartition {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  const lastStableOffset = reader.int64()
  reader.int64() // log start offset
  const aborted = reader.array(() => decodeAborted(reader))
  reader.int32() // preferred read replica
  const length = Math.max(reader.byteLength(), 0)
  const start = reader.skip(length)
  reader.tags()
  return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, start, end: start + length }
}

function decodeAborted(reader: WireReader): AbortedTransaction {
  const transaction = { producerId: reader.int64(), firstOffset: reader.int64() }
  reader.tags()
  return transaction
}
