// What of the next batch is read before the batch is planned: what the brokers have by then, within the bounds of a batch.

import type { Notice } from '../../notice.ts'
import { PartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type Chunk, type OffsetRange, partitionKey } from '../../record.ts'
import type { RecordColumns } from '../protocol/records.ts'
import type { FetchStream } from './fetch-stream.ts'
import type { PartitionLog } from './partition-log.ts'

export interface AheadBounds {
  /** Offsets of the batch: what is read ahead and what is planned later together. */
  readonly maxRecords: number
  /** Of the batch's records, decompressed. */
  readonly maxBytes: number
  /** Bytes of the next chunk; 0: the batch keeps as much as it may. */
  readonly chunkBytes: () => number
}

/** How far a partition was read ahead. */
interface Reached {
  readonly untilOffset: number
  /** Over the wire. */
  readonly bytes: number
}

export class ReadAhead {
  readonly #stream: FetchStream
  readonly #columns: RecordColumns
  readonly #reached = new Map<PartitionLog, Reached>()
  /** Of what was read, decompressed. */
  recordBytes = 0
  /** Of all partitions. */
  offsets = 0

  constructor(stream: FetchStream, columns: RecordColumns) {
    this.#stream = stream
    this.#columns = columns
  }

  /**
   * Asks once for what the brokers have now, and reads it. Asks nobody where what is known of leaders may be wrong, or while
   * a fetch is under way, which may be held for long.
   */
  async *read(logs: readonly PartitionLog[], bounds: AheadBounds, signal: AbortSignal): AsyncGenerator<Chunk | Notice> {
    const stream = this.#stream
    if (stream.hasArrivals) yield* stream.takeArrivals(signal)
    if (!stream.isUnsure && !stream.isAsked) {
      const wanted = logs.filter((log) => !stream.isEnded(log)).map((log) => ({ log, untilOffset: Infinity }))
      yield* stream.requestMore(wanted, signal, 0)
      while (stream.isAsked) {
        await stream.arrival(signal)
        yield* stream.takeArrivals(signal)
      }
    }
    for (const log of logs) yield* this.#chunksOf(log, bounds)
  }

  *#chunksOf(log: PartitionLog, { maxRecords, maxBytes, chunkBytes }: AheadBounds): Generator<Chunk> {
    while (!log.isEmpty) {
      const before = { wire: log.bytesRead, records: log.recordBytes }
      const { untilOffset: reached, bytes } = this.#reachedOf(log)
      const untilOffset = reached + maxRecords - this.offsets
      const room = chunkBytes()
      if (log.position >= untilOffset || room === 0) return
      const bytesLeft = maxBytes - this.recordBytes
      // A first record that is larger than all bounds is left to the batch itself.
      const chunk = log.read(this.#columns, { untilOffset, maxBytes: bytesLeft, chunkBytes: room, atLeastOne: false })
      this.recordBytes += log.recordBytes - before.records
      const now = Math.max(reached, Math.min(untilOffset, log.position))
      this.offsets += now - reached
      this.#reached.set(log, { untilOffset: now, bytes: bytes + log.bytesRead - before.wire })
      if (chunk === null) return
      yield chunk
      this.#stream.releaseSpent()
    }
  }

  #reachedOf(log: PartitionLog): Reached {
    return this.#reached.get(log) ?? { untilOffset: log.next, bytes: 0 }
  }

  /** What was read ahead, in (topic, partition) order. */
  get ranges(): readonly OffsetRange[] {
    const ranges = [...this.#reached].map(([{ topic, partition, topicId, next }, { untilOffset }]) => {
      return { topic, partition, topicId, fromOffset: next, untilOffset }
    })
    return ranges.filter(({ fromOffset, untilOffset }) => untilOffset > fromOffset).sort(byTopicPartition)
  }

  /** Bytes over the wire of what was read ahead of a partition. */
  bytesOf(log: PartitionLog): number {
    return this.#reachedOf(log).bytes
  }

  /** Throws where the ranges of a batch leave out what was read ahead: its records are in the batch already. */
  assertWithin(ranges: readonly OffsetRange[]): void {
    const given = PartitionMap.of(ranges)
    const missed = this.ranges.find((range) => (given.get(range)?.untilOffset ?? -1) < range.untilOffset)
    if (missed !== undefined) throw new Error(`${partitionKey(missed)} was read up to ${missed.untilOffset} already`)
  }

  /** A batch has read its ranges: the next one begins. */
  clear(): void {
    this.#reached.clear()
    this.recordBytes = 0
    this.offsets = 0
  }
}
