// One block in the making: record batches of one partition, one behind the other as they came.

import type { AbortedRecords, Block } from '../../../block.ts'
import type { RawBatch } from '../../../kafka/reading/record-set.ts'
import type { Position } from '../../../log.ts'
import { tailOf } from './block-reader.ts'

const FIRST_BYTES = 64 * 1024

/** A buffer does not grow further by guesses: blocks end at four megabytes. */
const LARGE_BYTES = 5_000_000

/** Offsets were passed without being read. */
export interface Step {
  /** The first one that was passed, or went back to. */
  readonly fromOffset: number
  readonly cause: string
}

export class BlockBuilder {
  /** Where the next record comes from. */
  #received: Position
  #step: Step | null = null
  #fromOffset: number
  #leaderEpoch: number | null
  #bytes = Buffer.alloc(0)
  #length = 0
  /** Of the block before. */
  #lastBytes = 0
  #aborted: AbortedRecords[] = []
  /** Where the last batch begins, and the offset after its last one. */
  #lastBatch = 0
  #lastUntil = -1
  #lastAborted: readonly AbortedRecords[] = []

  constructor(received: Position) {
    this.#received = received
    this.#fromOffset = received.next
    this.#leaderEpoch = received.leaderEpoch
  }

  /** As it would be saved. */
  get received(): Position {
    return this.#received
  }

  get byteLength(): number {
    return this.#length
  }

  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** Whether there is something to store: records, or a step alone. */
  get isDue(): boolean {
    return !this.isEmpty || this.#step !== null
  }

  /** Takes a batch, of which records up to `untilOffset` belong to this block; or more of the one that it took last. */
  add(batch: RawBatch, untilOffset: number): void {
    if (this.isEmpty || batch.untilOffset !== this.#lastUntil) this.#append(batch)
    this.#leaderEpoch = batch.leaderEpoch
    this.#received = { ...this.#received, next: untilOffset, leaderEpoch: batch.leaderEpoch }
  }

  #append(batch: RawBatch): void {
    this.#reserve(batch.bytes.length)
    this.#lastBatch = this.#length
    this.#lastUntil = batch.untilOffset
    this.#length += batch.bytes.copy(this.#bytes, this.#length)
    for (const transaction of batch.aborted) {
      if (!this.#aborted.some((known) => isSame(known, transaction))) this.#aborted.push(transaction)
    }
    this.#lastAborted = batch.aborted
  }

  /** Goes on at another place of the log, or in another log. The block must be empty. */
  stepTo(next: number, topicId: string | null, step: Step): void {
    if (!this.isEmpty) throw new Error('a step inside of a block')
    // Of steps one behind the other only the last place matters.
    this.#step = { fromOffset: this.#step?.fromOffset ?? step.fromOffset, cause: step.cause }
    this.#received = { ...this.#received, next, topicId, leaderEpoch: null, tailHash: null }
    this.#fromOffset = next
    this.#leaderEpoch = null
  }

  /** Takes the block; the next one begins where it ends. Without records it is a step alone, and ends where it begins. */
  finish(): Block {
    const { topic, partition, topicId, next } = this.#received
    const bytes = this.#bytes.subarray(0, this.#length)
    const tail = tailOf(bytes.subarray(this.#lastBatch), this.#lastAborted, this.#received)
    this.#received = { ...this.#received, tailHash: tail }
    const block = {
      ...{ topic, partition, topicId, fromOffset: this.#fromOffset, untilOffset: next },
      ...{ step: this.#step, leaderEpoch: this.#leaderEpoch, tailHash: tail },
      ...{ aborted: this.#aborted, byteLength: bytes.length, bytes },
    }
    this.#fromOffset = next
    this.#step = null
    this.#bytes = Buffer.alloc(0)
    this.#lastBytes = this.#length
    this.#length = 0
    this.#aborted = []
    return block
  }

  #reserve(added: number): void {
    const needed = this.#length + added
    if (needed <= this.#bytes.length) return
    // After a large block another one is likely: room for it at once, instead of copies and garbage of twice its size.
    const more = this.#length === 0 ? this.#lastBytes * 1.25 : 2 * this.#bytes.length
    const bytes = Buffer.allocUnsafeSlow(Math.ceil(Math.max(needed, Math.min(more, LARGE_BYTES), FIRST_BYTES)))
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }
}

/** Each answer of a broker has its own list. */
function isSame(a: AbortedRecords, b: AbortedRecords): boolean {
  return a.producerId === b.producerId && a.firstOffset === b.firstOffset
}
