// Where an LZ4 frame ends, and how large its content can be at most: from its own lengths, nothing is decompressed.
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md

import { MalformedError } from './bytes.ts'
import type { Frame } from './frames.ts'

const MAGIC = 0x184d2204
const HAS_BLOCK_CHECKSUMS = 0x10
const HAS_CONTENT_SIZE = 0x08
const HAS_CONTENT_CHECKSUM = 0x04
const HAS_DICTIONARY = 0x01

/** A match of 255 more bytes takes one byte. */
const MAX_RATIO = 255

/** Walks from block to block. Throws where no whole frame is at the front of the bytes. */
export function openLz4Frame(bytes: Buffer): Frame {
  if (bytes.readUInt32LE(0) !== MAGIC) throw new MalformedError('this is no LZ4 frame')
  const flags = bytes.readUInt8(4)
  const maxBlock = maxBlockBytes(bytes.readUInt8(5))
  let at = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0) + (flags & HAS_DICTIONARY ? 4 : 0)
  let bound = 0
  for (;;) {
    const word = bytes.readUInt32LE(at)
    at += 4
    if (word === 0) break
    const length = word & 0x7fff_ffff
    const isPlain = word >= 0x8000_0000
    bound += Math.min(maxBlock, isPlain ? length : length * MAX_RATIO)
    at += length + (flags & HAS_BLOCK_CHECKSUMS ? 4 : 0)
  }
  return { end: at + (flags & HAS_CONTENT_CHECKSUM ? 4 : 0), bound }
}

/** 64 KB, 256 KB, 1 MB or 4 MB. */
function maxBlockBytes(descriptor: number): number {
  const code = (descriptor >> 4) & 7
  if (code < 4) throw new MalformedError(`an LZ4 frame has blocks of unknown size ${code}`)
  return 2 ** (2 * code + 8)
}
