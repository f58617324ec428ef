// Reads the records of blocks: the same decoding as that of answers of brokers.

import type { AbortedRecords, Block, BlockStore, StoredBlock } from '../../../block.ts'
import { Exit, SprkError } from '../../../errors.ts'
import { loadCodecs } from '../../../kafka/protocol/compression.ts'
import { RecordColumns } from '../../../kafka/protocol/records.ts'
import { openLog, type PartitionLog } from '../../../kafka/reading/partition-log.ts'
import { CHUNK_BYTES, CHUNK_RECORDS } from '../../../kafka/reading/reader.ts'
import type { EffectiveRange, Position } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import { type Chunk, type OffsetRange, partitionKey } from '../../../record.ts'
import type { Limits } from '../../../source.ts'

/** What the reading of a batch has left. */
interface Left {
  bytes: number
  readonly room: () => number
  atLeastOne: boolean
}

export class BlockReader {
  readonly #blocks: BlockStore
  readonly #columns = new RecordColumns(CHUNK_RECORDS)

  constructor(blocks: BlockStore) {
    this.#blocks = blocks
  }

  /**
   * The records of each range, one partition behind the other, up to `maxBytes` of them as they are in memory; a record is
   * read however long it is. Each range has to be covered by blocks. Throws a SprkError for what cannot be decoded.
   */
  async *read(
    ranges: readonly OffsetRange[],
    { maxBytes, room = () => Infinity }: Pick<Limits, 'maxBytes' | 'room'>,
  ): AsyncGenerator<Chunk, readonly EffectiveRange[]> {
    const left: Left = { bytes: maxBytes, room, atLeastOne: true }
    const read: EffectiveRange[] = []
    const byPartition = new PartitionMap<StoredBlock[]>()
    for (const block of this.#blocks.pending()) {
      const known = byPartition.get(block)
      if (known === undefined) byPartition.set(block, [block])
      else known.push(block)
    }
    for (const range of ranges) {
      const effective = yield* this.#readRange(range, byPartition.get(range) ?? [], left)
      if (effective.untilOffset > range.fromOffset) read.push(effective)
      if (effective.untilOffset < range.untilOffset) break // the byte bound
    }
    return read
  }

  async *#readRange(
    range: OffsetRange,
    blocks: readonly StoredBlock[],
    left: Left,
  ): AsyncGenerator<Chunk, EffectiveRange> {
    let reached: Position = { ...range, next: range.fromOffset, leaderEpoch: null, tailHash: null }
    let bytes = 0
    for (const stored of blocks) {
      if (stored.untilOffset <= reached.next) continue
      if (stored.fromOffset > reached.next || reached.next >= range.untilOffset) break
      const block = this.#blocks.read(stored)
      const log = logOf(block, reached)
      await loadCodecs(log.codecs)
      const until = Math.min(block.untilOffset, range.untilOffset)
      yield* this.#readLog(log, until, left)
      log.ended(until)
      bytes += log.bytesRead
      const { next, leaderEpoch, tailHash } = log
      const isWhole = next === block.untilOffset
      reached = { ...reached, next, leaderEpoch, tailHash: isWhole ? (block.tailHash ?? tailHash) : tailHash }
      if (next < until) break
    }
    const { next: untilOffset, leaderEpoch, tailHash } = reached
    return { ...range, untilOffset, bytes: Math.round(bytes), leaderEpoch, tailHash }
  }

  *#readLog(log: PartitionLog, untilOffset: number, left: Left): Generator<Chunk> {
    for (;;) {
      const before = log.recordBytes
      const chunkBytes = Math.min(left.room(), CHUNK_BYTES)
      if (chunkBytes === 0) return
      const bounds = { untilOffset, maxBytes: left.bytes, chunkBytes, atLeastOne: left.atLeastOne }
      const chunk = log.read(this.#columns, bounds)
      left.bytes -= log.recordBytes - before
      if (chunk === null) break
      left.atLeastOne = false
      yield chunk
    }
    // What was read to its end has nothing more below the end of the block.
    if (log.isEmpty && log.position < untilOffset) throw damaged(log, untilOffset)
  }
}

/** The bytes of a block as if a broker had just sent them. */
function logOf(block: Block, { next, leaderEpoch, tailHash }: Position): PartitionLog {
  const { topic, partition, topicId, untilOffset, aborted } = block
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length)
  const log = openLog({ topic, partition, topicId, next, leaderEpoch, tailHash })
  const [highWatermark, lastStableOffset] = [untilOffset, untilOffset]
  const fetched = { topic, partition, errorCode: 0, highWatermark, lastStableOffset, aborted }
  log.add({ ...fetched, start: 0, end: bytes.length }, { bytes, users: 0 })
  return log
}

/** Only the last record counts; few are read to find it. */
const lastOnly = new RecordColumns(64)

/** The tail hash behind a batch; that of the position where the batch has no record, or cannot be decoded yet. */
export function tailOf(bytes: Buffer, aborted: readonly AbortedRecords[], position: Position): string | null {
  // Nearly always the last offset has a record: the ones before it are passed over.
  const { next, tailHash } = position
  return tailFrom(next - 1, bytes, aborted, position) ?? tailFrom(0, bytes, aborted, position) ?? tailHash
}

function tailFrom(
  fromOffset: number,
  bytes: Buffer,
  aborted: readonly AbortedRecords[],
  { topic, partition, topicId, next }: Position,
): string | null {
  const at = { topic, partition, topicId, fromOffset, untilOffset: next, step: null, leaderEpoch: null, tailHash: null }
  const log = logOf({ ...at, aborted, bytes, byteLength: bytes.length }, { ...at, next: fromOffset })
  while (
    log.read(lastOnly, { ...{ untilOffset: next, maxBytes: Infinity, chunkBytes: Infinity }, atLeastOne: true }) !==
    null
  );
  return log.tailHash
}

function damaged(log: PartitionLog, untilOffset: number): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_CORRUPT',
    message: `${partitionKey(log)}: the block of received records up to offset ${untilOffset} is damaged at offset ${log.position}`,
    hint: '`sprk verify <state>` says more; restore the state file from a backup',
  })
}
