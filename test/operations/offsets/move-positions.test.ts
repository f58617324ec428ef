import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { connect } from '../../../src/checkpoint/connection.ts'
import { SCHEMA_VERSION } from '../../../src/checkpoint/schema.ts'
import { Exit, SprkError } from '../../../src/errors.ts'
import { holdState, type PositionsReset } from '../../../src/operations/offsets/move-positions.ts'
import { query } from '../../support/sqlite.ts'
import {
  batchOf,
  commitRow,
  openState,
  optionsFor,
  position,
  range,
  temporaryDirectory,
} from '../../support/state-file.ts'

const NOTHING = { source: 'source', logId: null, moves: [], begun: [], forgotten: [], cleared: [], detail: 'test' }

const gap = (partition: number, fromOffset: number, toOffset: number) => {
  return { topic: 'events', partition, topicId: 'cd'.repeat(16), fromOffset, toOffset, cause: 'reset to earliest' }
}

/** With one batch: events/0 stands at 10, events/1 at 0. */
async function used(): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint = await openState(path)
  checkpoint.register('source', 'cluster one', [position(0, 0), position(1, 0)])
  commitRow(checkpoint, 0, 10, 1n)
  checkpoint.close()
  return path
}

async function reset(path: string, change: Partial<PositionsReset>): Promise<void> {
  const held = await holdState(optionsFor(path))
  try {
    held.reset({ ...NOTHING, ...change })
  } finally {
    held.close()
  }
}

const offsets = (path: string) =>
  query(path, 'SELECT partition, next, topic_id, leader_epoch, tail_hash FROM sprk_offsets')
const epoch = (path: string) => query(path, "SELECT value FROM sprk_meta WHERE key = 'epoch'")[0]?.[0]

describe('a state file that is held', () => {
  test('moves, begins and forgets positions, with a row each, the audit and the epoch', async () => {
    const path = await used()
    const change = {
      logId: 'cluster two',
      moves: [gap(0, 10, 4)],
      begun: [position(2, 7)],
      forgotten: [position(1, 0)],
      detail: 'to earliest\nevents/0: 10 -> 4',
    }
    await reset(path, change)
    expect(offsets(path)).toEqual([
      [0, 4, 'cd'.repeat(16), null, null],
      [2, 7, null, null, null],
    ])
    expect(query(path, 'SELECT batch_id, topic, partition, from_offset, to_offset, cause FROM sprk_moves')).toEqual([
      [1, 'events', 0, 10, 4, 'reset to earliest'],
    ])
    expect(query(path, 'SELECT batch_id, version, action, detail FROM sprk_audit')).toEqual([
      [1, '0.1.0', 'offsets reset', 'to earliest\nevents/0: 10 -> 4'],
    ])
    expect(query(path, "SELECT value FROM sprk_meta WHERE key = 'log:source'")).toEqual([['cluster two']])
    expect(epoch(path)).toBe(2)
    const resumed = await openState(path)
    expect(resumed.resume.positions.get('source')?.map(({ next }) => next)).toEqual([4, 7])
    resumed.commit(batchOf(2, [range(0, 4, 10)]), () => {})
  })

  test('keeps no move of what stays where it is, but forgets the record before it', async () => {
    const path = await used()
    await reset(path, { moves: [{ ...gap(0, 10, 10), topicId: 'ab'.repeat(16) }, gap(1, 0, 0)] })
    expect(offsets(path)).toEqual([
      [0, 10, 'ab'.repeat(16), null, null],
      [1, 0, 'cd'.repeat(16), null, null],
    ])
    expect(query(path, 'SELECT * FROM sprk_moves')).toEqual([])
    // Another topic, at the same offset.
    await reset(path, { moves: [gap(0, 10, 10)] })
    expect(query(path, 'SELECT partition, from_offset, to_offset FROM sprk_moves')).toEqual([[0, 10, 10]])
  })

  test('is brought up to date where it is of an older sprk, in the same transaction', async () => {
    const path = await used()
    const old = new Database(path)
    old.exec(
      "DROP TABLE sprk_moves; DROP TABLE sprk_pruned; DROP TABLE sprk_pruned_ranges; ALTER TABLE sprk_batches DROP COLUMN rate; DELETE FROM sprk_meta WHERE key = 'state_id'; PRAGMA user_version = 1",
    )
    old.close()
    await expect(reset(path, { moves: [gap(0, 9, 4)] })).rejects.toMatchObject({ exit: 75 })
    expect(query(path, 'PRAGMA user_version')).toEqual([[1]])
    await reset(path, { moves: [gap(0, 10, 4)] })
    expect([query(path, 'PRAGMA user_version'), query(path, 'SELECT count(*) FROM sprk_moves')]).toEqual([
      [[SCHEMA_VERSION]],
      [[1]],
    ])
  })

  test('empties the tables that it is told to', async () => {
    const path = await used()
    await reset(path, { cleared: ['results'] })
    expect(query(path, 'SELECT * FROM results')).toEqual([])
  })

  test.each<[string, Partial<PositionsReset>]>([
    ['moved', { moves: [gap(1, 0, 1), gap(0, 9, 4)] }],
    ['forgotten', { moves: [gap(1, 0, 1)], forgotten: [position(0, 9)] }],
    ['cleared', { moves: [gap(1, 0, 1)], cleared: ['nowhere'] }],
  ])('changes nothing where what is %s is not what stands there', async (_, change) => {
    const path = await used()
    // Going to WAL mode and back, SQLite counts two changes.
    const contents = () => readFileSync(path).fill(0, 24, 28).fill(0, 92, 96)
    const before = contents()
    await expect(reset(path, change)).rejects.toThrow()
    expect(contents().equals(before)).toBe(true)
    await expect(reset(path, { moves: [gap(0, 9, 4)] })).rejects.toMatchObject({ exit: 75, code: 'E_FENCED' })
  })

  test.each([
    ['COMMIT', 4],
    ['ROLLBACK', 10],
  ])('asks the file, after an error from COMMIT, whether it was done (%s)', async (outcome, next) => {
    const path = await used()
    let fails = true
    const held = await holdState(optionsFor(path), undefined, (to) => {
      const connection = connect(to)
      return {
        ...connection,
        execute(sql) {
          if (sql !== 'COMMIT' || !fails) return connection.execute(sql)
          fails = false
          connection.execute(outcome)
          throw new SprkError(Exit.IO, { code: 'E_IO', message: 'disk I/O error' })
        },
      }
    })
    const change = () => held.reset({ ...NOTHING, moves: [gap(0, 10, 4)] })
    if (outcome === 'COMMIT') change()
    else expect(change).toThrow(expect.objectContaining({ exit: 74 }))
    held.close()
    expect([query(path, 'SELECT next FROM sprk_offsets')[0]?.[0], epoch(path)]).toEqual([next, next === 4 ? 2 : 1])
  })

  test('is refused while somebody works on it, and lets nobody else work on it', async () => {
    const path = await used()
    const running = await openState(path)
    await expect(holdState(optionsFor(path))).rejects.toMatchObject({
      exit: 75,
      message: expect.stringContaining('process 4711 on here'),
    })
    running.close()
    const held = await holdState(optionsFor(path))
    await expect(openState(path)).rejects.toMatchObject({ exit: 75 })
    held.close()
  })

  test('is refused where there is none, or one of another pipeline, and nothing is made', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    await expect(holdState(optionsFor(path))).rejects.toMatchObject({ exit: 66, code: 'E_NO_STATE' })
    writeFileSync(path, 'a letter')
    await expect(holdState(optionsFor(path))).rejects.toMatchObject({ exit: 78, code: 'E_STATE_FOREIGN' })
    const other = await used()
    await expect(holdState(optionsFor(other, { name: 'other' }))).rejects.toMatchObject({
      exit: 78,
      code: 'E_STATE_OTHER',
    })
  })
})
