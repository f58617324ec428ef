// Blocks: what a receiver has read ahead of the batches, as it came over the wire.
//
// Laws:
// - The blocks of a partition follow each other: each begins where the one before it ends, or names the step between them.
// - A step may stand alone: its block has no bytes, and ends where it begins.
// - A record is in one block. Where a block begins or ends within a record batch, both blocks have the bytes of the batch,
//   and each gives the records of its own range.

import { PartitionMap } from './partition-map.ts'
import { type OffsetRange, partitionKey } from './record.ts'

/** A transaction whose records nobody may read. */
export interface AbortedRecords {
  readonly producerId: number
  readonly firstOffset: number
}

/** What is known of a block without its bytes. */
export interface BlockHead extends OffsetRange {
  /** Not null: offsets `[step.fromOffset, fromOffset)` were lost, or read by another, before this block. */
  readonly step: { readonly fromOffset: number; readonly cause: string } | null
  /** As in the Position at `untilOffset`. */
  readonly leaderEpoch: number | null
  readonly tailHash: string | null
  /** Of `bytes`. */
  readonly byteLength: number
}

/** Whether a block has no records. */
export function isStepAlone({ fromOffset, untilOffset }: OffsetRange): boolean {
  return fromOffset === untilOffset
}

/** Throws an Error (a bug) where a block holds nothing, or does not begin, with its step, where receiving had come. */
export function assertFollows({ step, ...block }: BlockHead, received: number | undefined): void {
  const follows = step === null ? block.fromOffset : step.fromOffset
  const isSomething = block.untilOffset > block.fromOffset || (step !== null && isStepAlone(block))
  if (follows === received && isSomething) return
  const range = `${partitionKey(block)} ${block.fromOffset}…${block.untilOffset}`
  throw new Error(`block ${range} follows ${follows}, but ${received} was received`)
}

/** Those of the blocks, in order of arrival, that a batch has read to their end. */
export function readToEnd<B extends BlockHead>(blocks: readonly B[], ranges: readonly OffsetRange[]): readonly B[] {
  const read = PartitionMap.of(ranges)
  const left = new PartitionMap<true>()
  return blocks.filter((block) => {
    const range = read.get(block)
    if (range === undefined || left.has(block)) return false
    // A batch ends before a step: a move passes it, and takes it away.
    const isRead = block.step === null && block.untilOffset <= range.untilOffset
    if (!isRead) left.set(block, true)
    return isRead
  })
}

export interface Block extends BlockHead {
  /** Those that matter for reading the block. */
  readonly aborted: readonly AbortedRecords[]
  /** Whole record batches in Kafka's format. */
  readonly bytes: Uint8Array
}

/** A block in the state file. */
export interface StoredBlock extends BlockHead {
  /** Rises in order of arrival. */
  readonly id: number
}

/** What a receiver says of itself, for `status`. */
export interface ReceiverReport {
  /** From 1 on. */
  readonly number: number
  /** That it receives, as `topic/partition`. */
  readonly partitions: readonly string[]
  /** Since the run began. */
  readonly restarts: number
  /** Why it restarted last; `at` is epoch milliseconds. */
  readonly lastError: { readonly message: string; readonly at: number } | null
}

/**
 * Keeps the blocks of one source in the state file. Calls are synchronous and are not made while a transaction is open. The
 * commit of a batch removes the blocks that it has read to their end.
 */
export interface BlockStore {
  /**
   * Stores blocks in one transaction, which is durable when this returns. Throws what `Checkpoint.commit` throws, and an Error
   * (a bug, exit 70) where a block does not follow the one before it, or the saved position.
   */
  append(blocks: readonly Block[]): void
  /** In order of arrival. */
  pending(): readonly StoredBlock[]
  /** Throws a SprkError (exit 74) where the block is not there. */
  read(stored: StoredBlock): Block
  /**
   * Bytes of the write-ahead log beside the state file. It grows beyond some megabytes only while somebody who reads the file
   * keeps it from being written back.
   */
  walBytes(): number
  /**
   * Keeps what receivers say of themselves in place of what they said before. Given when something has changed. Never
   * throws: what cannot be written now goes with the next transaction.
   */
  report(receivers: readonly ReceiverReport[]): void
}
