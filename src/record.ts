// Records as they come from a source: chunks of columns over raw bytes.

/**
 * Consecutive records of one topic partition, in offset order, with their bytes where the source read them.
 * Spans are `[start, end)` in `bytes`; an end of -1 means null (no key, a tombstone).
 *
 * - `bytes[valueEnd]` exists and may be overwritten and restored by a format (a sentinel); so nobody else holds on to it.
 * - A chunk and its bytes belong to the consumer until it asks its source for the next one: what has to live longer
 *   is copied.
 * - Arrays may be longer than `length`.
 */
export interface Chunk {
  readonly topic: string
  readonly partition: number
  readonly length: number
  readonly bytes: Buffer
  /** Exact integers. */
  readonly offsets: Float64Array
  /** Epoch milliseconds; -1 where the producer gave none. */
  readonly timestamps: Float64Array
  /** 1: the broker's LogAppendTime, 0: the producer's CreateTime. One for each record. */
  readonly timestampTypes: Uint8Array
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  readonly valueStarts: Int32Array
  readonly valueEnds: Int32Array
  /** Spans of the headers in Kafka's record encoding: varint count, then for each varint key length, key, varint value length, value. */
  readonly headerStarts: Int32Array
  readonly headerEnds: Int32Array
}

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** `[fromOffset, untilOffset)` of a partition. */
export interface OffsetRange extends TopicPartition {
  /** 32 hex digits; null where the log has no ids. */
  readonly topicId: string | null
  /** Inclusive. */
  readonly fromOffset: number
  /** Exclusive. */
  readonly untilOffset: number
}

/** Where rows come from. Folds and sinks collect the rows of each origin apart, and merge them in the order of {@link byOrigin}. */
export interface Origin extends TopicPartition {
  /** Id of the source in the plan. */
  readonly source: string
}

/** Topic (by UTF-16 code unit), then partition. */
export function byTopicPartition(a: TopicPartition, b: TopicPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}

/** Source, topic, partition. Null, rows that come of a fold, is first. */
export function byOrigin(a: Origin | null, b: Origin | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (a.source !== b.source) return a.source < b.source ? -1 : 1
  return byTopicPartition(a, b)
}

/** A key for maps; no topic name contains a slash. Also how a partition is written for people: `orders/3`. */
export function partitionKey(at: TopicPartition): string {
  return `${at.topic}/${at.partition}`
}

/** A key for maps; no source's id contains a slash. */
export function originKey(origin: Origin | null): string {
  return origin === null ? '' : `${origin.source}/${partitionKey(origin)}`
}
