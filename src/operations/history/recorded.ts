// The batches of a state file, to be repeated: what is known of all of them, and each in its turn.

import { getMetaText, readResume, toNumber, viewState } from '../../checkpoint/index.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { recordsRead } from '../../progress.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { type Pruned, type PrunedRanges, readPruned, readPrunedRanges } from './pruned.ts'
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

/** A partition as a source's batches read it: those that are recorded, and those that were pruned. */
export interface RecordedPartition extends Position {
  /** Where the first range begins; `next` where there is none. */
  readonly start: number
  /** Where the first range begins that was not pruned; `next` where there is none. */
  readonly keptFrom: number
  /** The lowest offset of all ranges; `next` where there is none. */
  readonly lowest: number
  /** Behind the highest offset of all ranges; `next` where there is none. */
  readonly highest: number
  /** Whether some of its ranges are of batches that were pruned. */
  readonly isPruned: boolean
  /** Whether some of its ranges are of another log than it is read from now: the topic was recreated. */
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
  /** That is recorded; 0: there is none. */
  readonly firstBatchId: number
  readonly lastBatchId: number
  readonly pruned: Pruned
  /** Nothing is known of batches before this one: a user has deleted them. 0: there is none. */
  readonly knownFrom: number
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
  const firstBatchId = first === null ? 0 : toNumber(first)
  const pruned = readPruned(transaction)
  return {
    name,
    stateId,
    replacedBy: readReplacedBy(transaction),
    logId: logIds.get(source) ?? null,
    partitions: readPartitions(transaction, source, positions.get(source) ?? [], moves),
    firstBatchId,
    lastBatchId,
    pruned,
    knownFrom: pruned.firstBatchId || firstBatchId,
    moves,
    records: readRecords(transaction),
  }
}

function readPartitions(
  transaction: Transaction,
  source: string,
  positions: readonly Position[],
  moves: readonly MoveRow[],
): readonly RecordedPartition[] {
  const starts = offsetsBy(transaction, source, 'SELECT topic, partition, from_offset AS at, min(batch_id)')
  const lowest = offsetsBy(transaction, source, 'SELECT topic, partition, min(from_offset) AS at')
  const highest = offsetsBy(transaction, source, 'SELECT topic, partition, max(until_offset) AS at')
  const prunedRanges = new PartitionMap<PrunedRanges[]>()
  for (const ranges of readPrunedRanges(transaction)) {
    if (ranges.source === source) prunedRanges.set(ranges, [...(prunedRanges.get(ranges) ?? []), ranges])
  }
  return positions.map((position) => {
    const key = partitionKey(position)
    const pruned = prunedRanges.get(position) ?? []
    const keptFrom = starts.get(position) ?? position.next
    const isOther = (move: MoveRow) =>
      followsOtherLog(transaction, move) || pruned.some((ranges) => isOfOtherLog(ranges, move))
    return {
      ...position,
      start: pruned[0]?.fromOffset ?? keptFrom,
      keptFrom,
      ...(pruned.length === 0 && !starts.has(position)
        ? { lowest: position.next, highest: position.next }
        : {
            lowest: Math.min(...pruned.map((ranges) => ranges.lowest), lowest.get(position) ?? Infinity),
            highest: Math.max(...pruned.map((ranges) => ranges.highest), highest.get(position) ?? 0),
          }),
      isPruned: pruned.length > 0,
      isOfOtherLog: moves.some((move) => partitionKey(move) === key && isOther(move)),
    }
  })
}

/** Where an id is not known, nothing is known of the log either. */
function isOfOtherLog({ topicId, firstBatchId }: PrunedRanges, move: MoveRow): boolean {
  return topicId !== null && move.topicId !== null && topicId !== move.topicId && firstBatchId <= move.batchId
}

/** How many records the batches of a file have read, those that were pruned too. */
export function readRecords(transaction: Transaction): number {
  const sql = 'SELECT total(processed + filtered + skipped + dead_letters) AS records FROM sprk_batches'
  return Number(transaction.prepare(sql).get()?.['records']) + recordsRead(readPruned(transaction).counts)
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
 * The batches behind `after`, up to `through`, with the ranges of one source, while others may be added. Throws SprkErrors: exit
 * 75 where the history became another one between two pages, 79 where a run has pruned batches that were not read yet.
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
      pruned: readPruned(transaction).lastBatchId,
      ranges: readRanges(transaction, at, to),
    }))
    if (page.pruned > at - 1)
      throw prunedError(
        path,
        `batches ${at} to ${Math.min(page.pruned, through)} were pruned before they were repeated`,
      )
    // The batch before may have been pruned, and nothing else.
    if (last !== null && page.pruned < at - 1 && page.before?.digest !== last.digest) throw replaced(path)
    const ranges = new Map<number, RangeRow[]>(page.batches.map(({ batchId }) => [batchId, []]))
    for (const range of page.ranges) if (range.source === source) ranges.get(range.batchId)?.push(range)
    for (const batch of page.batches) yield { ...batch, ranges: ranges.get(batch.batchId) ?? [] }
    last = page.batches.at(-1) ?? last
  }
}

/** What stands where recorded batches are to be repeated that were pruned. */
export function prunedError(path: string, what: string): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_PRUNED',
    message: `${path}: ${what}`,
    hint: 'add --rebatch to make new batches of all of it, or --from-offset kept to repeat the batches that are still recorded',
  })
}

function replaced(path: string): SprkError {
  const message = `${path}: the recorded batches changed during the replay`
  return new SprkError(Exit.LOCKED, { code: 'E_FENCED', message, hint: 'start the replay again' })
}
