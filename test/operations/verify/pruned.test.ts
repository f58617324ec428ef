// verify over a history whose first batches were pruned: what is left of them has to fit the rest.

import { cpSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { verifyState } from '../../../src/operations/verify/verify.ts'
import { longHistory, pruneAllBut } from '../../support/long-history.ts'
import { temporaryDirectory } from '../../support/state-file.ts'

const DAY = 86_400_000
const START = 1_767_225_600_000

/** Twelve batches, four a day, of two partitions; the first nine were pruned, and the first of four dead letters. */
async function prunedFile(changes = ''): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  const deadLetters = (id: number) => (id % 3 === 0 ? 1 : 0)
  await longHistory(path, { batches: 12, partitions: 2, deadLetters, committedAt: (id) => START + id * (DAY / 4) })
  change(path, changes)
  pruneAllBut(path, 3)
  return path
}

function change(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

/** Check → its problems, of a copy that was changed. */
function problemsOf(path: string, sql = ''): Record<string, readonly string[]> {
  const copy = `${path}.copy.db`
  cpSync(path, copy)
  change(copy, sql)
  const failed = verifyState(copy).filter(({ problems }) => problems.length > 0)
  return Object.fromEntries(failed.map(({ name, problems }) => [name, problems]))
}

const FIND: readonly (readonly [title: string, sql: string, found: Record<string, readonly string[]>])[] = [
  ['nothing wrong', '', {}],
  [
    'the next batch gone too',
    'DELETE FROM sprk_batches WHERE batch_id = 10; DELETE FROM sprk_batch_ranges WHERE batch_id = 10',
    {
      batches: ['batch 11 follows batch 9'],
      ranges: [
        'events/0: batch 11 begins at 10, where 9 was next',
        'events/1: batch 11 begins at 10, where 9 was next',
      ],
    },
  ],
  [
    'a day gone',
    'DELETE FROM sprk_pruned WHERE first_batch_id = 4',
    {
      batches: ['pruned batches 8 to 9 follow batch 3'],
      'dead letters': ['all batches counted 3, 0 are kept and 4 were pruned'],
    },
  ],
  [
    'a count that was changed',
    'UPDATE sprk_pruned SET processed = processed + 1 WHERE first_batch_id = 4',
    { digests: ['pruned batches 4 to 7 have another one'], batches: expect.anything() },
  ],
  [
    'times that go back',
    `UPDATE sprk_pruned SET batch_time = ${START} WHERE first_batch_id = 4`,
    { digests: expect.anything(), batches: ['pruned batches 4 to 7 have an earlier time than those before'] },
  ],
  [
    'a batch with an earlier time than the last pruned one',
    `UPDATE sprk_batches SET batch_time = ${START} WHERE batch_id = 10`,
    { digests: expect.anything(), batches: ['batch 10 has an earlier time than the one before'] },
  ],
  [
    'ranges that ended elsewhere',
    'UPDATE sprk_pruned_ranges SET until_offset = 8 WHERE partition = 1',
    { ranges: ['events/1: batch 10 begins at 9, where 8 was next'] },
  ],
  [
    'ranges that lie elsewhere',
    'UPDATE sprk_pruned_ranges SET lowest = 1 WHERE partition = 1',
    { ranges: ['events/1: pruned batches read 0 to 9 within 1 to 9'] },
  ],
  [
    'more records than offsets',
    'UPDATE sprk_pruned_ranges SET offsets = offsets - 1',
    { batches: ['pruned batches count 18 records in ranges of 16 offsets'] },
  ],
  [
    'ranges of a pruned batch that stayed',
    "INSERT INTO sprk_batch_ranges VALUES (9, 'source', 'events', 'aa', 0, 8, 9, 1)",
    { batches: ['batch 9 has ranges, but no row'] },
  ],
  [
    'a dead letter that is neither kept nor pruned',
    "UPDATE sprk_meta SET value = 3 WHERE key = 'pruned_dead_letters'",
    { 'dead letters': ['all batches counted 4, 0 are kept and 3 were pruned'] },
  ],
]

test.each(FIND)('finds %s', async (_, sql, found) => {
  expect(problemsOf(await prunedFile(), sql)).toEqual(found)
})

test('finds batches that were missing already when others were pruned', async () => {
  const path = await prunedFile(
    'DELETE FROM sprk_batches WHERE batch_id = 5; DELETE FROM sprk_batch_ranges WHERE batch_id = 5',
  )
  expect(problemsOf(path)).toEqual({ batches: ['pruned batches 6 to 7 follow batch 4'] })
})

/** A move of the first partition after batch `batchId`, from where it stood then. */
const move = (batchId: number, to: number) =>
  `INSERT INTO sprk_moves (at, batch_id, source, topic, partition, from_offset, to_offset, cause)
   VALUES (1, ${batchId}, 'source', 'events', 0, ${batchId}, ${to}, 'reset');`
/** What later batches read of it, after that move. */
const shift = (batchId: number, by: number) =>
  `UPDATE sprk_batch_ranges SET from_offset = from_offset + ${by}, until_offset = until_offset + ${by}
    WHERE batch_id > ${batchId} AND partition = 0;`
const position = (next: number) => `UPDATE sprk_offsets SET next = ${next} WHERE partition = 0;`
const skipDigests = ({ digests: _, 'dead letters': __, ...others }: Record<string, readonly string[]>) => others

test.each([5, 8, 9, 10])('follows a position that was moved after batch %i', async (after) => {
  const path = await prunedFile(`${move(after, after + 100)}${shift(after, 100)}${position(112)}`)
  expect(skipDigests(problemsOf(path))).toEqual({})
  expect(skipDigests(problemsOf(path, position(111)))).toHaveProperty('ranges')
})

test('follows a position that was moved while pruned batches read other partitions only', async () => {
  const idle = 'DELETE FROM sprk_batch_ranges WHERE partition = 0 AND batch_id > 5;'
  const path = await prunedFile(`${idle}${move(5, 40)}${position(40)}`)
  expect(problemsOf(path)).not.toHaveProperty('ranges')
  expect(problemsOf(path, 'DELETE FROM sprk_moves')).toMatchObject({
    ranges: ['events/0: the position is 40, where 5 was next'],
  })
})

test('takes it that the first batches were deleted by hand before others were pruned', async () => {
  const path = await prunedFile(
    'DELETE FROM sprk_batches WHERE batch_id < 4; DELETE FROM sprk_batch_ranges WHERE batch_id < 4',
  )
  expect(problemsOf(path)).toEqual({})
})
