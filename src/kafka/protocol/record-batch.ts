// The header of a record batch (format 2): what a batch is and where it ends, without looking at its records.

import { Exit, SprkError } from '../../errors.ts'
import { int64At, MalformedError } from './bytes.ts'
import { crc32c } from './crc32c.ts'

/** A transaction that was aborted, as a Fetch answer lists it. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

/** Bytes of a header; the records follow it. */
export const HEADER_BYTES = 61

/** Bytes of a header up to and including the length; the length counts what comes after it. */
const LENGTH_END = 12

/** Of the attributes. */
const CODEC_MASK = 7

export interface BatchHeader {
  readonly baseOffset: number
  /** Of the batch as it was produced: compaction takes records away, but not this. */
  readonly lastOffset: number
  readonly leaderEpoch: number
  /** 0 where records are not compressed. */
  readonly codec: number
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Epoch milliseconds, as all 64 bits of them: deltas are added to it. */
  readonly baseTimestamp: bigint
  /** Epoch milliseconds; exact up to 2^53-1 in magnitude. */
  readonly maxTimestamp: number
  readonly producerId: number
  readonly recordCount: number
  /** Where the records begin. */
  readonly recordsStart: number
  /** Where the batch ends. */
  readonly end: number
}

/** Where the whole batches of a record set lead to. */
export interface BatchRun {
  /** Where the last whole batch ends. */
  readonly end: number
  /** The offset after the last whole batch; -1 where there is none. */
  readonly nextOffset: number
  /** Their codecs: a set bit n stands for codec n. */
  readonly codecs: number
}

/**
 * Walks from header to header, without checksums, as far as the batches are whole and well-formed. Throws
 * MalformedError where not even the first one is.
 */
export function scanBatches(bytes: Buffer, start: number, end: number): BatchRun {
  let nextOffset = -1
  let codecs = 0
  let at = start
  try {
    for (;;) {
      const batchEnd = wholeBatchEnd(bytes, at, end)
      if (batchEnd === null) break
      const lastOffset = offsetAt(bytes, at) + bytes.readInt32BE(at + 23)
      if (lastOffset < nextOffset) throw new MalformedError(`offsets go back from ${nextOffset} to ${lastOffset}`)
      nextOffset = lastOffset + 1
      codecs |= 1 << (bytes.readInt16BE(at + 21) & CODEC_MASK)
      at = batchEnd
    }
  } catch (error) {
    if (nextOffset < 0) throw error
  }
  return { end: at, nextOffset, codecs }
}

/** Reads the header of the whole batch that begins at `at`, and checks the checksum. Throws MalformedError. */
export function readBatchHeader(bytes: Buffer, at: number, limit: number): BatchHeader {
  checkBatch(bytes, at, limit)
  return readUncheckedHeader(bytes, at, limit)
}

function checkBatch(bytes: Buffer, at: number, limit: number): void {
  const end = endOfBatch(bytes, at, limit)
  const expected = bytes.readUInt32BE(at + 17)
  const actual = crc32c(bytes, at + 21, end)
  if (actual !== expected) {
    const error = new MalformedError(`its checksum is ${hex(actual)}, but should be ${hex(expected)}`)
    error.nextOffset = offsetAfterDamaged(bytes, at, end, limit)
    throw error
  }
}

function endOfBatch(bytes: Buffer, at: number, limit: number): number {
  const end = wholeBatchEnd(bytes, at, limit)
  if (end === null) throw new MalformedError('the batch is cut short')
  return end
}

/** The same without the checksum: what is read may be wrong. Throws MalformedError. */
export function readUncheckedHeader(bytes: Buffer, at: number, limit: number): BatchHeader {
  const end = endOfBatch(bytes, at, limit)
  const attributes = bytes.readInt16BE(at + 21)
  const baseOffset = offsetAt(bytes, at)
  const lastOffsetDelta = bytes.readInt32BE(at + 23)
  const recordCount = bytes.readInt32BE(at + 57)
  if (lastOffsetDelta < 0) throw new MalformedError(`its last offset delta is ${lastOffsetDelta}`)
  if (recordCount < 0) throw new MalformedError(`its record count is ${recordCount}`)
  return {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    leaderEpoch: bytes.readInt32BE(at + 12),
    codec: attributes & CODEC_MASK,
    isLogAppendTime: (attributes & 8) !== 0,
    isTransactional: (attributes & 16) !== 0,
    isControl: (attributes & 32) !== 0,
    baseTimestamp: bytes.readBigInt64BE(at + 27),
    maxTimestamp: int64At(bytes, at + 35),
    producerId: int64At(bytes, at + 43),
    recordCount,
    recordsStart: at + HEADER_BYTES,
    end,
  }
}

/**
 * The offset after a batch with a wrong checksum: that of the batch behind it. Where there is none, the header itself is
 * believed if it counts as many records as offsets. Null where neither tells.
 */
function offsetAfterDamaged(bytes: Buffer, at: number, end: number, limit: number): number | null {
  const baseOffset = offsetAt(bytes, at)
  const lastOffsetDelta = bytes.readInt32BE(at + 23)
  if (end + LENGTH_END + 5 > limit) {
    return lastOffsetDelta >= 0 && bytes.readInt32BE(at + 57) === lastOffsetDelta + 1
      ? baseOffset + lastOffsetDelta + 1
      : null
  }
  const next = int64At(bytes, end)
  return bytes.readInt8(end + 16) === 2 && next > baseOffset && next <= baseOffset + 0x8000_0000 ? next : null
}

/** Null where less than a whole batch is there. */
function wholeBatchEnd(bytes: Buffer, at: number, limit: number): number | null {
  if (at + LENGTH_END + 5 > limit) return null
  const length = bytes.readInt32BE(at + 8)
  // The format is read before the length is judged: older ones have shorter headers.
  const magic = bytes.readInt8(at + 16)
  if (magic === 0 || magic === 1) throw oldFormat(magic, offsetAt(bytes, at))
  if (magic !== 2) throw new MalformedError(`its record format is ${magic}`)
  if (length < HEADER_BYTES - LENGTH_END) throw new MalformedError(`its length is ${length}`)
  const end = at + LENGTH_END + length
  return end > limit ? null : end
}

function oldFormat(magic: number, offset: number): SprkError {
  return new SprkError(Exit.PROTOCOL, {
    code: 'E_OLD_RECORD_FORMAT',
    message: `records at offset ${offset} are stored in Kafka's record format ${magic}, which this version cannot read`,
  })
}

/** Throws a SprkError where the offset is no exact number. */
function offsetAt(bytes: Buffer, at: number): number {
  const offset = int64At(bytes, at)
  // 2^31 less than the largest, so that an offset within the batch is exact too.
  if (offset >= 0 && offset <= Number.MAX_SAFE_INTEGER - 0x8000_0000) return offset
  if (offset < 0) throw new MalformedError(`its offset is ${offset}`)
  throw new SprkError(Exit.PROTOCOL, {
    code: 'E_OFFSET_TOO_LARGE',
    message: `offset ${bytes.readBigInt64BE(at)} is too large: offsets up to 2^53-1 are supported`,
  })
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
