// State files with a long history, as the commits of its batches would have left them.

import Database from 'better-sqlite3'
import { digestOf } from '../../src/checkpoint/batch-rows.ts'
import { connect } from '../../src/checkpoint/connection.ts'
import { readResume } from '../../src/checkpoint/index.ts'
import { type PruneBounds, prune } from '../../src/checkpoint/prune.ts'
import { DEFAULT_RETENTION, type Retention } from '../../src/checkpoint/retention.ts'
import { inTransaction } from '../../src/checkpoint/transaction.ts'
import { NO_COUNTS } from '../../src/progress.ts'
import { openState, position } from './state-file.ts'

export const DAY_MS = 86_400_000
/** When `steppingClock` begins. */
export const START = 1_767_225_600_000

export interface LongHistory {
  readonly batches: number
  /** Of each batch, epoch milliseconds. By default a minute after the one before, from START on. */
  readonly committedAt?: (batchId: number) => number
  /** Partitions that each batch reads one record of. By default one. */
  readonly partitions?: number
  /** How many records of each batch are dead letters. */
  readonly deadLetters?: (batchId: number) => number
}

/** Makes a sound file, of which nothing was pruned. */
export async function longHistory(path: string, history: LongHistory): Promise<void> {
  const { batches, committedAt = (id) => START + id * 60_000, partitions = 1, deadLetters = () => 0 } = history
  const ids = Array.from({ length: partitions }, (_, partition) => partition)
  const checkpoint = await openState(path)
  checkpoint.register(
    'source',
    'cluster',
    ids.map((partition) => position(partition, 0)),
  )
  checkpoint.close()
  const database = new Database(path)
  const batch = database.prepare('INSERT INTO sprk_batches VALUES (?, ?, NULL, ?, ?, 0, 0, ?, 0, 1, 2, ?, NULL)')
  const range = database.prepare("INSERT INTO sprk_batch_ranges VALUES (?, 'source', 'events', 'aa', ?, ?, ?, 100)")
  const letter = database.prepare(
    "INSERT INTO sprk_dead_letters VALUES (NULL, ?, 'source', 'events', 0, ?, 'E_BAD', 'bad', NULL, x'00', x'00')",
  )
  database.transaction(() => {
    for (let id = 1; id <= batches; id++) {
      const refused = deadLetters(id)
      const counts = { processed: partitions - refused, filtered: 0, skipped: 0, deadLetters: refused, late: 0 }
      const ranges = ids.map((partition) => ({ topic: 'events', partition, fromOffset: id - 1, untilOffset: id }))
      const digest = digestOf({ batchId: id, batchTime: START + id, counts, source: 'source', ranges })
      batch.run(id, START + id, committedAt(id), counts.processed, refused, digest)
      for (const { partition, fromOffset, untilOffset } of ranges) range.run(id, partition, fromOffset, untilOffset)
      for (let i = 0; i < refused; i++) letter.run(id, id - 1)
    }
    database.prepare('UPDATE sprk_offsets SET next = ?').run(batches)
  })()
  database.close()
}

/** Makes of its only batch, of the one-byte lines of one file, a batch for each line, all of them committed in 1970. */
export function splitBatch(path: string): void {
  const database = new Database(path)
  const [row, ...others] = database.prepare('SELECT * FROM sprk_batches JOIN sprk_batch_ranges USING (batch_id)').all()
  if (row === undefined || others.length > 0) throw new Error(`${path}: not one batch with one range`)
  const { batch_time, source, topic, topic_id, partition, until_offset } = row as Record<string, string | number>
  const batch = database.prepare('INSERT INTO sprk_batches VALUES (?, ?, NULL, ?, 1, 0, 0, 0, 0, 1, 2, ?, NULL)')
  const range = database.prepare('INSERT INTO sprk_batch_ranges VALUES (?, ?, ?, ?, ?, ?, ?, 2)')
  database.transaction(() => {
    database.exec('DELETE FROM sprk_batches; DELETE FROM sprk_batch_ranges')
    for (let id = 1; id <= Number(until_offset) / 2; id++) {
      const at = { topic: String(topic), partition: Number(partition), fromOffset: 2 * id - 2, untilOffset: 2 * id }
      const counts = { ...NO_COUNTS, processed: 1 }
      const digested = { batchId: id, batchTime: Number(batch_time), counts, source: String(source), ranges: [at] }
      batch.run(id, batch_time, id * 60_000, digestOf(digested))
      range.run(id, source, topic, topic_id, partition, at.fromOffset, at.untilOffset)
    }
  })()
  database.close()
}

/** Makes it a file that an older sprk has left. */
export function makeOld(path: string): void {
  const database = new Database(path)
  database.exec(
    "DROP TABLE sprk_pruned; DROP TABLE sprk_pruned_ranges; DELETE FROM sprk_meta WHERE key GLOB 'retain*'; PRAGMA user_version = 3",
  )
  database.close()
}

/** Of a history that is not so long. */
export const SMALL: PruneBounds = {
  keptBatches: 50,
  maxBatches: 30,
  minBatches: 10,
  maxRanges: 1000,
  maxDeadLetters: 20,
}

/** Removes what is due as the commit of a batch does that is the last one already. */
export function pruneAt(
  path: string,
  now: number,
  bounds: Partial<PruneBounds> = {},
  changes: Partial<Retention> = {},
): void {
  const connection = connect(path)
  const { lastBatchId: batchId } = readResume(connection)
  const retention = { ...DEFAULT_RETENTION, ...changes }
  inTransaction(connection, () =>
    prune(connection, retention, { batchId, deadLetters: [] }, now, { ...SMALL, ...bounds }),
  )
  connection.close()
}

/** Leaves the last batches, and removes the others at once, however old they are. */
export function pruneAllBut(path: string, keptBatches: number): void {
  pruneAt(path, Number.MAX_SAFE_INTEGER, { keptBatches, maxBatches: 100_000, minBatches: 1, maxRanges: 1_000_000 })
}
