// One partition as it streams in: fetched record sets on one side, chunks on the other.

import { Exit, SprkError } from '../errors.ts'
import { type Chunk, partitionKey, type TopicPartition } from '../record.ts'
import { AbortedTransactions } from './protocol/aborted.ts'
import { int64At, MalformedError } from './protocol/bytes.ts'
import { canDecompress, codecName, decompress, TooLargeError } from './protocol/compression.ts'
import type { FetchedPartition } from './protocol/fetch.ts'
import { type BatchHeader, HEADER_BYTES, readBatchHeader, scanBatches } from './protocol/record-batch.ts'
import { Columns, openRecords, type RecordCursor, readRecords } from './protocol/records.ts'

/** An answer that several partitions share; free when none of them uses it any more. */
export interface SharedAnswer {
  readonly bytes: Buffer
  users: number
}

/** The record set of one answer. */
interface RecordSet {
  readonly answer: SharedAnswer
  readonly aborted: AbortedTransactions
  /** Where the next batch begins. */
  at: number
  readonly end: number
}

/** A batch that was begun. */
interface OpenBatch {
  readonly cursor: RecordCursor
  /** Bytes over the wire for each byte of the records. */
  readonly wireRatio: number
}

/** What a chunk may hold. */
export interface ChunkBounds {
  readonly untilOffset: number
  /** Over the wire. */
  readonly maxBytes: number
  /** One record is read however long it is. */
  readonly atLeastOne: boolean
}

const JOINED_BYTES = 512 * 1024

export class PartitionLog implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** No record below is still to come. Taken from headers of batches, so that gaps are passed. */
  position: number
  /** Where the next fetch begins. */
  fetchOffset: number
  /** The end of what can be read, as far as it is known. */
  lastStableOffset: number
  /** Of the last batch that was read. */
  leaderEpoch: number | null
  /** Bytes of batches that wait to be read. */
  buffered = 0
  /** Codecs that were met so far, a bit each. They are loaded before anything is read. */
  codecs = 0
  /** Bytes over the wire of what was read; the fractions of a compressed batch add up to its size. */
  bytesRead = 0
  /** Takes answers that were read to their end: the chunk that was given last still needs them. */
  readonly #spent: SharedAnswer[]
  readonly #sets: RecordSet[] = []
  #open: OpenBatch | null = null
  /** Small decompressed batches, one behind the other, so that they make one chunk. */
  #joined = Buffer.alloc(0)
  #joinedEnd = 0
  /** Where bytes were bad, and were thrown away to be fetched once more. */
  #badAt = -1

  constructor(at: TopicPartition, position: number, leaderEpoch: number | null, spent: SharedAnswer[]) {
    this.topic = at.topic
    this.partition = at.partition
    this.position = position
    this.fetchOffset = position
    this.lastStableOffset = position
    this.leaderEpoch = leaderEpoch
    this.#spent = spent
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
  read(columns: Columns, bounds: ChunkBounds): Chunk | null {
    const byteLimit = this.bytesRead + bounds.maxBytes
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
          maxPosition: before + (byteLimit - this.bytesRead) / wireRatio,
          atLeastOne: bounds.atLeastOne,
        })
        if (row > 0) bytes = cursor.bytes
        this.bytesRead += (cursor.at - before) * wireRatio
        this.position = Math.max(this.position, cursor.nextOffset)
        if (cursor.remaining > 0) break
        this.#pass(cursor.header)
      } catch (error) {
        if (row > 0) break // these first; the error comes again
        this.#refuse(error, this.position, this.#batchOffset())
        this.#discard()
        return null
      }
    }
    return bytes === null ? null : chunkOf(this, columns, row, bytes)
  }

  /** The batch that holds the next records, opened; null where more has to be fetched. */
  #currentBatch(): OpenBatch | null {
    while (this.#open === null) {
      const set = this.#sets[0]
      if (set === undefined) return null
      if (set.at >= set.end) {
        this.#sets.shift()
        this.#spent.push(set.answer)
        continue
      }
      const { bytes } = set.answer
      const header = readBatchHeader(bytes, set.at, set.end)
      if (header.isControl) set.aborted.endAt(header, isAbortMarker(header, bytes))
      const isEmpty = header.isControl || set.aborted.covers(header) || header.recordCount === 0
      this.bytesRead += isEmpty ? header.end - set.at : HEADER_BYTES
      if (isEmpty || header.lastOffset < this.position) this.#pass(header)
      else this.#open = this.#openBatch(header, bytes)
    }
    return this.#open
  }

  #openBatch(header: BatchHeader, bytes: Buffer): OpenBatch {
    const { codec, recordsStart, end } = header
    if (codec === 0) return { cursor: openRecords(header, bytes, recordsStart, end), wireRatio: 1 }
    if (!canDecompress(codec)) throw unknownCodec(this, header)
    const records = decompressed(this, header, bytes.subarray(recordsStart, end))
    const wireRatio = (end - recordsStart) / Math.max(records.length, 1)
    if (records.length > JOINED_BYTES / 4) return { cursor: openRecords(header, records, 0, records.length), wireRatio }
    if (this.#joinedEnd + records.length > this.#joined.length) {
      this.#joined = Buffer.allocUnsafeSlow(JOINED_BYTES)
      this.#joinedEnd = 0
    }
    const start = this.#joinedEnd
    this.#joinedEnd += records.copy(this.#joined, start)
    return { cursor: openRecords(header, this.#joined, start, this.#joinedEnd), wireRatio }
  }

  /** Leaves a batch behind. */
  #pass(header: BatchHeader): void {
    const set = this.#sets[0]
    if (set === undefined) throw new Error('a batch was passed that is not there')
    this.#open = null
    this.buffered -= header.end - set.at
    set.at = header.end
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
  #discard(): void {
    for (const set of this.#sets.splice(0)) this.#spent.push(set.answer)
    this.#open = null
    this.buffered = 0
    this.fetchOffset = this.position
  }

  #batchOffset(): number {
    const set = this.#sets[0]
    return set === undefined ? this.position : int64At(set.answer.bytes, set.at)
  }
}

function chunkOf({ topic, partition }: TopicPartition, columns: Columns, length: number, bytes: Buffer): Chunk {
  const { offsets, timestamps, timestampTypes, keyStarts, keyEnds, valueStarts, valueEnds } = columns
  const { headerStarts, headerEnds } = columns
  return {
    topic,
    partition,
    length,
    bytes,
    offsets,
    timestamps,
    timestampTypes,
    keyStarts,
    keyEnds,
    valueStarts,
    valueEnds,
    headerStarts,
    headerEnds,
  }
}

const marker = new Columns(1)
const ABORT = 0

/** A marker's key is a version and a type, 16 bits each. */
function isAbortMarker(header: BatchHeader, bytes: Buffer): boolean {
  if (header.codec !== 0) throw new MalformedError('it is a compressed control batch')
  const cursor = openRecords(header, bytes, header.recordsStart, header.end)
  const bounds = { from: 0, until: Infinity, maxPosition: Infinity, atLeastOne: true }
  if (readRecords(cursor, marker, 0, bounds) === 0) return false
  const keyStart = marker.keyStarts[0] as number
  return (marker.keyEnds[0] as number) >= keyStart + 4 && bytes.readInt16BE(keyStart + 2) === ABORT
}

function corrupt(at: TopicPartition, offset: number, cause: MalformedError): SprkError {
  const message = `${partitionKey(at)}: the batch at offset ${offset} is corrupt: ${cause.message}; it was fetched twice`
  return new SprkError(Exit.BAD_RECORD, { code: 'E_CORRUPT_BATCH', message }, { cause })
}

function decompressed(at: TopicPartition, { baseOffset, codec }: BatchHeader, bytes: Buffer): Buffer {
  try {
    return decompress(codec, bytes)
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
    const message = `${partitionKey(at)}: the batch at offset ${baseOffset} ${error.message}`
    const hint = 'no producer should send such a batch; to pass it, begin a new state behind it with `startingOffsets:`'
    throw new SprkError(Exit.BAD_RECORD, { code: 'E_BATCH_TOO_LARGE', message, hint }, { cause: error })
  }
}

function unknownCodec(at: TopicPartition, { baseOffset, codec }: BatchHeader): SprkError {
  return new SprkError(Exit.PROTOCOL, {
    code: 'E_CODEC',
    message: `${partitionKey(at)} at offset ${baseOffset} is compressed with ${codecName(codec)}, which this version cannot read`,
    hint: 'gzip, snappy, lz4, zstd and records that are not compressed can be read',
  })
}
