// Old batches and dead letters leave the file in the transactions of new batches.

import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { connect } from '../../src/checkpoint/connection.ts'
import { prune } from '../../src/checkpoint/prune.ts'
import { DEFAULT_RETENTION } from '../../src/checkpoint/retention.ts'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { DAY_MS, type LongHistory, longHistory, makeOld, pruneAt, SMALL, START } from '../support/long-history.ts'
import { query } from '../support/sqlite.ts'
import { batchOf, openState, range, steppingClock, temporaryDirectory } from '../support/state-file.ts'

/** Far above all that the first batches were committed at. */
const LATE = START + 1000 * DAY_MS
const everyTenth = (id: number) => (id % 10 === 0 ? 1 : 0)
const hourly = (id: number) => START + id * 3_600_000

/** A file with 200 batches. */
async function stateWith(history: Partial<LongHistory> = {}): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  await longHistory(path, { batches: 200, committedAt: hourly, ...history })
  return path
}

const firstOf = (path: string) => query(path, 'SELECT min(batch_id) FROM sprk_batches')[0]?.[0]
const lettersOf = (path: string) => query(path, 'SELECT count(*), min(batch_id) FROM sprk_dead_letters')[0]
const problemsOf = (path: string) => verifyState(path).flatMap(({ name, problems }) => problems.map((it) => [name, it]))

/** One batch more, with a record of the first partition. */
function commitOne(checkpoint: Checkpoint, changes: Parameters<typeof batchOf>[2] = {}): void {
  const next = nextOf(checkpoint)
  const counts = { processed: 1, filtered: 0, skipped: 0, deadLetters: 0, late: 0 }
  const batchId = checkpoint.resume.lastBatchId + 1
  const batch = batchOf(batchId, [{ ...range(0, next, next + 1), topicId: 'aa' }], { counts, ...changes })
  checkpoint.commit({ ...batch, batchTime: START + batchId }, () => {})
}

const nextOf = ({ resume }: Checkpoint) => resume.positions.get('source')?.[0]?.next ?? 0

describe('batches', () => {
  test('go a thousand at a time, and the newest ten thousand stay', async () => {
    const path = await stateWith({ batches: 12_500 })
    const checkpoint = await openState(path, { clock: steppingClock(LATE) })
    for (const first of [1001, 2001, 2504, 2504]) {
      commitOne(checkpoint)
      expect(firstOf(path)).toBe(first)
    }
    expect(query(path, 'SELECT count(*), min(batch_id) FROM sprk_batch_ranges')).toEqual([[10_001, 2504]])
    expect(problemsOf(path)).toEqual([])
  })

  test('stay until they are as old as `retain` says', async () => {
    const path = await stateWith()
    const [later, day] = [START + 100 * 3_600_000, { batchesMs: DAY_MS }]
    for (const first of [31, 61, 76, 76]) {
      pruneAt(path, later, {}, day)
      expect(firstOf(path)).toBe(first)
    }
    expect(problemsOf(path)).toEqual([])
  })

  test('wait while only a few are due', async () => {
    const path = await stateWith()
    pruneAt(path, LATE, { keptBatches: 191 })
    expect(firstOf(path)).toBe(1)
    pruneAt(path, LATE, { keptBatches: 190 })
    expect(firstOf(path)).toBe(11)
  })

  test('go fewer at a time where they have many ranges, and always two', async () => {
    const path = await stateWith({ partitions: 8 })
    pruneAt(path, LATE, { maxRanges: 100 })
    expect(firstOf(path)).toBe(13)
    pruneAt(path, LATE, { maxRanges: 5 })
    expect(firstOf(path)).toBe(15)
    // Nor more than are due.
    pruneAt(path, LATE, { maxRanges: 5, minBatches: 1, keptBatches: 185 })
    expect(firstOf(path)).toBe(16)
    expect(problemsOf(path)).toEqual([])
  })

  test('leave totals by day, and where each partition was read', async () => {
    const path = await stateWith({ deadLetters: everyTenth })
    for (let i = 0; i < 4; i++) pruneAt(path, LATE, { keptBatches: 150 })
    const columns = 'first_batch_id, last_batch_id, batch_time, committed_at, processed, dead_letters'
    expect(query(path, `SELECT ${columns} FROM sprk_pruned`)).toEqual([
      [1, 23, START + 23, hourly(23), 21, 2],
      [24, 47, START + 47, hourly(47), 22, 2],
      [48, 50, START + 50, hourly(50), 2, 1],
    ])
    const ranges = 'topic_id, first_batch_id, last_batch_id, from_offset, until_offset, lowest, highest, offsets, bytes'
    expect(query(path, `SELECT ${ranges} FROM sprk_pruned_ranges`)).toEqual([['aa', 1, 50, 0, 50, 0, 50, 50, 5000]])
  })

  test('stay together in one day where the clock was put back', async () => {
    const path = await stateWith({ committedAt: (id) => hourly(id === 3 ? 60 : id) })
    pruneAt(path, LATE)
    expect(query(path, 'SELECT first_batch_id, last_batch_id, committed_at FROM sprk_pruned')).toEqual([
      [1, 2, hourly(2)],
      [3, 30, hourly(60)],
    ])
    expect(problemsOf(path)).toEqual([])
  })
})

test('batches that a user has deleted are in no way', async () => {
  const path = await stateWith({ batches: 60, committedAt: (id) => START + id * (DAY_MS / 4) })
  const database = new Database(path)
  database.exec('DELETE FROM sprk_batches WHERE batch_id IN (3, 8, 17, 18)')
  database.close()
  pruneAt(path, LATE, { minBatches: 1, maxBatches: 2 })
  pruneAt(path, LATE, { minBatches: 1, keptBatches: 40 })
  expect(query(path, 'SELECT first_batch_id, last_batch_id FROM sprk_pruned')).toEqual([
    [1, 2],
    [4, 7],
    [9, 11],
    [12, 15],
    [16, 16],
    [19, 19],
    [20, 20],
  ])
  expect(firstOf(path)).toBe(21)
})

describe('dead letters', () => {
  test('go by their own age, those of pruned batches by the end of their day', async () => {
    const path = await stateWith({ deadLetters: everyTenth })
    for (let i = 0; i < 6; i++) pruneAt(path, LATE, {}, { deadLettersMs: Infinity })
    expect([firstOf(path), lettersOf(path)]).toEqual([151, [20, 10]])
    pruneAt(path, hourly(23) + 90 * DAY_MS)
    expect(lettersOf(path)).toEqual([20, 10])
    pruneAt(path, hourly(23) + 90 * DAY_MS + 1)
    expect(lettersOf(path)).toEqual([18, 30])
    pruneAt(path, hourly(160) + 90 * DAY_MS + 1)
    expect(lettersOf(path)).toEqual([4, 170])
    expect(query(path, "SELECT key, value FROM sprk_meta WHERE key GLOB 'pruned*'")).toEqual([
      ['pruned_dead_letters', 16],
      ['pruned_dead_letters_through', 160],
    ])
    expect(problemsOf(path)).toEqual([])
  })

  test('go before their batches where they are kept for less long', async () => {
    const path = await stateWith({ deadLetters: everyTenth })
    pruneAt(path, hourly(100), {}, { deadLettersMs: DAY_MS })
    expect([firstOf(path), lettersOf(path)]).toEqual([1, [13, 80]])
    expect(problemsOf(path)).toEqual([])
  })

  test('go up to a bound, in the middle of a batch too', async () => {
    const path = await stateWith({ batches: 3, deadLetters: (id) => 20 * id, partitions: 60 })
    pruneAt(path, LATE, { maxDeadLetters: 30 })
    expect(lettersOf(path)).toEqual([90, 2])
    pruneAt(path, LATE, { maxDeadLetters: 10 })
    expect(lettersOf(path)).toEqual([80, 2])
  })

  test('go as many as two batches bring, where that is more than the bound', async () => {
    const path = await stateWith({ batches: 3, deadLetters: () => 100 })
    const connection = connect(path)
    prune(connection, DEFAULT_RETENTION, { batchId: 3, deadLetters: Array(75).fill(null) }, LATE, SMALL)
    connection.close()
    expect(lettersOf(path)).toEqual([150, 2])
  })
})

test('a new file keeps 30 days; one that an older sprk made keeps all, unless the pipeline says how long', async () => {
  const nothing = { batchesMs: null, deadLettersMs: null }
  const forever = { batchesMs: Infinity, deadLettersMs: Infinity }
  const [fresh, old] = [await stateWith({ batches: 10_200 }), await stateWith({ batches: 10_200 })]
  makeOld(old)
  for (const [path, retain, first] of [
    [old, nothing, 1],
    [old, { batchesMs: 30 * DAY_MS, deadLettersMs: null }, 'floor'],
    [fresh, forever, 1],
    [fresh, nothing, 'floor'],
  ] as const) {
    const checkpoint = await openState(path, { clock: steppingClock(LATE), retain })
    commitOne(checkpoint)
    checkpoint.close()
    expect(firstOf(path)).toBe(first === 'floor' ? floorOf(path) : first)
  }
  const kept = "SELECT key, value FROM sprk_meta WHERE key GLOB 'retain*'"
  expect(query(old, kept)).toEqual([])
  expect(query(fresh, kept)).toEqual([
    ['retain_batches', 30 * DAY_MS],
    ['retain_dead_letters', 90 * DAY_MS],
  ])
})

/** The first of the newest ten thousand. */
const floorOf = (path: string) => Number(query(path, 'SELECT max(batch_id) FROM sprk_batches')[0]?.[0]) - 10_000 + 1
