// Where a zstd frame ends, and how large its content can be at most: from its headers, nothing is decompressed.
// RFC 8878.

import { MalformedError } from './bytes.ts'
import type { Frame } from './frames.ts'

const MAGIC = 0xfd2fb528
const MAX_BLOCK_BYTES = 128 * 1024
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const
const HAS_CHECKSUM = 0x04
const BlockType = { RAW: 0, RUN: 1, COMPRESSED: 2 } as const

/** Walks from block to block. Throws where no whole frame is at the front of the bytes. */
export function openZstdFrame(bytes: Buffer): Frame {
  if (bytes.readUInt32LE(0) !== MAGIC) throw new MalformedError('this is no zstd frame')
  const descriptor = bytes.readUInt8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const contentSizeFlag = descriptor >> 6
  const contentSizeBytes =
    contentSizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[contentSizeFlag] as number)
  const contentSizeAt = 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] as number)
  const declared = contentSizeAt + contentSizeBytes
  const { bound, end } = walkBlocks(bytes, declared)
  const whole = end + (descriptor & HAS_CHECKSUM ? 4 : 0)
  if (contentSizeBytes === 0) return { end: whole, bound }
  const size = contentSize(bytes, contentSizeAt, contentSizeBytes)
  if (size > bound) throw new MalformedError('a zstd frame says it is larger than its blocks')
  return { end: whole, bound: size }
}

function walkBlocks(bytes: Buffer, start: number): { readonly bound: number; readonly end: number } {
  let bound = 0
  for (let at = start; ; ) {
    const header = bytes.readUIntLE(at, 3)
    const size = header >> 3
    const type = (header >> 1) & 3
    if (type > BlockType.COMPRESSED) throw new MalformedError('a zstd block is of an unknown type')
    bound += type === BlockType.COMPRESSED ? MAX_BLOCK_BYTES : size
    at += 3 + (type === BlockType.RUN ? 1 : size)
    if ((header & 1) !== 0) return { bound, end: at }
  }
}

function contentSize(bytes: Buffer, at: number, length: number): number {
  if (length === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}
