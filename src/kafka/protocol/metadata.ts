// Metadata, version 5: which brokers, topics and partitions there are, and who leads what.

import { WireReader, WireWriter } from './bytes.ts'

export const METADATA = { key: 3, version: 5 } as const

export interface BrokerAddress {
  readonly id: number
  readonly host: string
  readonly port: number
}

export interface PartitionMetadata {
  readonly errorCode: number
  readonly partition: number
  /** A broker's id; -1 where nobody leads. */
  readonly leader: number
}

export interface TopicMetadata {
  readonly errorCode: number
  readonly topic: string
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
export function encodeMetadataRequest(topics: readonly string[] | null): Buffer {
  const writer = new WireWriter()
  if (topics === null) writer.int32(-1)
  else writer.array(topics, (topic) => writer.string(topic))
  return writer.int8(0).finish()
}

export function decodeMetadata(bytes: Buffer): ClusterMetadata {
  const reader = new WireReader(bytes)
  reader.int32() // throttle time
  const brokers = reader.array(12, () => {
    const broker = { id: reader.int32(), host: reader.string(), port: reader.int32() }
    reader.nullableString() // rack
    return broker
  })
  const clusterId = reader.nullableString()
  reader.int32() // controller
  const topics = reader.array(9, () => {
    const errorCode = reader.int16()
    const topic = reader.string()
    const isInternal = reader.int8() !== 0
    return { errorCode, topic, isInternal, partitions: reader.array(22, () => decodePartition(reader)) }
  })
  return { clusterId, brokers, topics }
}

function decodePartition(reader: WireReader): PartitionMetadata {
  const partition = { errorCode: reader.int16(), partition: reader.int32(), leader: reader.int32() }
  for (let list = 0; list < 3; list++) reader.array(4, () => reader.int32()) // replicas, in-sync, offline
  return partition
}
