import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../../src/checkpoint.ts'
import { Exit, SprkError } from '../../../src/errors.ts'
import { replaceResults } from '../../../src/operations/replay/swap.ts'
import { verifyState } from '../../../src/operations/verify/verify.ts'
import { keyIndexNames } from '../../../src/sinks/sqlite/key.ts'
import { blockOf } from '../../support/blocks.ts'
import { query } from '../../support/sqlite.ts'
import {
  commitRow,
  openState,
  optionsFor,
  position,
  steppingClock,
  TABLE,
  temporaryDirectory,
} from '../../support/state-file.ts'

/** Two state files that have read as far as each other: the rows of `live` are 1, 2, those of `replayed` 10, 20. */
async function files(replayedUntil = 20) {
  const directory = temporaryDirectory()
  const paths = { live: join(directory, 'live.db'), replayed: join(directory, 'replayed.db') }
  for (const [path, factor, until] of [
    [paths.live, 1n, 20],
    [paths.replayed, 10n, replayedUntil],
  ] as const) {
    const checkpoint = await openState(path, { stateId: path })
    checkpoint.register('source', 'log', [position(0, 0)])
    commitRow(checkpoint, 0, 10, factor)
    commitRow(checkpoint, 10, until, 2n * factor)
    checkpoint.close()
  }
  return paths
}

const TABLES = [
  'results',
  'sprk_batches',
  'sprk_batch_ranges',
  'sprk_offsets',
  'sprk_dead_letters',
  'sprk_moves',
  'sprk_audit',
  'sprk_meta',
]

const everything = (path: string) => TABLES.map((table) => query(path, `SELECT * FROM ${table}`))

function replace(
  { live, replayed }: { live: string; replayed: string },
  open: (transaction: Transaction) => void = TABLE,
): void {
  const { name, version } = optionsFor(live)
  const results = [{ table: 'results', reservedIndexes: keyIndexNames('results'), open }]
  replaceResults({ path: live, replayed, name, version, stateId: 'x', results, detail: 'all', clock: steppingClock() })
}

function execute(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

describe('replaceResults', () => {
  test('takes results, state and history of the replayed file, and keeps the identity of its own', async () => {
    const paths = await files()
    execute(paths.live, 'CREATE INDEX mine ON results (n)')
    execute(paths.live, 'CREATE TABLE sprk_state_old (x INTEGER) STRICT')
    execute(paths.replayed, 'CREATE TABLE sprk_state_sums (k TEXT PRIMARY KEY, sum INTEGER) STRICT, WITHOUT ROWID')
    execute(paths.replayed, "INSERT INTO sprk_state_sums VALUES ('a', 7)")
    execute(paths.replayed, 'CREATE INDEX sprk_state_by_sum ON sprk_state_sums (sum)')
    const [before] = query(paths.live, "SELECT value FROM sprk_meta WHERE key = 'epoch'")
    replace(paths)
    expect(query(paths.live, 'SELECT n FROM results')).toEqual([[10], [20]])
    expect(query(paths.live, 'SELECT * FROM sprk_state_sums')).toEqual([['a', 7]])
    const names = query(
      paths.live,
      "SELECT name FROM sqlite_schema WHERE name GLOB 'sprk_state_*' OR name = 'mine' ORDER BY 1",
    )
    expect(names.map(([name]) => name)).toEqual(['mine', 'sprk_state_by_sum', 'sprk_state_sums'])
    for (const table of ['sprk_batches', 'sprk_batch_ranges', 'sprk_offsets']) {
      expect(query(paths.live, `SELECT * FROM ${table}`)).toEqual(query(paths.replayed, `SELECT * FROM ${table}`))
    }
    const meta = new Map(query(paths.live, 'SELECT key, value FROM sprk_meta') as [string, unknown][])
    expect(meta.get('state_id')).toBe(paths.live)
    expect(meta.get('replaced_by')).toBe(paths.replayed)
    expect(meta.get('epoch')).toBe(Number(before?.[0]) + 1)
    expect(query(paths.live, 'SELECT action, batch_id, detail FROM sprk_audit')).toEqual([['replay replace', 2, 'all']])
  })

  test.each<[string, number, readonly unknown[]]>([
    [
      'keeps blocks that wait behind where the run stands',
      20,
      [
        [20, 30, null],
        [30, 40, null],
        [50, 60, 40],
      ],
    ],
    [
      'drops those of records that were repeated too',
      35,
      [
        [30, 40, null],
        [50, 60, 40],
      ],
    ],
    ['lets a step begin where the replay has ended', 45, [[50, 60, 45]]],
    ['goes on behind a step and within a block', 55, [[50, 60, null]]],
    ['drops all where the replay has passed all', 60, []],
  ])('%s', async (_, until, left) => {
    const paths = await files(until)
    const running = await openState(paths.live)
    const store = running.blocks('source')
    store.append([blockOf(0, 20, 30), blockOf(0, 30, 40)])
    store.append([blockOf(0, 50, 60, { step: { fromOffset: 40, cause: 'gone' } })])
    running.close()
    replace(paths)
    expect(query(paths.live, 'SELECT from_offset, until_offset, moved_from FROM sprk_blocks')).toEqual(left)
    expect(verifyState(paths.live).flatMap(({ problems }) => problems)).toEqual([])
    const [position] = (await openState(paths.live)).resume.positions.get('source') ?? []
    expect(position?.next).toBe(until)
  })

  test('leaves the blocks of partitions that it has not repeated', async () => {
    const paths = await files()
    const running = await openState(paths.live)
    running.register('source', 'log', [position(1, 70)])
    running.blocks('source').append([blockOf(1, 0, 5, { step: { fromOffset: 70, cause: 'another topic' } })])
    running.close()
    replace(paths)
    expect(query(paths.live, 'SELECT partition, from_offset, moved_from FROM sprk_blocks')).toEqual([[1, 0, 70]])
  })

  test('changes nothing where something fails at its end, and leaves the replayed file as it is', async () => {
    const paths = await files()
    const built = everything(paths.replayed)
    execute(paths.live, "CREATE TRIGGER late BEFORE INSERT ON sprk_audit BEGIN SELECT raise(ABORT, 'too late'); END")
    const before = everything(paths.live)
    expect(() => replace(paths)).toThrow('too late')
    expect(everything(paths.live)).toEqual(before)
    expect(everything(paths.replayed)).toEqual(built)
  })

  test('makes a table anew whose columns are others, with the indexes of its user', async () => {
    const paths = await files()
    execute(paths.replayed, 'ALTER TABLE results ADD COLUMN more TEXT')
    execute(paths.live, 'CREATE INDEX mine ON results (n)')
    replace(paths, (transaction) => {
      const columns = transaction.prepare("SELECT name FROM pragma_table_info('results', 'main')").all()
      if (columns.length === 1) throw mismatch()
      if (columns.length === 0) transaction.prepare('CREATE TABLE results (n INTEGER, more TEXT) STRICT').run()
    })
    expect(query(paths.live, 'SELECT * FROM results')).toEqual([
      [10, null],
      [20, null],
    ])
    expect(query(paths.live, "SELECT name FROM sqlite_schema WHERE name = 'mine'")).toEqual([['mine']])
  })

  test('names the index of a user that the new rows do not fit', async () => {
    const paths = await files()
    execute(paths.live, 'CREATE UNIQUE INDEX mine ON results (n)')
    execute(paths.replayed, 'UPDATE results SET n = 10')
    const before = everything(paths.live)
    expect(() => replace(paths)).toThrow(
      expect.objectContaining({
        ...{ exit: Exit.CONFIG, code: 'E_REPLACE' },
        problems: [
          {
            code: 'E_REPLACE',
            message: expect.stringContaining(
              'new rows of table results do not fit its unique index mine: UNIQUE constraint failed: results.n',
            ),
            hint: 'drop the unique index mine, and give the same command again',
          },
        ],
      }),
    )
    expect(everything(paths.live)).toEqual(before)
  })

  test('refuses a replay that has not caught up', async () => {
    const paths = await files(15)
    const before = everything(paths.live)
    expect(() => replace(paths)).toThrow(expect.objectContaining({ exit: 75, code: 'E_FENCED' }))
    expect(everything(paths.live)).toEqual(before)
  })
})

function mismatch(): Error {
  return new SprkError(Exit.CONFIG, { code: 'E_TABLE_MISMATCH', message: 'it does not fit' })
}
