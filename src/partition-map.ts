// Values by partition of a topic: a Map whose keys are compared by what they name. A set of partitions is a PartitionMap
// of which only `has` is asked.

import { partitionKey, type TopicPartition } from './record.ts'

export interface ReadonlyPartitionMap<V> {
  readonly size: number
  get(at: TopicPartition): V | undefined
  has(at: TopicPartition): boolean
  /** Here and below: in the order in which the partitions were set first. */
  keys(): Iterable<TopicPartition>
  values(): Iterable<V>
  [Symbol.iterator](): Iterator<readonly [at: TopicPartition, value: V]>
  /** Another map with the same partitions. */
  map<W>(valueOf: (value: V, at: TopicPartition) => W): PartitionMap<W>
}

export class PartitionMap<V> implements ReadonlyPartitionMap<V> {
  readonly #entries = new Map<string, readonly [at: TopicPartition, value: V]>()

  constructor(entries: Iterable<readonly [at: TopicPartition, value: V]> = []) {
    for (const [at, value] of entries) this.set(at, value)
  }

  /** Partition → the item that is of it, or what `valueOf` takes from the item. The last one of a partition counts. */
  static of<At extends TopicPartition>(items: Iterable<At> | undefined): PartitionMap<At>
  static of<At extends TopicPartition, V>(items: Iterable<At> | undefined, valueOf: (item: At) => V): PartitionMap<V>
  static of<At extends TopicPartition>(items: Iterable<At> = [], valueOf: (item: At) => unknown = (item) => item) {
    const map = new PartitionMap<unknown>()
    for (const item of items) map.set(item, valueOf(item))
    return map
  }

  get size(): number {
    return this.#entries.size
  }

  get(at: TopicPartition): V | undefined {
    return this.#entries.get(partitionKey(at))?.[1]
  }

  has(at: TopicPartition): boolean {
    return this.#entries.has(partitionKey(at))
  }

  /** `at` may be anything that names a partition; its other fields are not kept. */
  set({ topic, partition }: TopicPartition, value: V): void {
    const at = { topic, partition }
    this.#entries.set(partitionKey(at), [at, value])
  }

  delete(at: TopicPartition): void {
    this.#entries.delete(partitionKey(at))
  }

  *keys(): Generator<TopicPartition> {
    for (const [at] of this) yield at
  }

  *values(): Generator<V> {
    for (const [, value] of this) yield value
  }

  [Symbol.iterator](): Iterator<readonly [at: TopicPartition, value: V]> {
    return this.#entries.values()
  }

  map<W>(valueOf: (value: V, at: TopicPartition) => W): PartitionMap<W> {
    const map = new PartitionMap<W>()
    for (const [at, value] of this) map.set(at, valueOf(value, at))
    return map
  }
}
