// Compressed data of several frames, one behind the other, as the formats of LZ4 and zstd allow. Frames that are to be
// skipped may stand anywhere between them.

import { MalformedError } from './bytes.ts'

/** A frame that begins at the front of some bytes. */
export interface Frame {
  /** Where it ends. */
  readonly end: number
  /** Its content has no more bytes. */
  readonly bound: number
}

/** 0x184d2a50 to 0x184d2a5f, of both formats; the length of what is to be skipped follows. */
const SKIPPED_MAGIC = 0x184d2a5
const SKIPPED_HEADER_BYTES = 8

/**
 * The content of all frames. `open` finds where a frame ends, without decompressing it. `check` is told how many bytes
 * there can be, before they are made.
 */
export function decompressFrames(
  bytes: Buffer,
  open: (bytes: Buffer) => Frame,
  decompressFrame: (bytes: Buffer, bound: number) => Buffer,
  check: (length: number) => void,
): Buffer {
  const contents: Buffer[] = []
  let length = 0
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at)
    if (rest.readUInt32LE(0) >>> 4 === SKIPPED_MAGIC) {
      at += SKIPPED_HEADER_BYTES + rest.readUInt32LE(4)
      if (at > bytes.length) throw new MalformedError('a frame runs past its batch')
      continue
    }
    const { end, bound } = open(rest)
    if (end > rest.length) throw new MalformedError('a frame runs past its batch')
    check(length + bound)
    const content = decompressFrame(rest.subarray(0, end), bound)
    length += content.length
    contents.push(content)
    at += end
  }
  const [first] = contents
  if (first === undefined) throw new MalformedError('there is no frame')
  return contents.length === 1 ? first : Buffer.concat(contents, length)
}
