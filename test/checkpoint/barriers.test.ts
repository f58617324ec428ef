// Barriers of the commit, each where no other one would hold.

import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Connection, connect } from '../../src/checkpoint/connection.ts'
import { sqliteFault } from '../../src/checkpoint/faults.ts'
import { type CheckpointOptions, openCheckpoint } from '../../src/checkpoint/open.ts'
import type { DeadLetter } from '../../src/checkpoint.ts'
import { Exit } from '../../src/errors.ts'
import type { Gap } from '../../src/log.ts'
import { DAY_MS, longHistory, START } from '../support/long-history.ts'
import { query } from '../support/sqlite.ts'
import {
  batchOf,
  commitRow,
  optionsFor,
  position,
  range,
  steppingClock,
  temporaryDirectory,
} from '../support/state-file.ts'

const statePath = () => join(temporaryDirectory(), 'state.db')

const letter: DeadLetter = {
  topic: 'events',
  partition: 0,
  offset: 107,
  code: 'E_BAD',
  reason: 'this is bad',
  key: null,
  value: Buffer.from('bad'),
  headers: Uint8Array.of(0),
}

/** What stands in the file: position, results, batches, dead letters. */
const contents = (path: string) => [
  query(path, 'SELECT next FROM sprk_offsets'),
  query(path, 'SELECT n FROM results'),
  query(path, 'SELECT batch_id FROM sprk_batches'),
  query(path, 'SELECT batch_id, "offset" FROM sprk_dead_letters'),
]

interface Faults {
  /** Statements that match cannot be prepared. */
  failing: RegExp | null
  /** With this error of SQLite. */
  code?: string
  /** Is done once; COMMIT then says it failed. */
  insteadOfCommit: ((connection: Connection) => void) | null
}

/** A checkpoint on a connection with faults. */
async function openFaulty(path: string, changes: Partial<CheckpointOptions> = {}) {
  const state: Faults = { failing: null, insteadOfCommit: null }
  const connectTo = (to: string): Connection => {
    const connection = connect(to)
    return {
      ...connection,
      get inTransaction() {
        return connection.inTransaction
      },
      prepare(sql) {
        if (state.failing?.test(sql) === true) {
          if (state.code !== undefined) throw sqliteFault(to, Object.assign(new Error('no'), { code: state.code }))
          throw new TypeError('no such luck')
        }
        return connection.prepare(sql)
      },
      execute(sql) {
        const { insteadOfCommit } = state
        if (sql !== 'COMMIT' || insteadOfCommit === null) return connection.execute(sql)
        state.insteadOfCommit = null
        insteadOfCommit(connection)
        throw new Error('disk I/O error')
      },
    }
  }
  const checkpoint = await openCheckpoint(optionsFor(path, changes), undefined, connectTo)
  onTestFinished(() => checkpoint.close())
  checkpoint.register('source', null, [position(0, 100)])
  return { checkpoint, state }
}

describe('dead letters', () => {
  test('are kept together with their batch, or neither is', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFaulty(path)
    const commit = (isSinkBroken: boolean) =>
      checkpoint.commit(batchOf(1, [range(0, 100, 110)], { deadLetters: [letter] }), (transaction) => {
        transaction.prepare('INSERT INTO results VALUES (?)').run(1n)
        if (isSinkBroken) throw new TypeError('broken sink')
      })
    state.failing = /sprk_dead_letters/
    expect(() => commit(false)).toThrow('no such luck')
    expect(contents(path)).toEqual([[[100]], [], [], []])
    state.failing = null
    expect(() => commit(true)).toThrow('broken sink')
    expect(contents(path)).toEqual([[[100]], [], [], []])
    commit(false)
    expect(contents(path)).toEqual([[[110]], [[1]], [[1]], [[1, 107]]])
  })
})

describe('the row of a batch', () => {
  test('is kept together with its results, or neither is', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFaulty(path)
    for (const table of [/INTO sprk_batches/, /INTO sprk_batch_ranges/]) {
      state.failing = table
      expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow('no such luck')
      expect(contents(path)).toEqual([[[100]], [], [], []])
    }
    state.failing = null
    commitRow(checkpoint, 100, 110, 1n)
    expect(contents(path)).toEqual([[[110]], [[1]], [[1]], []])
  })
})

describe('what is pruned', () => {
  test('goes together with the batch that it goes in, or stays', async () => {
    const path = statePath()
    await longHistory(path, { batches: 10_150, deadLetters: (id) => (id === 5 ? 1 : 0) })
    const { checkpoint, state } = await openFaulty(path, { clock: steppingClock(START + 1000 * DAY_MS) })
    const commit = () =>
      checkpoint.commit(batchOf(10_151, [range(0, 10_150, 10_160)], { batchTime: START + 10_151 }), () => {})
    const pruned = () => [
      query(path, 'SELECT min(batch_id), max(batch_id) FROM sprk_batches')[0],
      query(path, 'SELECT count(DISTINCT batch_id) FROM sprk_batch_ranges')[0],
      query(path, 'SELECT count(*) FROM sprk_dead_letters')[0],
      query(path, 'SELECT (SELECT count(*) FROM sprk_pruned) + (SELECT count(*) FROM sprk_pruned_ranges)')[0],
      query(path, 'SELECT next FROM sprk_offsets')[0],
    ]
    const before = pruned()
    expect(before).toEqual([[1, 10_150], [10_150], [1], [0], [10_150]])
    const statements = ['INTO sprk_pruned ', 'INTO sprk_pruned_ranges', 'DELETE FROM sprk_batches']
    for (const failing of [...statements, 'DELETE FROM sprk_batch_ranges', 'DELETE FROM sprk_dead_letters']) {
      state.failing = new RegExp(failing)
      expect(commit, failing).toThrow('no such luck')
      expect(pruned(), failing).toEqual(before)
    }
    state.failing = null
    commit()
    expect(pruned()).toEqual([[152, 10_151], [10_000], [0], [2], [10_160]])
  })
})

describe('a file system that turns read-only', () => {
  test.each(['SQLITE_READONLY_DBMOVED', 'SQLITE_CANTOPEN'])('is exit 74 during a run (%s)', async (code) => {
    const { checkpoint, state } = await openFaulty(statePath())
    Object.assign(state, { failing: /INTO sprk_batches/, code })
    expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(
      expect.objectContaining({
        exit: Exit.IO,
        code: 'E_IO',
        message: expect.stringContaining('the disk may have failed'),
      }),
    )
  })
})

describe('an error from COMMIT', () => {
  test.each(['COMMIT', 'ROLLBACK'])('does not repeat the work of the batch (after a %s)', async (outcome) => {
    const { checkpoint, state } = await openFaulty(statePath())
    state.insteadOfCommit = (connection) => connection.execute(outcome)
    let times = 0
    try {
      // Without ranges, whose positions would be found moved.
      checkpoint.commit(batchOf(1, []), () => {
        times += 1
      })
    } catch {
      // What it says is tested elsewhere.
    }
    expect(times).toBe(1)
  })

  test('is exit 74 where another process has committed its own batch instead', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFaulty(path)
    state.insteadOfCommit = (connection) => {
      connection.execute('ROLLBACK')
      const other = connect(path)
      other.execute(
        "INSERT INTO sprk_batches VALUES (1, 1, NULL, 1, 20, 0, 0, 0, 0, 0, 0, 'other', NULL); UPDATE sprk_offsets SET next = 120",
      )
      other.close()
    }
    expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(
      expect.objectContaining({ exit: Exit.IO, code: 'E_IO', message: expect.stringMatching(/last batch seen 1$/) }),
    )
    expect(contents(path)).toEqual([[[120]], [], [[1]], []])
  })
})

describe('move', () => {
  const gap = (partition: number, fromOffset: number, toOffset: number): Gap => ({
    ...{ topic: 'events', partition, fromOffset, toOffset },
    ...{ topicId: 'cd'.repeat(16), cause: 'offsets were deleted' },
  })
  const positions = (path: string) =>
    query(path, 'SELECT partition, next, topic_id, leader_epoch, tail_hash FROM sprk_offsets ORDER BY partition')
  const moves = (path: string) =>
    query(
      path,
      'SELECT at, batch_id, source, topic, topic_id, partition, from_offset, to_offset, cause FROM sprk_moves',
    )

  test('sets positions and keeps a row of each, and the next batch begins there', async () => {
    const path = statePath()
    const { checkpoint } = await openFaulty(path)
    checkpoint.register('source', null, [position(1, 7)])
    commitRow(checkpoint, 100, 110, 1n)
    checkpoint.move('source', [gap(0, 110, 500), gap(1, 7, 3)])
    const id = 'cd'.repeat(16)
    // What was known of the last record read is forgotten.
    expect(positions(path)).toEqual([
      [0, 500, id, null, null],
      [1, 3, id, null, null],
    ])
    const now = 1_767_225_600_000
    expect(moves(path)).toEqual([
      [now, 1, 'source', 'events', id, 0, 110, 500, 'offsets were deleted'],
      [now, 1, 'source', 'events', id, 1, 7, 3, 'offsets were deleted'],
    ])
    expect(checkpoint.resume.positions.get('source')?.map(({ next }) => next)).toEqual([500, 3])
    expect(() => commitRow(checkpoint, 110, 120, 2n)).toThrow(expect.objectContaining({ code: 'E_FENCED' }))
    commitRow(checkpoint, 500, 510, 2n)
    expect(query(path, 'SELECT n FROM results')).toEqual([[1], [2]])
  })

  test('is refused with exit 75 where a position stands elsewhere, and moves none', async () => {
    const path = statePath()
    const { checkpoint } = await openFaulty(path)
    checkpoint.register('source', null, [position(1, 7)])
    const before = positions(path)
    expect(() => checkpoint.move('source', [gap(0, 100, 500), gap(1, 8, 9)])).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, code: 'E_FENCED', message: expect.stringContaining('events/1') }),
    )
    expect([positions(path), moves(path)]).toEqual([before, []])
    const other = connect(path)
    other.execute("UPDATE sprk_meta SET value = value + 1 WHERE key = 'epoch'")
    other.close()
    expect(() => checkpoint.move('source', [gap(0, 100, 500)])).toThrow(expect.objectContaining({ code: 'E_FENCED' }))
    expect([positions(path), moves(path)]).toEqual([before, []])
  })

  test('is done, or not, as the file says after an error from COMMIT', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFaulty(path)
    state.insteadOfCommit = (connection) => connection.execute('ROLLBACK')
    expect(() => checkpoint.move('source', [gap(0, 100, 500)])).toThrow(expect.objectContaining({ code: 'E_IO' }))
    expect([positions(path)[0]?.[1], moves(path).length]).toEqual([100, 0])
    state.insteadOfCommit = (connection) => connection.execute('COMMIT')
    checkpoint.move('source', [gap(0, 100, 500)])
    expect([positions(path)[0]?.[1], moves(path).length]).toEqual([500, 1])
    commitRow(checkpoint, 500, 510, 1n)
  })
})
