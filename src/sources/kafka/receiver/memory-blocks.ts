// Blocks in memory: received records that are not stored before their batch (`writeAheadLog: false`). A kill loses nothing,
// since the group's offsets and the saved positions move with the batches only. Blocks that a run with the log on has left
// in the state file stand before them: Kafka may not have their records any more.

import {
  type Block,
  type BlockStore,
  isStepAlone,
  type ReceiverReport,
  readToEnd,
  type StoredBlock,
} from '../../../block.ts'
import type { Gap } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import { type OffsetRange, partitionKey, type TopicPartition } from '../../../record.ts'
import type { BlockBuffers } from './block-buffers.ts'

type Kept = Block & StoredBlock

export class MemoryBlocks implements BlockStore {
  /** The state file: only read. */
  readonly #stored: BlockStore
  readonly #buffers: BlockBuffers
  #blocks: readonly Kept[] = []
  #ids: number

  /** `buffers` takes the bytes of blocks that are read to their end. */
  constructor(stored: BlockStore, buffers: BlockBuffers) {
    this.#stored = stored
    this.#buffers = buffers
    this.#ids = stored.pending().at(-1)?.id ?? 0
  }

  append(blocks: readonly Block[]): void {
    this.#blocks = [...this.#blocks, ...blocks.map((block) => ({ ...block, id: ++this.#ids }))]
  }

  pending(): readonly StoredBlock[] {
    const stored = this.#stored.pending()
    return stored.length === 0 ? this.#blocks : [...stored, ...this.#blocks]
  }

  read(wanted: StoredBlock): Block {
    const { id } = wanted
    const block = this.#blocks.find((each) => each.id === id)
    if (block !== undefined) return block
    if (this.#stored.pending().some((each) => each.id === id)) return this.#stored.read(wanted)
    throw new Error(`the block ${id} of ${partitionKey(wanted)} is gone`)
  }

  /** What receivers take in goes into no file. */
  walBytes(): number {
    return 0
  }

  report(receivers: readonly ReceiverReport[]): void {
    this.#stored.report(receivers)
  }

  /** A batch was committed: forgets the blocks that it has read to their end. */
  release(ranges: readonly OffsetRange[]): void {
    const read = new Set(readToEnd(this.#blocks, ranges))
    for (const { bytes } of read) this.#buffers.give(bytes)
    this.#blocks = this.#blocks.filter((block) => !read.has(block))
  }

  /** The saved position has moved over a step. */
  passSteps(gaps: readonly Gap[]): void {
    const moved = PartitionMap.of(gaps)
    this.#blocks = this.#blocks.flatMap((block) => {
      const gap = moved.get(block)
      if (gap === undefined || block.step?.fromOffset !== gap.fromOffset || gap.toOffset !== block.fromOffset)
        return block
      return isStepAlone(block) ? [] : { ...block, step: null }
    })
  }

  /** Another member reads these partitions now. What is in the state file stays. */
  drop(partitions: readonly TopicPartition[]): void {
    const dropped = PartitionMap.of(partitions)
    this.#blocks = this.#blocks.filter((block) => !dropped.has(block))
  }
}
