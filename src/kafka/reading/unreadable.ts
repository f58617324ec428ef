// Batches that cannot be read: damaged twice, too large in memory, or in an unknown codec.

import { Exit, SprkError } from '../../errors.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import type { MalformedError } from '../protocol/bytes.ts'
import { codecName, decompress, TooLargeError } from '../protocol/compression.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'

export function corrupt(at: TopicPartition, offset: number, cause: MalformedError): SprkError {
  const message = `${partitionKey(at)}: the batch at offset ${offset} is corrupt: ${cause.message}; it was fetched twice`
  return new SprkError(Exit.BAD_RECORD, { code: 'E_CORRUPT_BATCH', message }, { cause })
}

/** Throws a SprkError where the records would take too much memory, and what `decompress` throws. */
export function decompressed(at: TopicPartition, { baseOffset, codec }: BatchHeader, bytes: Buffer): Buffer {
  try {
    return decompress(codec, bytes)
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
    const message = `${partitionKey(at)}: the batch at offset ${baseOffset} ${error.message}`
    const hint = 'no producer should send such a batch; to pass it, begin a new state behind it with `startingOffsets:`'
    throw new SprkError(Exit.BAD_RECORD, { code: 'E_BATCH_TOO_LARGE', message, hint }, { cause: error })
  }
}

export function unknownCodec(at: TopicPartition, { baseOffset, codec }: BatchHeader): SprkError {
  return new SprkError(Exit.PROTOCOL, {
    code: 'E_CODEC',
    message: `${partitionKey(at)} at offset ${baseOffset} is compressed with ${codecName(codec)}, which this version cannot read`,
    hint: 'gzip, snappy, lz4, zstd and records that are not compressed can be read',
  })
}
