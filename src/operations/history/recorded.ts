// The batches of a state file, to be repeated: what is known of all of them, and each in its turn.

import { getMetaText, readResume, toNumber, viewState } from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import {
  type BatchRow,
  type BatchWithRanges,
  type MoveRow,
  type RangeRow,
  readBatches,
  readMeta,
  readMoves,
  readRanges,
} from './rows.ts'

/** A partition as a source's recorded batches read it. */
export interface RecordedPartition extends Position {
  /** Where the first recorded range begins; `next` where there is none. */
  readonly start: number
  /** The lowest offset of all recorded ranges; `next` where there is none. */
  readonly lowest: number
  /** Behind the highest offset of all recorded ranges; `next` where there is none. */
  readonly highest: number
  /** Whether some of its recorded ranges are of another log than it is read from now: the topic was recreated. */
  readonly isOfOtherLog: boolean
}

/** What a state file says of the batches of one source. */
export interface RecordedHistory {
  /** Of the pipeline. */
  readonly name: string
  readonly stateId: string | null
  /** Identity of the file that its results were replaced by last; null: they never were. */
  readonly replacedBy: string | null
  readonly logId: string | null
  readonly partitions: readonly RecordedPartition[]
  /** 0: there is none. */
  readonly firstBatchId: number
  readonly lastBatchId: number
  readonly moves: readonly MoveRow[]
  /** How many records its batches have read; a record that was read again counts twice. */
  readonly records: number
}

/** Of one source. */
export function readHistory(transaction: Transaction, source: string): RecordedHistory {
  const { name, stateId } = readMeta(transaction)
  const moves = readMoves(transaction).filter((move) => move.source === source)
  const { lastBatchId, logIds, positions } = readResume(transaction)
  const first = transaction.prepare('SELECT min(batch_id) AS id FROM sprk_batches').get()?.['id']
  const starts = offsetsBy(transaction, source, 'SELECT topic, partition, from_offset AS at, min(batch_id)')
  const lowest = offsetsBy(transaction, source, 'SELECT topic, partition, min(from_offset) AS at')
  const highest = offsetsBy(transaction, source, 'SELECT topic, partition, max(until_offset) AS at')
  return {
    name,
    stateId,
    replacedBy: readReplacedBy(transaction),
    logId: logIds.get(source) ?? null,
    partitions: (positions.get(source) ?? []).map((position) => {
      const key = partitionKey(position)
      const isOfOtherLog = moves.some((move) => partitionKey(move) === key && followsOtherLog(transaction, move))
      return {
        ...position,
        start: starts.get(position) ?? position.next,
        lowest: lowest.get(position) ?? position.next,
        highest: highest.get(position) ?? position.next,
        isOfOtherLog,
      }
    }),
    firstBatchId: first === null ? 0 : toNumber(first),
    lastBatchId,
    moves,
    records: readRecords(transaction),
  }
}

/** How many records the batches of a file have read. */
export function readRecords(transaction: Transaction): number {
  const sql = 'SELECT total(processed + filtered + skipped + dead_letters) AS records FROM sprk_batches'
  return Number(transaction.prepare(sql).get()?.['records'])
}

/** Identity of the replayed file that the results were replaced by last. */
export function readReplacedBy(transaction: Transaction): string | null {
  return getMetaText(transaction, 'replaced_by')
}

function offsetsBy(transaction: Transaction, source: string, select: string): ReadonlyPartitionMap<number> {
  const rows = transaction
    .prepare(`${select} FROM sprk_batch_ranges WHERE source = ? GROUP BY topic, partition`)
    .all(source)
  return new PartitionMap(
    rows.map(({ topic, partition, at }) => [{ topic: String(topic), partition: toNumber(partition) }, toNumber(at)]),
  )
}

function followsOtherLog(transaction: Transaction, { source, topic, partition, topicId, batchId }: MoveRow): boolean {
  const sql = `SELECT 1 FROM sprk_batch_ranges
    WHERE source = ? AND topic = ? AND partition = ? AND batch_id <= ? AND topic_id <> ? LIMIT 1`
  return transaction.prepare(sql).get(source, topic, BigInt(partition), BigInt(batchId), topicId) !== undefined
}

/** The batch that has records on both sides of an offset. */
export function batchAcross(
  transaction: Transaction,
  source: string,
  { topic, partition }: TopicPartition,
  offset: number,
): number | null {
  const sql = `SELECT batch_id FROM sprk_batch_ranges
    WHERE source = ? AND topic = ? AND partition = ? AND from_offset < ? AND until_offset > ? LIMIT 1`
  const found = transaction.prepare(sql).get(source, topic, BigInt(partition), BigInt(offset), BigInt(offset))
  return found === undefined ? null : toNumber(found['batch_id'])
}

/** Batches in memory at a time. */
const PAGE = 200

/**
 * The batches behind `after`, up to `through`, with the ranges of one source, while others may be added. Throws a SprkError
 * (exit 75) where the history became another one between two pages.
 */
export function* recordedBatches(
  path: string,
  source: string,
  after: number,
  through: number,
): Generator<BatchWithRanges> {
  let last: BatchRow | null = null
  for (let at = after + 1; at <= through; at += PAGE) {
    const to = Math.min(at + PAGE - 1, through)
    const page = viewState(path, (transaction) => ({
      before: readBatches(transaction, { from: at - 1, to: at - 1 })[0],
      batches: readBatches(transaction, { from: at, to }),
      ranges: readRanges(transaction, at, to),
    }))
    if (last !== null && page.before?.digest !== last.digest) throw replaced(path)
    const ranges = new Map<number, RangeRow[]>(page.batches.map(({ batchId }) => [batchId, []]))
    for (const range of page.ranges) if (range.source === source) ranges.get(range.batchId)?.push(range)
    for (const batch of page.batches) yield { ...batch, ranges: ranges.get(batch.batchId) ?? [] }
    last = page.batches.at(-1) ?? last
  }
}

function replaced(path: string): SprkError {
  const message = `${path}: the recorded batches changed during the replay`
  return new SprkError(Exit.LOCKED, { code: 'E_FENCED', message, hint: 'start the replay again' })
}
