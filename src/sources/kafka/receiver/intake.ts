// What receivers have taken in, between them and the batches: where each partition stands, the blocks that wait, and what
// keeps receivers from going on.
//
// Laws: a partition is received by one receiver at a time, and only its blocks are taken; a block is stored before anything
// outside of the state file says so.

import type { Block, BlockStore, StoredBlock } from '../../../block.ts'
import type { LogEnd, Position } from '../../../log.ts'
import type { Notice } from '../../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../../record.ts'
import { MemoryBlocks } from './memory-blocks.ts'

export interface IntakeBounds {
  /** Bytes of blocks that wait, above which nothing more is received. */
  readonly maxBytes: number
}

export class Intake {
  /** In the state file, or in memory where the log is off. */
  readonly blocks: BlockStore
  /** Not null where the log is off. */
  readonly memory: MemoryBlocks | null
  readonly #bounds: IntakeBounds
  /** Where receiving goes on, of each partition whose position is saved. */
  readonly #received = new PartitionMap<Position>()
  /** Who receives a partition. */
  readonly #owners = new PartitionMap<object>()
  /** Partitions that appeared since the last plan: their positions are not saved yet. */
  readonly #discovered = new PartitionMap<Position>()
  readonly #ends = new PartitionMap<number>()
  /** Bytes of the blocks that waited when they were last summed up; another list is other blocks. */
  #summed: { readonly blocks: readonly StoredBlock[]; readonly bytes: number } = { blocks: [], bytes: 0 }
  #notices: Notice[] = []
  #failure: { readonly error: unknown; readonly isAfterBlocks: boolean } | null = null
  readonly #wakers = new Set<() => void>()

  /** `store`: the state file. */
  constructor(store: BlockStore, isLogOn: boolean, bounds: IntakeBounds) {
    this.memory = isLogOn ? null : new MemoryBlocks(store)
    this.blocks = this.memory ?? store
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

  isOwned(at: TopicPartition): boolean {
    return this.#owners.has(at)
  }

  /** Stores blocks of partitions that the owner still has. Throws what the store throws; nothing is stored then. */
  take(blocks: readonly Block[], owner: object): void {
    const owned = blocks.filter((block) => this.#owners.get(block) === owner)
    if (owned.length === 0) return
    this.blocks.append(owned)
    for (const { topic, partition, topicId, untilOffset, leaderEpoch, tailHash } of owned) {
      this.#received.set({ topic, partition }, { topic, partition, topicId, next: untilOffset, leaderEpoch, tailHash })
    }
    this.wake()
  }

  /** Log off: what was received of these partitions and is not committed is received anew from `positions` on. */
  drop(partitions: readonly TopicPartition[], positions: readonly Position[]): void {
    this.memory?.drop(partitions)
    const saved = PartitionMap.of(received(positions, this.blocks.pending()))
    for (const at of partitions) {
      const position = saved.get(at)
      if (position !== undefined) this.#received.set(at, position)
    }
  }

  /** Asked for each batch that is fetched, while thousands of blocks may wait. */
  get waitingBytes(): number {
    const blocks = this.blocks.pending()
    if (this.#summed.blocks !== blocks) {
      this.#summed = { blocks, bytes: blocks.reduce((sum, { byteLength }) => sum + byteLength, 0) }
    }
    return this.#summed.bytes
  }

  get isFull(): boolean {
    return this.waitingBytes >= this.#bounds.maxBytes
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

  /** Receiving is over. `isAfterBlocks`: what was received before is processed first. */
  fail(error: unknown, { isAfterBlocks = false } = {}): void {
    this.#failure ??= { error, isAfterBlocks }
    this.wake()
  }

  /** Throws why receiving is over, where it is. */
  assertAlive(): void {
    if (this.#failure === null) return
    if (!this.#failure.isAfterBlocks || this.blocks.pending().length === 0) throw this.#failure.error
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

/** Saved positions → where receiving stands: behind the last block of each partition that has one. */
export function received(positions: readonly Position[], blocks: readonly StoredBlock[]): readonly Position[] {
  const last = PartitionMap.of(blocks)
  return positions.map((position) => {
    const block = last.get(position)
    if (block === undefined) return position
    const { topicId, untilOffset, leaderEpoch, tailHash } = block
    return { ...position, topicId: topicId ?? position.topicId, next: untilOffset, leaderEpoch, tailHash }
  })
}
