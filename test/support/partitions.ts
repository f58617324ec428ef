// Partitions by what they are called: `events/0`.

import { PartitionMap, type ReadonlyPartitionMap } from '../../src/partition-map.ts'
import { partitionKey, type TopicPartition } from '../../src/record.ts'

export function placeOf(key: string): TopicPartition {
  const slash = key.lastIndexOf('/')
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) }
}

/** `{ 'events/0': 3 }` */
export function partitionMap<V>(values: Readonly<Record<string, V>>): PartitionMap<V> {
  return new PartitionMap(Object.entries(values).map(([key, value]) => [placeOf(key), value]))
}

/** The other way. */
export function byKey<V>(map: ReadonlyPartitionMap<V>): Record<string, V> {
  return Object.fromEntries([...map].map(([at, value]) => [partitionKey(at), value]))
}
