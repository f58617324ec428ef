// What a pipeline file says of receivers.

import * as v from 'valibot'
import type { Subscription } from '../../../kafka/client/subscription.ts'
import { bytes, duration, entries, issueAt, wholeNumber } from '../../../options.ts'

/** Spark's recommended minimum. */
const MIN_BLOCK_MS = 50

/** Names that a static member may have: they become part of the client's name at the broker. */
const INSTANCE = /^[a-zA-Z0-9._-]{1,200}$/

export const receiverKeys = v.object({
  receivers: v.optional(
    v.pipe(
      wholeNumber(1),
      v.maxValue(64, 'must be at most 64'),
      v.description(
        'How many members of the consumer group this process has; by default 1. Spark: several createStream.',
      ),
    ),
    1,
  ),
  threads: v.optional(
    v.pipe(
      entries('a topic', v.pipe(wholeNumber(1), v.maxValue(64, 'must be at most 64'))),
      v.description(
        "Topic → how many connections of a receiver share its partitions; by default 1. createStream's map.",
      ),
    ),
  ),
  blockInterval: v.optional(
    v.pipe(
      duration(),
      v.minValue(MIN_BLOCK_MS, `must be at least ${MIN_BLOCK_MS}ms`),
      v.description(
        'How often what was received becomes a block; by default `200ms`. Spark: spark.streaming.blockInterval.',
      ),
    ),
    200,
  ),
  blockQueueSize: v.optional(
    v.pipe(
      wholeNumber(1),
      v.description(
        'How many blocks may wait to be stored before fetching pauses; by default 10. Spark: spark.streaming.blockQueueSize.',
      ),
    ),
    10,
  ),
  writeAheadLog: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        'Whether blocks are stored in the state file before they count as received; by default true. Spark: spark.streaming.receiver.writeAheadLog.enable.',
      ),
    ),
    true,
  ),
  maxLogBytes: v.optional(
    v.pipe(
      bytes(),
      v.minValue(1_000_000, 'must be at least 1MB'),
      v.description('How many bytes of stored blocks may wait before fetching pauses; by default `256MB`.'),
    ),
    256_000_000,
  ),
  maxRate: v.optional(
    v.pipe(
      wholeNumber(1),
      v.description(
        'The most records a second of each receiver; by default no limit. Spark: spark.streaming.receiver.maxRate.',
      ),
    ),
  ),
  restartDelay: v.optional(
    v.pipe(
      duration(),
      v.description(
        'How long a receiver that has failed waits before it starts again; by default `2s`. Spark: spark.streaming.receiverRestartDelay.',
      ),
    ),
    2000,
  ),
  shared: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        'Whether other consumers may be members of the group: records that they read are left to them; by default false.',
      ),
    ),
    false,
  ),
  groupInstanceId: v.optional(
    v.pipe(
      v.string(),
      v.regex(INSTANCE, 'must be letters, digits, `.`, `_` and `-`, at most 200'),
      v.description(
        'Makes the members static ones, `ID-1`, `ID-2` …: a restart keeps their partitions. Kafka: group.instance.id.',
      ),
    ),
  ),
})

/** With the defaults for what is not given. */
export function receivingOf(given: v.InferOutput<typeof receiverKeys> | undefined) {
  const { threads = [], maxRate = null, groupInstanceId = null, ...others } = given ?? v.getDefaults(receiverKeys)
  return {
    ...(others as Required<typeof others>),
    threads: new Map(threads.map(({ name, value }) => [name, value])),
    maxRate,
    groupInstanceId,
  }
}

interface Given {
  readonly mode: 'direct' | 'receiver'
  readonly receiver?: { readonly threads?: readonly { readonly name: string }[] | undefined } | undefined
  readonly partitions?: unknown
  readonly mirrorOffsets: boolean
  readonly maxRatePerPartition?: unknown
  readonly minRecordsPerBatch: number
}

/** Keys that do not go together. */
export function* strangeReceiver(given: Given, subscriptionOf: () => Subscription) {
  const { mode, receiver, partitions, mirrorOffsets, maxRatePerPartition, minRecordsPerBatch } = given
  if (mode === 'direct') {
    const why = 'is for members of a group\nadd `mode: receiver`, or leave it out'
    if (receiver !== undefined) yield issueAt(why, given, 'receiver')
    return
  }
  if (partitions === undefined && receiver?.threads !== undefined) {
    yield* strangeThreads(receiver.threads, given, subscriptionOf())
  }
  if (partitions !== undefined) {
    const why = 'cannot be named in receiver mode: the group shares them out\nname `topics`, or write `mode: direct`'
    yield issueAt(why, given, 'partitions')
  }
  if (maxRatePerPartition !== undefined) {
    const why = 'is a rate of direct mode\nwrite `receiver: {maxRate: …}`, records a second of each receiver'
    yield issueAt(why, given, 'maxRatePerPartition')
  }
  if (minRecordsPerBatch > 0) {
    const why = 'is of direct mode: receivers read all the time\nleave it out, or make `batchInterval` longer'
    yield issueAt(why, given, 'minRecordsPerBatch')
  }
  if (!mirrorOffsets) {
    const why = "cannot be false in receiver mode: the group's members commit their offsets\nleave it out"
    yield issueAt(why, given, 'mirrorOffsets')
  }
}

function* strangeThreads(
  threads: readonly { readonly name: string }[],
  given: Given,
  { topics, selects }: Subscription,
) {
  for (const { name: topic } of threads) {
    const isRead = topics === null ? selects({ topic, partition: 0 }) : topics.includes(topic)
    if (!isRead) yield issueAt('is no topic that this source reads', given, 'receiver', 'threads', topic)
  }
}
