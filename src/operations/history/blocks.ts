// The blocks that wait in a state file: what receivers have stored, and no batch has processed yet.

import { type Row, toNumber } from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import { type Position, positionAt } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'

/** What waits of one partition. */
export interface Waiting extends TopicPartition {
  /** Of the last block: the log that is received. */
  readonly topicId: string | null
  readonly blocks: number
  /** As they came over the wire. */
  readonly bytes: number
  /** Received and not processed, by the difference of offsets. */
  readonly records: number
  /** The first offset that was not received yet. */
  readonly received: number
  /** Epoch milliseconds. */
  readonly oldestReceivedAt: number
}

/** Of each partition that has blocks. None in a file of an older sprk, which had no receivers. */
export function readWaiting(transaction: Transaction, source: string): ReadonlyPartitionMap<Waiting> {
  if (!hasBlocks(transaction)) return new PartitionMap()
  // A batch may have ended within the first block.
  const rows = transaction
    .prepare(
      `SELECT g.topic, g.partition, g.blocks, g.bytes, g.oldest, l.topic_id, l.until_offset,
              g.records - iif(f.moved_from IS NULL, max(o.next - f.from_offset, 0), 0) AS records
         FROM (SELECT topic, partition, count(*) AS blocks, sum(bytes) AS bytes, min(received_at) AS oldest,
                      sum(until_offset - from_offset) AS records, min(id) AS first, max(id) AS last
                 FROM sprk_blocks WHERE source = ? GROUP BY topic, partition) g
         JOIN sprk_blocks f ON f.id = g.first JOIN sprk_blocks l ON l.id = g.last
         JOIN sprk_offsets o ON o.source = ? AND o.topic = g.topic AND o.partition = g.partition`,
    )
    .all(source, source)
  return PartitionMap.of(rows.map(waitingOf))
}

/** Whether the file has the table of blocks as receivers write it. */
export function hasBlocks(transaction: Transaction): boolean {
  const sql = "SELECT 1 FROM pragma_table_info('sprk_blocks') WHERE name = 'bytes'"
  return transaction.prepare(sql).get() !== undefined
}

/** Saved positions → where receiving goes on. */
export function receivedPositions(
  positions: readonly Position[],
  waiting: ReadonlyPartitionMap<Waiting>,
): readonly Position[] {
  return positions.map((position) => {
    const at = waiting.get(position)
    return at === undefined ? position : positionAt(position, at.received, at.topicId ?? position.topicId)
  })
}

/** Of all partitions. */
export function waitingTotal(all: Iterable<Waiting>) {
  const total = { blocks: 0, bytes: 0, records: 0 }
  for (const { blocks, bytes, records } of all) {
    total.blocks += blocks
    total.bytes += bytes
    total.records += records
  }
  return total
}

function waitingOf(row: Row): Waiting {
  return {
    topic: String(row['topic']),
    partition: toNumber(row['partition']),
    topicId: row['topic_id'] === null ? null : String(row['topic_id']),
    blocks: toNumber(row['blocks']),
    bytes: toNumber(row['bytes']),
    records: toNumber(row['records']),
    received: toNumber(row['until_offset']),
    oldestReceivedAt: toNumber(row['oldest']),
  }
}
