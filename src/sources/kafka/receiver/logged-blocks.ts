// Blocks in the state file (`writeAheadLog: true`). Their bytes are in memory only until they are stored, and while they are read.

import type { Block, BlockStore, ReceiverReport, StoredBlock } from '../../../block.ts'
import { type BlockBuffers, freeBytes, keepLargeMemory } from './block-buffers.ts'

export class LoggedBlocks implements BlockStore {
  readonly #store: BlockStore
  readonly #buffers: BlockBuffers
  /** Bytes of the block that was read last. */
  #read: Uint8Array | null = null

  /** `buffers` takes the bytes of blocks that are stored. */
  constructor(store: BlockStore, buffers: BlockBuffers) {
    this.#store = store
    this.#buffers = buffers
    keepLargeMemory()
  }

  append(blocks: readonly Block[]): void {
    this.#store.append(blocks)
    for (const { bytes } of blocks) this.#buffers.give(bytes)
  }

  pending(): readonly StoredBlock[] {
    return this.#store.pending()
  }

  walBytes(): number {
    return this.#store.walBytes()
  }

  report(receivers: readonly ReceiverReport[]): void {
    this.#store.report(receivers)
  }

  /** The bytes are valid until the next call. */
  read(stored: StoredBlock): Block {
    if (this.#read !== null) freeBytes(this.#read)
    const block = this.#store.read(stored)
    this.#read = block.bytes
    return block
  }
}
