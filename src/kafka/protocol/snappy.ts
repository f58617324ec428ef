// Snappy as producers write it: a raw block (librdkafka, Go), or blocks in the frame of xerial's snappy-java (Java).
// As snappy-java reads it, a frame may begin with its header anew where a block would begin: streams, one behind the other.
// https://github.com/google/snappy/blob/main/format_description.txt
//
// Our own because snappyjs 0.7.0 fills a block that ends too early with zeros, and looks like this otherwise.

import { MalformedError } from './bytes.ts'

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

/** Magic, version, and the oldest version that can read it. */
const XERIAL_HEADER_BYTES = 16

/** A block of snappy-compressed data. */
interface Block {
  readonly bytes: Buffer
  /** Where the compressed elements begin. */
  readonly start: number
  /** Of the content. */
  readonly length: number
}

/** `check` is told how many bytes there will be, before they are made. Throws where the bytes are not well-formed. */
export function uncompressSnappy(bytes: Buffer, check: (length: number) => void): Buffer {
  const blocks = blocksOf(bytes).map(openBlock)
  const total = blocks.reduce((sum, { length }) => sum + length, 0)
  check(total)
  const plain = Buffer.allocUnsafeSlow(total)
  let end = 0
  for (const block of blocks) {
    const start = end
    end += block.length
    uncompressBlock(block, plain.subarray(start, end))
  }
  return plain
}

function blocksOf(bytes: Buffer): Buffer[] {
  const isHeader = (at: number) => bytes.subarray(at, at + XERIAL_MAGIC.length).equals(XERIAL_MAGIC)
  if (!isHeader(0)) return [bytes]
  const blocks: Buffer[] = []
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    if (isHeader(at)) {
      at += XERIAL_HEADER_BYTES
      continue
    }
    const length = bytes.readInt32BE(at)
    const start = at + 4
    if (length <= 0 || start + length > bytes.length) throw new MalformedError('a snappy block runs past its frame')
    blocks.push(bytes.subarray(start, start + length))
    at = start + length
  }
  return blocks
}

/** A block begins with the length of its content, an unsigned varint of 32 bits. */
function openBlock(bytes: Buffer): Block {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = bytes.readUInt8(at)
    length += (byte & 127) * 2 ** (7 * at)
    if (byte < 128) return { bytes, start: at + 1, length }
  }
  throw new MalformedError('a snappy block does not say how long it is')
}

/** Shorter runs are copied byte by byte, which is faster than a call. */
const LONG = 32

/** An element is a literal or a copy of what came before; its kind is the two low bits of its first byte. */
function uncompressBlock({ bytes, start }: Block, plain: Buffer): void {
  let to = 0
  let at = start
  while (at < bytes.length) {
    const tag = bytes[at++] as number
    const kind = tag & 3
    const isLiteral = kind === 0
    let length = (tag >> 2) + 1
    let distance = 0
    if (isLiteral) {
      if (length > 60) {
        const size = length - 60
        length = bytes.readUIntLE(at, size) + 1
        at += size
      }
      if (at + length > bytes.length) throw new MalformedError('a snappy literal runs past its block')
    } else if (kind === 1) {
      length = ((tag >> 2) & 7) + 4
      distance = ((tag >> 5) << 8) | bytes.readUInt8(at++)
    } else {
      const size = kind === 2 ? 2 : 4
      distance = bytes.readUIntLE(at, size)
      at += size
    }
    if (to + length > plain.length) throw new MalformedError('a snappy block is longer than it says')
    if (isLiteral) {
      if (length >= LONG) bytes.copy(plain, to, at, at + length)
      else for (let i = 0; i < length; i++) plain[to + i] = bytes[at + i] as number
      at += length
    } else {
      if (distance === 0 || distance > to) throw new MalformedError('a snappy copy begins before its block')
      if (length >= LONG && distance >= length) plain.copyWithin(to, to - distance, to - distance + length)
      else for (let i = 0; i < length; i++) plain[to + i] = plain[to + i - distance] as number
    }
    to += length
  }
  if (to !== plain.length) throw new MalformedError('a snappy block is shorter than it says')
}
