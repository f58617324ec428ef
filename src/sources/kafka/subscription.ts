// The part of a cluster that a pipeline file selects.

import { compileRegex } from '../../expressions/index.ts'
import type { Subscription } from '../../kafka/client/subscription.ts'
import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, partitionKey } from '../../record.ts'

export type Selection =
  | { readonly topics: readonly string[] }
  /** A regular expression for the whole name. */
  | { readonly topicPattern: string }
  /** Topic → partitions. */
  | { readonly partitions: ReadonlyMap<string, readonly number[]> }

export function subscriptionOf(selection: Selection): Subscription {
  if ('topics' in selection) {
    const topics = new Set(selection.topics)
    return { topics: selection.topics, partitions: [], selects: ({ topic }) => topics.has(topic) }
  }
  if ('topicPattern' in selection) {
    const matches = nameMatcher(selection.topicPattern)
    return { topics: null, partitions: [], selects: ({ topic }) => matches(topic) }
  }
  const partitions = partitionsOf(selection)
  const selected = PartitionMap.of(partitions)
  return { topics: [...selection.partitions.keys()], partitions, selects: (at) => selected.has(at) }
}

/** One line, the same for the same meaning. */
export function describeSelection(selection: Selection): string {
  if ('topics' in selection) return `topics ${[...selection.topics].sort().join(', ')}`
  if ('topicPattern' in selection) return `topicPattern ${selection.topicPattern}`
  return `partitions ${partitionsOf(selection).map(partitionKey).join(', ')}`
}

function partitionsOf({ partitions }: Extract<Selection, { readonly partitions: unknown }>) {
  const all = [...partitions].flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition })))
  return all.sort(byTopicPartition)
}

/** Java's `Pattern.matches`, as Kafka's and Spark's subscribePattern use it. Throws RowFault for a bad pattern. */
function nameMatcher(pattern: string): (name: string) => boolean {
  const regex = compileRegex(pattern)
  const known = new Map<string, boolean>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const matches = regex.matches(name)
    known.set(name, matches)
    return matches
  }
}
