// Blocks of received records, made of record batches that are written by hand.

import type { Block, BlockStore } from '../../src/block.ts'
import type { RawBatch } from '../../src/kafka/reading/record-set.ts'
import { type Position, positionAt } from '../../src/log.ts'
import type { OffsetRange } from '../../src/record.ts'
import { BlockBuffers } from '../../src/sources/kafka/receiver/block-buffers.ts'
import { BlockBuilder } from '../../src/sources/kafka/receiver/block-builder.ts'
import { BlockReader } from '../../src/sources/kafka/receiver/block-reader.ts'
import { MemoryBlocks } from '../../src/sources/kafka/receiver/memory-blocks.ts'
import { collect } from './chunks.ts'
import { encodeBatch, type TestBatch } from './record-batch.ts'

/** A batch as a broker sends it; its values are its offsets, unless they are given. */
export function rawBatch(
  fromOffset: number,
  untilOffset: number,
  changes: Partial<TestBatch & Pick<RawBatch, 'aborted'>> = {},
): RawBatch {
  const { aborted = [], ...batch } = changes
  const records = Array.from({ length: untilOffset - fromOffset }, (_, i) => ({ value: String(fromOffset + i) }))
  const bytes = encodeBatch({
    baseOffset: fromOffset,
    records,
    lastOffsetDelta: untilOffset - fromOffset - 1,
    ...batch,
  })
  return { bytes, untilOffset, leaderEpoch: batch.leaderEpoch ?? 0, aborted }
}

/** What receives partition 0 of `events`, or another one. */
export function builderAt(next: number, partition = 0, changes: Partial<Position> = {}): BlockBuilder {
  return new BlockBuilder({ ...positionAt({ topic: 'events', partition }, next), ...changes }, new BlockBuffers())
}

/** A block of one batch. */
export function block(fromOffset: number, untilOffset: number, partition = 0, changes: Partial<Block> = {}): Block {
  const builder = builderAt(fromOffset, partition)
  builder.add(rawBatch(fromOffset, untilOffset), untilOffset)
  return { ...builder.finish(), ...changes }
}

export function rangeOf(fromOffset: number, untilOffset: number, partition = 0): OffsetRange {
  return { topic: 'events', topicId: null, partition, fromOffset, untilOffset }
}

/** A state file without blocks. */
export const NONE: BlockStore = {
  append: () => {
    throw new Error('the log is off')
  },
  pending: () => [],
  read: () => {
    throw new Error('no block is stored')
  },
  report: () => {},
  walBytes: () => 0,
}

export function storeOf(...blocks: readonly Block[]): MemoryBlocks {
  const store = new MemoryBlocks(NONE, new BlockBuffers())
  store.append(blocks)
  return store
}

/** Reads ranges to their end. Gives the values of their records, and what the reader says of the ranges. */
export async function readAll(store: BlockStore, ranges: readonly OffsetRange[], maxBytes = Infinity) {
  const { records, result } = await collect(new BlockReader(store).read(ranges, { maxBytes }))
  return { values: records.map(({ value }) => value), read: result }
}
