// One partition as it streams in: fetched record sets on one side, chunks on the other. Where it stands changes in its
// methods only; its fields are plain, since the loops that read records use them.

import type { Position } from '../../log.ts'
import type { Chunk, TopicPartition } from '../../record.ts'
import { AbortedTransactions, isAbortMarker } from '../protocol/aborted.ts'
import { int64At, MalformedError } from '../protocol/bytes.ts'
import { canDecompress } from '../protocol/compression.ts'
import type { FetchedPartition } from '../protocol/fetch.ts'
import { type BatchHeader, HEADER_BYTES, readBatchHeader, scanBatches } from '../protocol/record-batch.ts'
import { chunkOf, openRecords, type RecordColumns, readRecords } from '../protocol/records.ts'
import type { Loss } from './loss.ts'
import type { LogMemory, OpenBatch, RawBatch, RecordSet, SharedAnswer } from './record-set.ts'
import { tailHashOf } from './tail-hash.ts'
import { corrupt, decompressed, unknownCodec } from './unreadable.ts'

/** What a chunk may hold. */
export interface ChunkBounds {
  readonly untilOffset: number
  /** Of records as they are in memory, decompressed. */
  readonly maxBytes: number
  /** The same, but for a single record. */
  readonly chunkBytes: number
  /** One record is read however long it is. */
  readonly atLeastOne: boolean
}

const JOINED_BYTES = 512 * 1024

/** A partition that is read: other classes see where it stands, and change that by its methods. */
export type PartitionLog = Readonly<Log>

/** A partition that is to be read from a position on; `memory` is told what it holds. */
export function openLog(position: Position, memory: LogMemory = { spent: [], openBytes: 0 }): PartitionLog {
  return new Log(position, memory)
}

class Log implements TopicPartition {
  readonly topic: string
  readonly partition: number
  topicId: string | null
  /** Where the next range begins. */
  next: number
  /** No record below is still to come. Taken from headers of batches, so that gaps are passed. */
  position: number
  /** Where the next fetch begins. */
  fetchOffset: number
  /** The end of what can be read, as far as it is known. */
  lastStableOffset: number
  /** Of the last batch of which a record was read. */
  leaderEpoch: number | null
  /** Of the last record that was read. */
  tailHash: string | null
  /** Not null: the log is no longer the one that was read, or no longer has what comes next. */
  loss: Loss | null = null
  /** Counts how often reading went back: what was asked for before is of no use. */
  rewinds = 0
  /** Bytes of batches that wait to be read. */
  buffered = 0
  /** Codecs of the batches that came so far, a bit each. They are loaded before anything is read. */
  codecs = 0
  /** Bytes over the wire of what was read; the fractions of a compressed batch add up to its size. */
  bytesRead = 0
  /** Bytes of the records that were read, decompressed. */
  recordBytes = 0
  readonly #memory: LogMemory
  readonly #sets: RecordSet[] = []
  #open: OpenBatch | null = null
  /** Small decompressed batches, one behind the other, so that they make one chunk. */
  #joined = Buffer.alloc(0)
  #joinedEnd = 0
  /** Where bytes were bad, and were thrown away to be fetched once more. */
  #badAt = -1

  constructor({ topic, partition, next, topicId, leaderEpoch, tailHash }: Position, memory: LogMemory) {
    this.topic = topic
    this.partition = partition
    this.topicId = topicId
    this.next = next
    this.position = next
    this.fetchOffset = next
    this.lastStableOffset = next
    this.leaderEpoch = leaderEpoch
    this.tailHash = tailHash
    this.#memory = memory
  }

  /** How far it was read, in a range that may go on. */
  get reached(): Position {
    const { topic, partition, position, topicId, leaderEpoch, tailHash } = this
    return { topic, partition, next: position, topicId, leaderEpoch, tailHash }
  }

  /** A range was read as far as it goes: up to its end, or less where a bound or a loss cut it. */
  ended(untilOffset: number): void {
    this.next = Math.min(untilOffset, this.position)
  }

  /** The brokers told where the log ends for readers of committed records. */
  endsAt(lastStableOffset: number): void {
    this.lastStableOffset = lastStableOffset
  }

  /** Nothing more can be fetched of it, until it restarts or moves. */
  lost(loss: Loss): void {
    this.loss = loss
  }

  /** Goes to where the next range begins, and fetches from there again. */
  restart(): void {
    this.position = this.next
    this.loss = null
    this.rewind()
  }

  /** Goes to another place, maybe in another log, of which nothing was read; to be called between ranges. */
  moveTo(next: number, topicId: string | null): void {
    this.next = next
    this.topicId = topicId
    this.leaderEpoch = null
    this.tailHash = null
    this.restart()
  }

  /** Of a decompressed batch that was begun. */
  get ownBytes(): number {
    return this.#open?.ownBytes ?? 0
  }

  get isEmpty(): boolean {
    return this.#sets.length === 0
  }

  /** Takes its part of an answer to the fetch at `fetchOffset`. Returns whether that was of any use. */
  add(fetched: FetchedPartition, answer: SharedAnswer): boolean {
    this.lastStableOffset = fetched.lastStableOffset
    try {
      const run = scanBatches(answer.bytes, fetched.start, fetched.end)
      if (run.nextOffset <= this.fetchOffset) return false
      answer.users++
      this.codecs |= run.codecs
      this.#sets.push({ answer, aborted: new AbortedTransactions(fetched.aborted), at: fetched.start, end: run.end })
      this.buffered += run.end - fetched.start
      this.fetchOffset = run.nextOffset
    } catch (error) {
      this.#refuse(error, this.fetchOffset, this.fetchOffset)
    }
    return true
  }

  /**
   * Fills the columns with the next records; all of them are in one buffer. Returns null where what is buffered gives
   * none, or a bound forbids the next one. Throws a SprkError where a batch is corrupt a second time or cannot be read.
   */
  read(columns: RecordColumns, bounds: ChunkBounds): Chunk | null {
    const limit = this.recordBytes + bounds.maxBytes
    const chunkLimit = Math.min(limit, this.recordBytes + bounds.chunkBytes)
    let row = 0
    let bytes: Buffer | null = null
    while (row < columns.capacity && this.position < bounds.untilOffset) {
      try {
        const batch = this.#currentBatch()
        if (batch === null || (bytes !== null && bytes !== batch.cursor.bytes)) break
        const { cursor, wireRatio } = batch
        const before = cursor.at
        row = readRecords(cursor, columns, row, {
          from: this.position,
          until: bounds.untilOffset,
          maxPosition: before + chunkLimit - this.recordBytes,
          maxFirstPosition: bounds.atLeastOne ? Infinity : before + limit - this.recordBytes,
        })
        if (row > 0) bytes = cursor.bytes
        this.leaderEpoch = cursor.header.leaderEpoch
        this.bytesRead += (cursor.at - before) * wireRatio
        this.recordBytes += cursor.at - before
        this.position = Math.max(this.position, cursor.nextOffset)
        if (cursor.remaining > 0) break
        this.#pass(cursor.header)
      } catch (error) {
        if (row > 0) break // these first; the error comes again
        this.#refuse(error, this.position, this.#batchOffset())
        this.rewind()
        return null
      }
    }
    if (bytes === null) return null
    const chunk = chunkOf(this, columns, row, bytes)
    this.tailHash = tailHashOf(chunk, row - 1)
    return chunk
  }

  /**
   * The next batch as it came, its checksum compared: for those who store it and read its records later. Null where more has
   * to be fetched. Throws a SprkError where it is corrupt a second time.
   */
  takeBatch(): RawBatch | null {
    try {
      for (let set = this.#sets[0]; set !== undefined; set = this.#sets[0]) {
        const { bytes } = set.answer
        const header = readBatchHeader(bytes, set.at, set.end)
        const aborted = set.aborted.needed(header)
        if (header.isControl) set.aborted.endAt(header, isAbortMarker(header, bytes))
        const [start, isRead] = [set.at, header.lastOffset < this.position]
        this.#pass(header)
        if (isRead) continue
        this.bytesRead += header.end - start
        const { lastOffset, leaderEpoch } = header
        return { bytes: bytes.subarray(start, header.end), untilOffset: lastOffset + 1, leaderEpoch, aborted }
      }
      return null
    } catch (error) {
      this.#refuse(error, this.position, this.#batchOffset())
      this.rewind()
      return null
    }
  }

  /** The batch that holds the next records, opened; null where more has to be fetched. */
  #currentBatch(): OpenBatch | null {
    while (this.#open === null) {
      const set = this.#sets[0]
      if (set === undefined) return null
      const { bytes } = set.answer
      const header = readBatchHeader(bytes, set.at, set.end)
      if (header.isControl) set.aborted.endAt(header, isAbortMarker(header, bytes))
      const isEmpty = header.isControl || set.aborted.covers(header) || header.recordCount === 0
      this.bytesRead += isEmpty ? header.end - set.at : HEADER_BYTES
      if (isEmpty || header.lastOffset < this.position) this.#pass(header)
      else this.#setOpen(this.#openBatch(header, bytes))
    }
    return this.#open
  }

  #openBatch(header: BatchHeader, bytes: Buffer): OpenBatch {
    const { codec, recordsStart, end } = header
    if (codec === 0) return { cursor: openRecords(header, bytes, recordsStart, end), wireRatio: 1, ownBytes: 0 }
    if (!canDecompress(codec)) throw unknownCodec(this, header)
    const records = decompressed(this, header, bytes.subarray(recordsStart, end))
    const wireRatio = (end - recordsStart) / Math.max(records.length, 1)
    if (records.length > JOINED_BYTES / 4) {
      return { cursor: openRecords(header, records, 0, records.length), wireRatio, ownBytes: records.length }
    }
    if (this.#joinedEnd + records.length > this.#joined.length) {
      this.#joined = Buffer.allocUnsafeSlow(JOINED_BYTES)
      this.#joinedEnd = 0
    }
    const start = this.#joinedEnd
    this.#joinedEnd += records.copy(this.#joined, start)
    return { cursor: openRecords(header, this.#joined, start, this.#joinedEnd), wireRatio, ownBytes: 0 }
  }

  #setOpen(batch: OpenBatch | null): void {
    this.#memory.openBytes += (batch?.ownBytes ?? 0) - this.ownBytes
    this.#open = batch
  }

  /** Leaves a batch behind, and with the last one of an answer this too: nobody may come back to a log that is read. */
  #pass(header: BatchHeader): void {
    const set = this.#sets[0]
    if (set === undefined) throw new Error('a batch was passed that is not there')
    this.#setOpen(null)
    this.buffered -= header.end - set.at
    set.at = header.end
    if (set.at >= set.end) {
      this.#sets.shift()
      this.#memory.spent.push(set.answer)
    }
    this.position = Math.max(this.position, header.lastOffset + 1)
    this.leaderEpoch = header.leaderEpoch
  }

  /** Bad bytes are fetched once more; the second time, and any other error, is thrown. */
  #refuse(error: unknown, at: number, batchOffset: number): void {
    if (!(error instanceof MalformedError)) throw error
    if (this.#badAt === at) throw corrupt(this, batchOffset, error)
    this.#badAt = at
  }

  /** Goes back to before what is buffered. */
  rewind(): void {
    this.rewinds++
    for (const set of this.#sets.splice(0)) this.#memory.spent.push(set.answer)
    this.#setOpen(null)
    this.buffered = 0
    this.fetchOffset = this.position
  }

  #batchOffset(): number {
    const set = this.#sets[0]
    return set === undefined ? this.position : int64At(set.answer.bytes, set.at)
  }
}
