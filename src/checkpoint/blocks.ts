// The rows of blocks: records that receivers have stored ahead of the batches.

import { assertFollows, type Block, readToEnd, type StoredBlock } from '../block.ts'
import type { Transaction } from '../checkpoint.ts'
import { Exit, SprkError } from '../errors.ts'
import type { Gap } from '../log.ts'
import { type OffsetRange, partitionKey, type TopicPartition } from '../record.ts'
import type { Row } from './connection.ts'
import { toNumber, toText } from './resume.ts'
import { insert } from './sql.ts'

/** All but the bytes. */
const HEAD = `SELECT id, topic, topic_id, partition, from_offset, until_offset, moved_from, move_cause, leader_epoch, tail_hash, bytes
  FROM sprk_blocks`

/** In order of arrival. */
export function readHeads(transaction: Transaction, source: string): StoredBlock[] {
  return transaction.prepare(`${HEAD} WHERE source = ? ORDER BY id`).all(source).map(headOf)
}

/** Throws a SprkError with exit 74 where the block is not there, or is not what a sprk writes. */
export function readBlock(transaction: Transaction, { id }: StoredBlock): Block {
  const row = transaction.prepare('SELECT * FROM sprk_blocks WHERE id = ?').get(BigInt(id))
  const body = row?.['body']
  if (row === undefined || !(body instanceof Uint8Array)) throw missingBlock(id)
  const head = headOf(row)
  if (body.length !== head.byteLength) throw missingBlock(id)
  return { ...head, bytes: body, aborted: JSON.parse(String(row['aborted'])) }
}

/**
 * Returns what is known of the block from now on. Throws an Error (a bug) where it does not follow what is saved of its
 * partition.
 */
export function insertBlock(transaction: Transaction, source: string, block: Block, receivedAt: number): StoredBlock {
  const { topic, topicId, partition, fromOffset, untilOffset, step, leaderEpoch, tailHash, bytes, aborted } = block
  assertFollows(block, receivedOf(transaction, source, block))
  insert(transaction, 'sprk_blocks', {
    ...{ source, topic, topic_id: topicId, partition, from_offset: fromOffset, until_offset: untilOffset },
    ...{ received_at: Math.round(receivedAt), moved_from: step?.fromOffset ?? null, move_cause: step?.cause ?? null },
    ...{ leader_epoch: leaderEpoch, tail_hash: tailHash, aborted: JSON.stringify(aborted) },
    ...{ bytes: bytes.length, body: bytes },
  })
  const id = toNumber(transaction.prepare('SELECT max(id) AS id FROM sprk_blocks').get()?.['id'])
  const range = { topic, topicId, partition, fromOffset, untilOffset }
  return { id, ...range, step, leaderEpoch, tailHash, byteLength: bytes.length }
}

/** Whether a block is in the file, or was there until a batch has read it. */
export function isStored(transaction: Transaction, source: string, block: Block): boolean {
  if (block.step === null) return (receivedOf(transaction, source, block) ?? 0) >= block.untilOffset
  return readHeads(transaction, source).some(
    (head) =>
      partitionKey(head) === partitionKey(block) &&
      head.fromOffset === block.fromOffset &&
      head.untilOffset === block.untilOffset,
  )
}

/** The first offset of a partition that was not received yet; undefined where no position is saved. */
function receivedOf(
  transaction: Transaction,
  source: string,
  { topic, partition }: TopicPartition,
): number | undefined {
  const at = [source, topic, BigInt(partition)] as const
  const last = transaction
    .prepare(
      'SELECT until_offset FROM sprk_blocks WHERE source = ? AND topic = ? AND partition = ? ORDER BY id DESC LIMIT 1',
    )
    .get(...at)
  if (last !== undefined) return toNumber(last['until_offset'])
  const saved = transaction
    .prepare('SELECT next FROM sprk_offsets WHERE source = ? AND topic = ? AND partition = ?')
    .get(...at)
  return saved && toNumber(saved['next'])
}

/** Removes the blocks that a batch has read to their end. */
export function deleteBlocks(
  transaction: Transaction,
  blocks: readonly StoredBlock[],
  ranges: readonly OffsetRange[],
): void {
  const remove = transaction.prepare('DELETE FROM sprk_blocks WHERE id = ?')
  for (const { id } of readToEnd(blocks, ranges)) remove.run(BigInt(id))
}

/** The saved position has moved: the block behind the step begins there now. A step alone has nothing more to say. */
export function passStep(
  transaction: Transaction,
  source: string,
  { topic, partition, fromOffset, toOffset }: Gap,
): void {
  transaction
    .prepare(
      `UPDATE sprk_blocks SET moved_from = NULL, move_cause = NULL WHERE id = (SELECT min(id) FROM sprk_blocks
        WHERE source = ? AND topic = ? AND partition = ?) AND moved_from = ? AND from_offset = ?`,
    )
    .run(source, topic, BigInt(partition), BigInt(fromOffset), BigInt(toOffset))
  transaction
    .prepare(
      `DELETE FROM sprk_blocks WHERE source = ? AND topic = ? AND partition = ? AND moved_from IS NULL
        AND from_offset = until_offset`,
    )
    .run(source, topic, BigInt(partition))
}

/**
 * The saved position went forward without reading the blocks (a replay has read the same records from the log): removes
 * what lies before it. It may be within a block, or within a step, which then begins there.
 */
export function passBlocks(transaction: Transaction, source: string, at: TopicPartition, next: number): void {
  for (const block of readHeads(transaction, source)) {
    if (partitionKey(block) !== partitionKey(at)) continue
    const { id, fromOffset, untilOffset, step } = block
    if (untilOffset <= next) {
      transaction.prepare('DELETE FROM sprk_blocks WHERE id = ?').run(BigInt(id))
      continue
    }
    if (step === null) return
    const [from, cause] = fromOffset <= next ? [null, null] : [BigInt(next), step.cause]
    transaction
      .prepare('UPDATE sprk_blocks SET moved_from = ?, move_cause = ? WHERE id = ?')
      .run(from, cause, BigInt(id))
    return
  }
}

/** Drops the blocks of a partition, whose position is moved by hand. Returns how many there were. */
export function dropBlocks(transaction: Transaction, source: string, { topic, partition }: TopicPartition): number {
  return transaction
    .prepare('DELETE FROM sprk_blocks WHERE source = ? AND topic = ? AND partition = ?')
    .run(source, topic, BigInt(partition))
}

function headOf(row: Row): StoredBlock {
  const movedFrom = row['moved_from']
  const cause = String(row['move_cause'])
  return {
    id: toNumber(row['id']),
    topic: String(row['topic']),
    topicId: toText(row['topic_id']),
    partition: toNumber(row['partition']),
    fromOffset: toNumber(row['from_offset']),
    untilOffset: toNumber(row['until_offset']),
    step: movedFrom === null ? null : { fromOffset: toNumber(movedFrom), cause },
    leaderEpoch: row['leader_epoch'] === null ? null : toNumber(row['leader_epoch']),
    tailHash: toText(row['tail_hash']),
    byteLength: toNumber(row['bytes']),
  }
}

function missingBlock(id: number): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_CORRUPT',
    message: `the state file has lost a block of received records (sprk_blocks ${id})`,
    hint: '`sprk verify <state>` says more; restore it from a backup, or begin anew with another file under `state:`',
  })
}
