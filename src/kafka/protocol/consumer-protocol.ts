// What members of a consumer group tell each other, as the Java client writes it (ConsumerProtocolSubscription.json and
// ConsumerProtocolAssignment.json, version 3). Brokers pass it on without reading it.
//
// Later versions only add fields at the end, so everyone reads as many of them as he knows.

import { byTopicPartition, type TopicPartition } from '../../record.ts'
import { WireReader, WireWriter } from './bytes.ts'
import { groupBy } from './group-by.ts'
import { array, int16, int32, nullableBytes, nullableString, string, struct } from './message.ts'

const VERSION = 3

export interface Subscription {
  readonly topics: readonly string[]
  /** Of the assignor. */
  readonly userData: Buffer | null
  /** Since version 1; empty for members that gave up everything before they joined. */
  readonly owned: readonly TopicPartition[]
  /** In which the partitions were owned, since version 2; -1: none, or unknown. */
  readonly generation: number
  /** Since version 3. */
  readonly rack: string | null
}

const topics = array(string)
const partitionsByTopic = array(struct({ topic: string, partitions: array(int32) }))

export function encodeSubscription({ topics: names, userData, owned, generation, rack }: Subscription): Buffer {
  const writer = new WireWriter()
  int16.write(writer, VERSION)
  topics.write(writer, names.toSorted())
  nullableBytes.write(writer, userData)
  partitionsByTopic.write(writer, grouped(owned))
  int32.write(writer, generation)
  nullableString.write(writer, rack)
  return writer.finish()
}

/** Throws a MalformedError. */
export function decodeSubscription(bytes: Buffer): Subscription {
  const reader = new WireReader(bytes)
  const version = int16.read(reader)
  return {
    topics: topics.read(reader),
    userData: nullableBytes.read(reader),
    owned: version >= 1 ? flat(partitionsByTopic.read(reader)) : [],
    generation: version >= 2 ? int32.read(reader) : -1,
    rack: version >= 3 ? nullableString.read(reader) : null,
  }
}

/** The partitions that a member is to read. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new WireWriter()
  int16.write(writer, VERSION)
  partitionsByTopic.write(writer, grouped(partitions))
  nullableBytes.write(writer, null)
  return writer.finish()
}

/** No bytes are no partitions: a member that joins while the group rebalances has none. Throws a MalformedError. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  if (bytes.length === 0) return []
  const reader = new WireReader(bytes)
  int16.read(reader) // version
  return flat(partitionsByTopic.read(reader))
}

function grouped(partitions: readonly TopicPartition[]) {
  const byTopic = groupBy(partitions.toSorted(byTopicPartition), ({ topic }) => topic)
  return [...byTopic].map(([topic, members]) => ({ topic, partitions: members.map(({ partition }) => partition) }))
}

function flat(byTopic: readonly { readonly topic: string; readonly partitions: readonly number[] }[]) {
  return byTopic.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}
