// Metadata: which brokers, topics and partitions there are, and who leads what. Version 12 (Kafka 3.1) also gives topics'
// ids and leaders' epochs; version 5 is for brokers that are older. Epochs of versions in between are not used: before
// Kafka 2.4 they could be stale.

import { WireReader, WireWriter } from './bytes.ts'

export const METADATA = { key: 3, version: 5 } as const
export const METADATA_WITH_IDS = { key: 3, version: 12 } as const

export type MetadataApi = typeof METADATA | typeof METADATA_WITH_IDS

const NO_ID = '0'.repeat(32)

export interface BrokerAddress {
  readonly id: number
  readonly host: string
  readonly port: number
}

export interface PartitionMetadata {
  readonly errorCode: number
  readonly partition: number
  /** A broker's id; -1 where the partition has no leader. */
  readonly leader: number
  /** Counts the leaders; -1 where unknown. */
  readonly leaderEpoch: number
}

export interface TopicMetadata {
  readonly errorCode: number
  readonly topic: string
  /** 32 hex digits; null where unknown. A topic that is deleted and made again has another. */
  readonly topicId: string | null
  /** One of Kafka's own, such as __consumer_offsets. */
  readonly isInternal: boolean
  readonly partitions: readonly PartitionMetadata[]
}

export interface ClusterMetadata {
  readonly clusterId: string | null
  readonly brokers: readonly BrokerAddress[]
  readonly topics: readonly TopicMetadata[]
}

/** Asks for some topics, or for all; never creates one. */
export function encodeMetadataRequest(api: MetadataApi, topics: readonly string[] | null): Buffer {
  const hasIds = api === METADATA_WITH_IDS
  const writer = new WireWriter(hasIds ? 'flexible' : 'fixed')
  if (topics === null) writer.nullArray()
  else {
    writer.array(topics, (topic) => {
      if (hasIds) writer.uuid(NO_ID)
      writer.string(topic).tags()
    })
  }
  writer.int8(0) // no topic is created
  if (hasIds) writer.int8(0) // what the user may do is not asked
  return writer.tags().finish()
}

export function decodeMetadata(api: MetadataApi, bytes: Buffer): ClusterMetadata {
  const hasIds = api === METADATA_WITH_IDS
  const reader = new WireReader(bytes, hasIds ? 'flexible' : 'fixed')
  reader.int32() // throttle time
  const brokers = reader.array(() => {
    const broker = { id: reader.int32(), host: reader.string(), port: reader.int32() }
    reader.nullableString() // rack
    reader.tags()
    return broker
  })
  const clusterId = reader.nullableString()
  reader.int32() // controller
  const topics = reader.array(() => decodeTopic(reader, hasIds))
  reader.tags()
  return { clusterId, brokers, topics }
}

function decodeTopic(reader: WireReader, hasIds: boolean): TopicMetadata {
  const errorCode = reader.int16()
  const topic = reader.string()
  const id = hasIds ? reader.uuid() : NO_ID
  const isInternal = reader.int8() !== 0
  const partitions = reader.array(() => decodePartition(reader, hasIds))
  if (hasIds) reader.int32() // what the user may do
  reader.tags()
  return { errorCode, topic, topicId: id === NO_ID ? null : id, isInternal, partitions }
}

function decodePartition(reader: WireReader, hasIds: boolean): PartitionMetadata {
  const errorCode = reader.int16()
  const partition = reader.int32()
  const leader = reader.int32()
  const leaderEpoch = hasIds ? reader.int32() : -1
  for (let list = 0; list < 3; list++) reader.array(() => reader.int32()) // replicas, in-sync, offline
  reader.tags()
  return { errorCode, partition, leader, leaderEpoch }
}
