// Records as they come from a source: chunks of columns over raw bytes; and the names of where records come from.
//
// A record has no object of its own: its index in the arrays of the chunk stands for it, in frames and rejects too.

/**
 * Consecutive records of one topic partition, in offset order, with their bytes where the source read them.
 * Spans are `[start, end)` in `bytes`; an end of -1 means null (no key, a tombstone).
 *
 * - The execution uses a chunk until it asks its source for the next one. The source may then overwrite bytes and
 *   arrays, so a consumer copies what it needs for longer.
 * - `bytes[valueEnd]` exists. A format may overwrite this byte (a sentinel) if it restores it before `read` returns; so
 *   no other code reads the bytes during that call.
 * - Arrays may be longer than `length`; what is behind is unspecified.
 */
export interface Chunk {
  readonly topic: string
  readonly partition: number
  /** The number of records. */
  readonly length: number
  /** What the spans point into: an answer of a broker, decompressed, or a window of a file. */
  readonly bytes: Buffer
  /** Integers, ascending; gaps are holes in the log (compaction, aborted transactions, markers). */
  readonly offsets: Float64Array
  /** Epoch milliseconds; -1 where a record has no time. */
  readonly timestamps: Float64Array
  /** 1: the broker's LogAppendTime, 0: the producer's CreateTime. One for each record. */
  readonly timestampTypes: Uint8Array
  /** Spans of the keys. */
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  /** Spans of the values: what formats read. */
  readonly valueStarts: Int32Array
  readonly valueEnds: Int32Array
  /**
   * Spans of the headers in Kafka's record encoding: varint count, then for each header varint key length, key, varint
   * value length (-1: null), value. The source has checked the encoding.
   */
  readonly headerStarts: Int32Array
  readonly headerEnds: Int32Array
}

/** A partition of a topic. A file is partition 0 of a topic with the name of its path. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/**
 * The offsets `[fromOffset, untilOffset)` of a partition. A source decides what they count: records, or bytes of a
 * file.
 */
export interface OffsetRange extends TopicPartition {
  /** 32 hex digits: another id is another topic, even under the same name. Null where the log has no ids. */
  readonly topicId: string | null
  /** Inclusive. */
  readonly fromOffset: number
  /** Exclusive. */
  readonly untilOffset: number
}

/**
 * The source and partition that rows come from. Chunks of different partitions interleave differently each time, so
 * folds and sinks collect the rows of each origin separately and combine them in the order of {@link byOrigin}. That
 * makes a repeated batch give the same result.
 */
export interface Origin extends TopicPartition {
  /** Id of the source in the plan. */
  readonly source: string
}

/**
 * Compares by topic (UTF-16 code units, as JavaScript does), then by partition. The digests of committed batches are
 * made in this order, so it cannot change.
 */
export function byTopicPartition(a: TopicPartition, b: TopicPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}

/** Compares by source, topic and partition. Null (rows that a fold produced) is first. */
export function byOrigin(a: Origin | null, b: Origin | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (a.source !== b.source) return a.source < b.source ? -1 : 1
  return byTopicPartition(a, b)
}

/**
 * `orders/3`: a key for maps, and the name of a partition in messages. Unique, since the last slash ends the topic
 * (topics of Kafka have no slash, files may).
 */
export function partitionKey(at: TopicPartition): string {
  return `${at.topic}/${at.partition}`
}

/** A key for maps. Unique, since no source's id contains a slash; empty for null. */
export function originKey(origin: Origin | null): string {
  return origin === null ? '' : `${origin.source}/${partitionKey(origin)}`
}
