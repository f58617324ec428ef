// What of a log cannot be read: batches that are damaged twice, too large in memory or in an unknown codec, and what no
// broker sends.

import { Exit, SprkError } from '../../errors.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { codecName, decompress, TooLargeError } from '../protocol/compression.ts'
import type { BatchHeader } from '../protocol/record-batch.ts'

export function corrupt(at: TopicPartition, offset: number, cause: MalformedError): SprkError {
  const message = `${partitionKey(at)}: the batch at offset ${offset} is corrupt: ${cause.message}; it was fetched twice`
  return new SprkError(
    Exit.BAD_RECORD,
    { code: 'E_CORRUPT_BATCH', message, hint: passing(at, cause.nextOffset) },
    { cause },
  )
}

/** How to go on behind a batch. `nextOffset` is null where nothing tells where it ends. */
function passing({ topic, partition }: TopicPartition, nextOffset: number | null): string {
  const to = nextOffset ?? 'N'
  const command = `sprk offsets reset <pipeline> --topic ${topic}:${partition} --to-offset ${to} --allow-loss --execute`
  if (nextOffset !== null) return `to go on behind it, at offset ${nextOffset}, without its records: ${command}`
  return `its header does not tell where it ends; to go on at a later offset N, without what is before it: ${command}`
}

/** Throws a SprkError where the records would take too much memory, and what `decompress` throws. */
export function decompressed(at: TopicPartition, header: BatchHeader, bytes: Buffer): Buffer {
  const { baseOffset, lastOffset, codec } = header
  try {
    return decompress(codec, bytes)
  } catch (error) {
    if (error instanceof MalformedError) error.nextOffset = lastOffset + 1
    if (!(error instanceof TooLargeError)) throw error
    const message = `${partitionKey(at)}: the batch at offset ${baseOffset} ${error.message}`
    const hint = passing(at, lastOffset + 1)
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

/** A broker has answered from there on again and again, and has sent nothing. */
export function noProgress(
  log: TopicPartition & { readonly lastStableOffset: number },
  fetchOffset: number,
): SprkError {
  const message = `${partitionKey(log)}: the broker sends nothing from offset ${fetchOffset} on, although its log goes up to ${log.lastStableOffset}`
  return new SprkError(Exit.PROTOCOL, { code: 'E_NO_PROGRESS', message })
}
