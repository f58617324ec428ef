// Each law of a state file is broken by hand, and verify names it.

import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { verifyState } from '../../../src/operations/verify/verify.ts'
import { batchOf, openState, position, range, steppingClock, temporaryDirectory } from '../../support/state-file.ts'

const indexes = ['sprk_key_results', 'sprk_nullkey_results']
const KEYED = { id: 'sqlite', kind: 'sqlite', canonical: 'merge "results"\nkey n', table: 'results', indexes }
const fingerprint = { steps: [KEYED], plan: 'plan one' }
const keys = [
  'CREATE TABLE IF NOT EXISTS results (n INTEGER) STRICT',
  'CREATE UNIQUE INDEX IF NOT EXISTS sprk_key_results ON results (n) WHERE n IS NOT NULL',
  'CREATE UNIQUE INDEX IF NOT EXISTS sprk_nullkey_results ON results ((1)) WHERE n IS NULL',
]
const onOpen = keys.map((sql) => (transaction: { prepare(sql: string): { run(): number } }) => {
  transaction.prepare(sql).run()
})
const counts = { processed: 7, filtered: 2, skipped: 0, deadLetters: 1, late: 0 }
const letter = (offset: number) => ({
  ...{ topic: 'events', partition: 0, offset, code: 'E_BAD', reason: 'bad' },
  ...{ key: null, value: null, headers: new Uint8Array() },
})

/** Five batches of two partitions, with a move of one of them behind batch 3. */
async function soundFile(): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint = await openState(path, { fingerprint, onOpen, clock: steppingClock() })
  checkpoint.register('source', null, [position(0, 0), position(1, 5)])
  const commit = (batchId: number, from: number, other: number) => {
    const ranges = [range(0, from, from + 10), range(1, other, other + 3)]
    const batch = batchOf(batchId, ranges, { counts, deadLetters: [letter(from)] })
    checkpoint.commit(batch, (transaction) => {
      transaction.prepare('INSERT INTO results VALUES (?)').run(BigInt(batchId))
    })
  }
  for (const batchId of [1, 2, 3]) commit(batchId, batchId * 10 - 10, batchId * 3 + 2)
  const moved = { topic: 'events', partition: 0, topicId: null, fromOffset: 30, toOffset: 100, cause: 'a gap' }
  checkpoint.move('source', [moved])
  for (const batchId of [4, 5]) commit(batchId, batchId * 10 + 60, batchId * 3 + 2)
  checkpoint.close()
  return path
}

function broken(path: string, sql: string): string {
  const copy = join(temporaryDirectory(), 'broken.db')
  copyFileSync(path, copy)
  const database = new Database(copy)
  database.unsafeMode()
  database.pragma('writable_schema = ON')
  database.exec(sql)
  database.close()
  return copy
}

/** Name of the check → its problems, where it has some. */
const problemsOf = (path: string) =>
  Object.fromEntries(
    verifyState(path)
      .filter(({ problems }) => problems.length > 0)
      .map(({ name, problems }) => [name, problems]),
  )

test('says which indexes it cannot know, in a file of a version that did not save them', async () => {
  const path = broken(
    await soundFile(),
    "DELETE FROM sprk_meta WHERE key GLOB 'indexes:*'; DROP INDEX sprk_key_results",
  )
  expect(problemsOf(path)).toEqual({})
  const left = verifyState(path).flatMap(({ name, unchecked }) => unchecked.map((line) => [name, line]))
  expect(left).toEqual([['tables', 'results: which unique indexes it needs is known after the next run']])
})

const CASES: readonly [title: string, sql: string, problems: Readonly<Record<string, unknown>>][] = [
  [
    'a batch that is gone',
    'DELETE FROM sprk_batches WHERE batch_id = 2; DELETE FROM sprk_batch_ranges WHERE batch_id = 2; DELETE FROM sprk_dead_letters WHERE batch_id = 2',
    {
      batches: ['batch 3 follows batch 1'],
      ranges: ['events/0: batch 3 begins at 20, where 10 was next', 'events/1: batch 3 begins at 11, where 8 was next'],
    },
  ],
  [
    'ranges without their batch',
    'DELETE FROM sprk_batches WHERE batch_id = 5',
    {
      batches: ['batch 5 has ranges, but no row', 'batch 5 has ranges, but no row'],
      ranges: ['events/0: the position is 120, where 110 was next', 'events/1: the position is 20, where 17 was next'],
      'dead letters': undefined,
    },
  ],
  [
    'time that goes back',
    'UPDATE sprk_batches SET batch_time = 1 WHERE batch_id = 4',
    { batches: ['batch 4 has an earlier time than the one before'], digests: ['batch 4 has another one'] },
  ],
  [
    'counts that no range can hold',
    'UPDATE sprk_batches SET processed = 70 WHERE batch_id = 1',
    { batches: ['batch 1 counts 73 records in ranges of 13 offsets'], digests: ['batch 1 has another one'] },
  ],
  [
    'counts below zero',
    'UPDATE sprk_batches SET late = -1 WHERE batch_id = 1',
    { batches: ['batch 1 counts less than none'], digests: ['batch 1 has another one'] },
  ],
  [
    'a range that was shifted',
    'UPDATE sprk_batch_ranges SET from_offset = 9, until_offset = 19 WHERE batch_id = 2 AND partition = 0',
    {
      digests: ['batch 2 has another one'],
      ranges: ['events/0: batch 2 begins at 9, where 10 was next', 'events/0: batch 3 begins at 20, where 19 was next'],
      'dead letters': undefined,
    },
  ],
  [
    'an empty range',
    'UPDATE sprk_batch_ranges SET until_offset = from_offset WHERE batch_id = 5 AND partition = 1',
    {
      digests: ['batch 5 has another one'],
      ranges: ['events/1: batch 5 read 17 to 17', 'events/1: the position is 20, where 17 was next'],
    },
  ],
  [
    'a position that stands elsewhere',
    'UPDATE sprk_offsets SET next = 121 WHERE partition = 0',
    { ranges: ['events/0: the position is 121, where 120 was next'] },
  ],
  [
    'a position that is gone',
    'DELETE FROM sprk_offsets WHERE partition = 0',
    { ranges: ['events/0: was read up to 120, and has no position'] },
  ],
  ['a move that is gone', 'DELETE FROM sprk_moves', { ranges: ['events/0: batch 4 begins at 100, where 30 was next'] }],
  [
    'a move from elsewhere',
    'UPDATE sprk_moves SET from_offset = 31',
    { ranges: ['events/0: move 1 begins at 31, where 30 was next'] },
  ],
  [
    'a dead letter that is gone',
    'DELETE FROM sprk_dead_letters WHERE batch_id = 3',
    { 'dead letters': ['batch 3 counted 1, 0 are kept'] },
  ],
  [
    'a dead letter of another range',
    'UPDATE sprk_dead_letters SET "offset" = 99 WHERE batch_id = 3',
    { 'dead letters': ['events/0 offset 99 is in no range of its batch 3'] },
  ],
  ['a table of ours that is gone', 'DROP TABLE sprk_outbox', { tables: ['sprk_outbox is missing'] }],
  [
    'a history that is gone',
    'DROP TABLE sprk_batches',
    {
      tables: ['sprk_batches is missing'],
      batches: [expect.stringContaining('sprk_batches')],
      digests: [expect.stringContaining('sprk_batches')],
      ranges: [expect.stringContaining('sprk_batches')],
      'dead letters': [expect.stringContaining('sprk_batches')],
    },
  ],
  [
    'results that are gone',
    'DROP TABLE results',
    {
      tables: [
        'results is missing, with the results of the batches',
        'results has lost its unique index sprk_key_results',
        'results has lost its unique index sprk_nullkey_results',
      ],
    },
  ],
  [
    'the index of a key that is gone',
    'DROP INDEX sprk_key_results',
    { tables: ['results has lost its unique index sprk_key_results'] },
  ],
  [
    'the index of the row with NULL that is gone',
    'DROP INDEX sprk_nullkey_results',
    { tables: ['results has lost its unique index sprk_nullkey_results'] },
  ],
  [
    'an index that lacks rows',
    `CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'sprk_key_results';
     DELETE FROM sqlite_schema WHERE name = 'sprk_key_results'; PRAGMA writable_schema = RESET;
     INSERT INTO results VALUES (9); PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM kept`,
    { file: expect.arrayContaining([expect.stringContaining('sprk_key_results')]) },
  ],
  [
    'a number that nobody can count to',
    'UPDATE sprk_batches SET processed = 9007199254740993 WHERE batch_id = 1',
    {
      batches: ['cannot be read: the state file has a value that no sprk writes: not a safe integer: 9007199254740993'],
      digests: ['cannot be read: the state file has a value that no sprk writes: not a safe integer: 9007199254740993'],
      ranges: ['cannot be read: the state file has a value that no sprk writes: not a safe integer: 9007199254740993'],
    },
  ],
]

describe('verifyState', () => {
  test('finds nothing in a sound file, whole, pruned, or of a former version', async () => {
    const path = await soundFile()
    expect(verifyState(path).map(({ name, problems }) => [name, problems])).toEqual(
      ['file', 'tables', 'batches', 'digests', 'ranges', 'dead letters', 'blocks'].map((name) => [name, []]),
    )
    for (const first of [3, 4, 5]) {
      const prune = ['sprk_batches', 'sprk_batch_ranges'].map(
        (table) => `DELETE FROM ${table} WHERE batch_id < ${first}`,
      )
      expect(problemsOf(broken(path, prune.join(';'))), `from ${first}`).toEqual({})
    }
    const moveless = 'DELETE FROM sprk_batch_ranges WHERE batch_id < 4; DELETE FROM sprk_batches WHERE batch_id < 4'
    expect(problemsOf(broken(path, `${moveless}; DROP TABLE sprk_moves; PRAGMA user_version = 1`))).toEqual({})
  })

  test('takes it that a reset by hand drops a position, and that it begins anew', async () => {
    const path = await soundFile()
    const reset = (batchId: number) =>
      `INSERT INTO sprk_audit (at, batch_id, version, action, detail) VALUES (1, ${batchId}, '1', 'offsets reset', '')`
    expect(problemsOf(broken(path, `${reset(5)}; DELETE FROM sprk_offsets`))).toEqual({})
    expect(problemsOf(broken(path, `${reset(3)}; DELETE FROM sprk_moves`))).toEqual({})
    expect(problemsOf(broken(path, `${reset(2)}; DELETE FROM sprk_moves`))).toHaveProperty('ranges')
  })

  test('names each thing that is wrong', async () => {
    const path = await soundFile()
    for (const [title, sql, problems] of CASES) {
      const found = problemsOf(broken(path, sql))
      const wanted = Object.entries(problems).filter(([, value]) => value !== undefined)
      const ignored = Object.keys(problems).filter((name) => problems[name] === undefined)
      const seen = Object.entries(found).filter(([name]) => !ignored.includes(name))
      expect(Object.fromEntries(seen), title).toEqual(Object.fromEntries(wanted))
    }
  })

  test('names no more than ten problems of a kind', async () => {
    const path = await soundFile()
    const many = Array.from(
      { length: 12 },
      (_, i) =>
        `INSERT INTO sprk_batches SELECT ${10 + 2 * i}, batch_time, NULL, 0, 0, 0, 0, 0, 0, 0, 0, '', NULL FROM sprk_batches WHERE batch_id = 5`,
    )
    const { batches } = problemsOf(broken(path, many.join(';')))
    expect(batches).toHaveLength(11)
    expect(batches?.at(-1)).toBe('and 2 more')
  })

  test('refuses what is no state file', () => {
    const path = join(temporaryDirectory(), 'state.db')
    expect(() => verifyState(path)).toThrow(expect.objectContaining({ exit: 66, code: 'E_NO_STATE' }))
    writeFileSync(
      path,
      'no database, but long enough to have a header of a hundred bytes, or at least some more of them',
    )
    expect(() => verifyState(path)).toThrow(expect.objectContaining({ exit: 78, code: 'E_STATE_FOREIGN' }))
  })
})
