// Blocks in memory: received records that are not stored before their batch (`writeAheadLog: false`). A kill loses nothing,
// since the group's offsets and the saved positions move with the batches only.

import { type Block, type BlockStore, isStepAlone, type StoredBlock } from '../../../block.ts'
import type { Gap } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import { type OffsetRange, partitionKey, type TopicPartition } from '../../../record.ts'

type Kept = Block & StoredBlock

export class MemoryBlocks implements BlockStore {
  #blocks: readonly Kept[] = []
  #ids = 0

  append(blocks: readonly Block[]): void {
    const kept = blocks.map((block) => ({ ...block, bytes: exactly(block.bytes), id: ++this.#ids }))
    this.#blocks = [...this.#blocks, ...kept]
  }

  pending(): readonly StoredBlock[] {
    return this.#blocks
  }

  read({ id, topic, partition }: StoredBlock): Block {
    const block = this.#blocks.find((each) => each.id === id)
    if (block === undefined) throw new Error(`the block ${id} of ${partitionKey({ topic, partition })} is gone`)
    return block
  }

  /** A batch was committed: forgets the blocks that it has read to their end. */
  release(ranges: readonly OffsetRange[]): void {
    const read = PartitionMap.of(ranges)
    const left = new PartitionMap<true>()
    this.#blocks = this.#blocks.filter((block) => {
      const range = read.get(block)
      if (range === undefined || left.has(block)) return true
      if (block.step === null && block.untilOffset <= range.untilOffset) return false
      left.set(block, true)
      return true
    })
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

  /** Another member reads these partitions now. */
  drop(partitions: readonly TopicPartition[]): void {
    const dropped = PartitionMap.of(partitions)
    this.#blocks = this.#blocks.filter((block) => !dropped.has(block))
  }
}

/** A builder's buffer is up to twice as large as what is in it. */
function exactly(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength === bytes.length ? bytes : new Uint8Array(bytes)
}
