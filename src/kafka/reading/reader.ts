// Reads ranges out of the stream of fetches: a planned end limits what is handed on, not what is fetched.

import type { Clock } from '../../clock.ts'
import type { EffectiveRange, Position } from '../../log.ts'
import type { Notice } from '../../notice.ts'
import type { Chunk, OffsetRange } from '../../record.ts'
import type { Cluster } from '../client/cluster.ts'
import type { Outage } from '../client/outage.ts'
import { RecordColumns } from '../protocol/records.ts'
import type { Wanted } from './fetch-choice.ts'
import { FetchStream } from './fetch-stream.ts'
import type { LogCheck } from './log-check.ts'
import type { PartitionLog } from './partition-log.ts'
import { ReadAhead } from './read-ahead.ts'
import { type Target, Turns } from './turns.ts'

/** Records of one chunk at most. */
export const CHUNK_RECORDS = 16_384

/** Bytes of one chunk at most, unless a single record is longer: what is made of a chunk is in memory all at once. */
export const CHUNK_BYTES = 1024 * 1024

export interface ReadBounds {
  /** Of the records of all ranges together, decompressed: what is in memory counts, however little came over the wire. */
  readonly maxBytes: number
  /** As of the source's limits. */
  readonly room: () => number
  /** A partition without a leader is waited for; else its range ends where it had come. */
  readonly isWhole: boolean
}

export class Reader {
  readonly #stream: FetchStream
  readonly #clock: Clock
  readonly #columns = new RecordColumns(CHUNK_RECORDS)
  readonly #ahead: ReadAhead
  readonly #logs: PartitionLog[] = []
  /** Counts calls of `read`. */
  #batches = 0

  constructor(check: LogCheck, cluster: Cluster, outage: Outage, clock: Clock) {
    this.#clock = clock
    this.#stream = new FetchStream(check, cluster, outage, clock)
    this.#ahead = new ReadAhead(this.#stream, this.#columns)
  }

  /** Another partition to read, from a position on. */
  open(position: Position): PartitionLog {
    const log = this.#stream.open(position)
    this.#logs.push(log)
    return log
  }

  /**
   * Reads what the brokers have now, before a batch is planned; may be called several times. The ranges of the batch have to
   * hold `aheadRanges`; `read` gives the rest of them. `maxRecords` bounds all of them.
   */
  async *ahead(
    maxRecords: number,
    { maxBytes, room }: ReadBounds,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, void> {
    yield* this.#ahead.read(this.#logs, { maxRecords, maxBytes, chunkBytes: () => chunkBytesIn(room) }, signal)
  }

  /** What was read before its batch was planned, in (topic, partition) order. */
  get aheadRanges(): readonly OffsetRange[] {
    return this.#ahead.ranges
  }

  /**
   * Each range begins where the last one of its partition ended. That of a topic that vanishes, of a log that is lost, or
   * of a partition that loses its leader, ends where it had come.
   */
  async *read(
    ranges: readonly OffsetRange[],
    { maxBytes, room, isWhole }: ReadBounds,
    signal: AbortSignal,
  ): AsyncGenerator<Chunk | Notice, readonly EffectiveRange[]> {
    const stream = this.#stream
    stream.isWhole = isWhole
    this.#ahead.assertWithin(ranges)
    const targets = ranges.map((range): Target => {
      const log = stream.logOf(range)
      return { range, log, bytes: this.#ahead.bytesOf(log) }
    })
    const turns = new Turns(targets, stream.memory, this.#batches++)
    let bytesLeft = maxBytes - this.#ahead.recordBytes
    let atLeastOne = this.#ahead.offsets === 0
    this.#ahead.clear()
    /** Nothing changed since the brokers were asked for more: asking again would find nothing. */
    let isAsked = false
    for (;;) {
      signal.throwIfAborted()
      if (stream.hasArrivals) {
        turns.filled(yield* stream.takeArrivals(signal))
        isAsked = false
      }
      const chunkBytes = chunkBytesIn(room)
      if (chunkBytes === 0) break
      if (!isAsked || stream.isUnsure) {
        const open = targets.filter((target) => this.#isOpen(target))
        if (open.length === 0) break
        const wasAsked = stream.isAsked
        yield* stream.requestMore(open.map(wanted), signal)
        isAsked = true
        // The request leaves before records are read: the first ones take 40 ms, while much is loaded and compiled.
        if (!wasAsked && stream.isAsked) await this.#clock.yield()
      }
      let target = turns.next()
      // Batches of partitions whose ranges have ended take the memory: this batch ends too, and the next one reads them on.
      if (target === null && !atLeastOne && !isWhole) break
      target ??= turns.any()
      if (target === undefined) {
        if (!targets.some((each) => this.#isOpen(each))) break
        await stream.arrival(signal)
        continue
      }
      const { log, range } = target
      const before = { bytes: log.bytesRead, records: log.recordBytes }
      const { untilOffset } = range
      const chunk = log.read(this.#columns, { untilOffset, maxBytes: bytesLeft, chunkBytes, atLeastOne })
      target.bytes += log.bytesRead - before.bytes
      bytesLeft -= log.recordBytes - before.records
      turns.took(target)
      if (chunk !== null) {
        atLeastOne = false
        yield chunk
      }
      if (stream.releaseSpent() || log.isEmpty) isAsked = false
      if (chunk === null && !log.isEmpty && log.position < untilOffset) break // the byte bound
    }
    for (const { log, range } of targets) log.ended(range.untilOffset)
    return targets.filter(({ log, range }) => log.next > range.fromOffset).map(readRange)
  }

  /** Whether more can come of it. */
  #isOpen({ log, range }: Target): boolean {
    return log.position < range.untilOffset && !(log.isEmpty && this.#stream.isEnded(log))
  }
}

function chunkBytesIn(room: ReadBounds['room']): number {
  return Math.min(room(), CHUNK_BYTES)
}

function wanted({ log, range }: Target): Wanted {
  return { log, untilOffset: range.untilOffset }
}

function readRange({ range, log, bytes }: Target): EffectiveRange {
  const { next: untilOffset, topicId, leaderEpoch, tailHash } = log
  return { ...range, topicId, untilOffset, bytes: Math.round(bytes), leaderEpoch, tailHash }
}
