// Whether the bytes of a stored block are what a broker sent.

import { MalformedError } from '../../../kafka/protocol/bytes.ts'
import { readBatchHeader } from '../../../kafka/protocol/record-batch.ts'
import type { OffsetRange } from '../../../record.ts'

/** As part of a sentence, what is wrong: lengths, checksums or offsets of its record batches. Null: nothing. */
export function inspectBlock(
  block: Uint8Array,
  { fromOffset, untilOffset }: Pick<OffsetRange, 'fromOffset' | 'untilOffset'>,
): string | null {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length)
  let next = fromOffset
  for (let at = 0; at < bytes.length; ) {
    try {
      const header = readBatchHeader(bytes, at, bytes.length)
      // The first batch may begin before the block, the last one end behind it.
      if (header.lastOffset < next)
        return `has a batch that ends at offset ${header.lastOffset}, where ${next} was next`
      if (next >= untilOffset) return `has a batch behind its end, at byte ${at}`
      next = header.lastOffset + 1
      at = header.end
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
      return `is damaged at byte ${at}: ${error.message}`
    }
  }
  return next < untilOffset ? `ends at offset ${next}` : null
}
