// What receivers have taken in, between them and the batches: where each partition stands, the blocks that wait, and what
// keeps receivers from going on.
//
// Laws: a partition is received by one receiver at a time, and only its blocks are taken; a block is stored before anything
// outside of the state file says so.

import { assertFollows, type Block, type BlockStore, type StoredBlock } from '../../../block.ts'
import type { Clock } from '../../../clock.ts'
import { type LogEnd, type Position, positionAfter } from '../../../log.ts'
import type { Notice } from '../../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../../partition-map.ts'
import { byTopicPartition, type OffsetRange, type TopicPartition } from '../../../record.ts'
import { BlockBuffers } from './block-buffers.ts'
import { LoggedBlocks } from './logged-blocks.ts'
import { MemoryBlocks } from './memory-blocks.ts'

export interface IntakeBounds {
  /** Bytes of blocks that wait, or of the write-ahead log of the file that they are in, above which nothing more is received. */
  readonly maxBytes: number
}

export class Intake {
  /** In the state file, or in memory where the log is off. */
  readonly blocks: BlockStore
  /** Not null where the log is off. */
  readonly memory: MemoryBlocks | null
  readonly buffers = new BlockBuffers()
  readonly #bounds: IntakeBounds
  /** Where receiving goes on, of each partition whose position is saved. */
  readonly #received = new PartitionMap<Position>()
  /** Who receives a partition. */
  readonly #owners = new PartitionMap<object>()
  /** Partitions that appeared since the last plan: their positions are not saved yet. */
  readonly #discovered = new PartitionMap<Position>()
  readonly #ends = new PartitionMap<number>()
  /** As of the last store. */
  #walBytes = 0
  #notices: Notice[] = []
  #failure: { readonly error: unknown } | null = null
  /** The blocks that were counted last, and what they came to. */
  #counted: { readonly blocks: readonly StoredBlock[]; readonly bytes: number } = { blocks: [], bytes: 0 }
  readonly #wakers = new Set<() => void>()

  /** `store`: the state file. */
  constructor(store: BlockStore, isLogOn: boolean, bounds: IntakeBounds) {
    this.memory = isLogOn ? null : new MemoryBlocks(store, this.buffers)
    this.blocks = this.memory ?? new LoggedBlocks(store, this.buffers)
    this.#bounds = bounds
  }

  /** Saved positions: receiving goes on behind the blocks that wait. */
  begin(positions: readonly Position[]): void {
    for (const position of received(positions, this.blocks.pending())) this.#received.set(position, position)
  }

  /** Where receiving of a partition goes on; undefined while its position is not saved. */
  standing(at: TopicPartition): Position | undefined {
    return this.#received.get(at)
  }

  get standings(): ReadonlyPartitionMap<Position> {
    return this.#received
  }

  /** A partition that was met for the first time, and where it begins. */
  discover(position: Position): void {
    if (!this.#received.has(position) && !this.#discovered.has(position)) this.#discovered.set(position, position)
    this.wake()
  }

  /** What a plan has to save; those that the last call gave are saved by now. */
  takeDiscovered(): readonly Position[] {
    const taken = [...this.#discovered.values()].sort(byTopicPartition)
    for (const position of taken) this.#discovered.delete(position)
    return taken
  }

  /** The positions are saved: they may be received. */
  saved(positions: readonly Position[]): void {
    for (const position of positions) if (!this.#received.has(position)) this.#received.set(position, position)
    this.wake()
  }

  own(at: TopicPartition, owner: object): void {
    this.#owners.set(at, owner)
  }

  disown(at: TopicPartition, owner: object): void {
    if (this.#owners.get(at) === owner) this.#owners.delete(at)
    this.wake()
  }

  /** Whether a receiver has a partition of which no position is saved, or about to be. */
  get hasUnknown(): boolean {
    return [...this.#owners.keys()].some((at) => !this.#received.has(at) && !this.#discovered.has(at))
  }

  isOwned(at: TopicPartition): boolean {
    return this.#owners.has(at)
  }

  /**
   * Stores blocks of partitions that the owner still has. Throws what the store throws, and an Error (a bug, exit 70) where a
   * block does not follow what was received before; nothing is stored then.
   */
  take(blocks: readonly Block[], owner: object): void {
    const owned = blocks.filter((block) => this.#owners.get(block) === owner)
    if (owned.length === 0) return
    this.#assertFollowing(owned)
    this.blocks.append(owned)
    this.#walBytes = this.blocks.walBytes()
    for (const block of owned) this.#received.set(block, positionAfter(block))
    this.wake()
  }

  #assertFollowing(blocks: readonly Block[]): void {
    const received = new PartitionMap<number>()
    for (const block of blocks) {
      assertFollows(block, received.get(block) ?? this.#received.get(block)?.next)
      received.set(block, block.untilOffset)
    }
  }

  /** A batch was committed: the blocks that it has read to their end are of no more use. */
  release(ranges: readonly OffsetRange[]): void {
    this.memory?.release(ranges)
  }

  /**
   * Log off: what the owner has received of these partitions and is not committed is received anew from `positions` on. What
   * has another owner by now is left to it.
   */
  drop(partitions: readonly TopicPartition[], positions: readonly Position[], owner: object): void {
    const owned = partitions.filter((at) => this.#owners.get(at) === owner)
    this.memory?.drop(owned)
    const saved = PartitionMap.of(received(positions, this.blocks.pending()))
    for (const at of owned) {
      const position = saved.get(at)
      if (position !== undefined) this.#received.set(at, position)
    }
  }

  /** Summed once for each change of the blocks: it is asked for with each record batch that comes. */
  get waitingBytes(): number {
    const blocks = this.blocks.pending()
    // Asked for with each batch of a broker; the blocks are the same array until some come or go.
    if (this.#counted.blocks !== blocks) {
      this.#counted = { blocks, bytes: blocks.reduce((sum, { byteLength }) => sum + byteLength, 0) }
    }
    return this.#counted.bytes
  }

  get isFull(): boolean {
    return this.waitingBytes >= this.#bounds.maxBytes || this.isWalFull
  }

  /** The write-ahead log has grown too large; looked at with each store, and again while it is. */
  get isWalFull(): boolean {
    if (this.#walBytes >= this.#bounds.maxBytes) this.#walBytes = this.blocks.walBytes()
    return this.#walBytes >= this.#bounds.maxBytes
  }

  /** A batch takes these while receivers take in as much again. */
  get isHalfFull(): boolean {
    return this.waitingBytes >= this.#bounds.maxBytes / 2
  }

  /** Whether the brokers have more of a partition that is received here. */
  get isBehind(): boolean {
    return [...this.#ends].some(([at, end]) => this.#owners.has(at) && (this.#received.get(at)?.next ?? end) < end)
  }

  /** The brokers told where a log ends. */
  endsAt(at: TopicPartition, end: number): void {
    this.#ends.set(at, end)
  }

  latest(): readonly LogEnd[] {
    return [...this.#ends].map(([at, end]) => ({ ...at, end })).sort(byTopicPartition)
  }

  notice(notice: Notice): void {
    this.#notices.push(notice)
    this.wake()
  }

  takeNotices(): readonly Notice[] {
    const notices = this.#notices
    this.#notices = []
    return notices
  }

  /** Receiving is over; what was received before is processed first. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.wake()
  }

  /** Throws why receiving is over, where it is: to be asked when nothing is left to process. */
  assertAlive(): void {
    if (this.#failure !== null) throw this.#failure.error
  }

  get hasFailed(): boolean {
    return this.#failure !== null
  }

  wake(): void {
    for (const wake of this.#wakers) wake()
    this.#wakers.clear()
  }

  /** Resolves when something has changed, or the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done)
        this.#wakers.delete(done)
        resolve()
      }
      this.#wakers.add(done)
      signal.addEventListener('abort', done, { once: true })
    })
  }
}

/** Resolves when something has changed, after a time at the latest. */
export async function changedWithin(intake: Intake, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  await Promise.race([intake.changed(either), clock.sleep(ms, either)])
  over.abort()
}

/** Saved positions → where receiving stands: behind the last block of each partition that has one. */
export function received(positions: readonly Position[], blocks: readonly StoredBlock[]): readonly Position[] {
  const last = PartitionMap.of(blocks)
  return positions.map((position) => {
    const block = last.get(position)
    if (block === undefined) return position
    return { ...positionAfter(block), topicId: block.topicId ?? position.topicId }
  })
}
