import { renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { type Connection, connect } from '../../src/checkpoint/connection.ts'
import { openCheckpoint } from '../../src/checkpoint/open.ts'
import { Exit } from '../../src/errors.ts'
import { openFailing } from '../support/failing-commit.ts'
import {
  batchOf,
  commitRow,
  openState,
  optionsFor,
  position,
  range,
  temporaryDirectory,
} from '../support/state-file.ts'

const statePath = () => join(temporaryDirectory(), 'state.db')

function rowsOf(path: string, sql: string): unknown[] {
  const database = new Database(path, { readonly: true })
  const rows = database.prepare(sql).raw().all()
  database.close()
  return rows
}

async function openRegistered(path: string) {
  const checkpoint = await openState(path)
  checkpoint.register('source', 'cluster-a', [position(0, 100), position(1, 0, { topicId: 'ab'.repeat(16) })])
  return checkpoint
}

describe('register', () => {
  test('saves where partitions begin, and keeps what is saved', async () => {
    const path = statePath()
    const first = await openRegistered(path)
    first.register('source', 'cluster-a', [position(0, 5), position(2, 7)])
    first.close()
    const { resume } = await openState(path)
    expect(resume.positions.get('source')).toEqual([
      position(0, 100),
      position(1, 0, { topicId: 'ab'.repeat(16) }),
      position(2, 7),
    ])
    expect(resume.logIds).toEqual(new Map([['source', 'cluster-a']]))
  })

  test('refuses another log', async () => {
    const checkpoint = await openRegistered(statePath())
    expect(() => checkpoint.register('source', 'cluster-b', [])).toThrow(
      expect.objectContaining({ exit: Exit.DATA_LOSS, code: 'E_CLUSTER_CHANGED' }),
    )
  })

  test('is fenced off by another process', async () => {
    const path = statePath()
    const checkpoint = await openState(path)
    unlinkSync(`${path}.lock`)
    await openState(path)
    expect(() => checkpoint.register('source', null, [position(0, 0)])).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, code: 'E_FENCED' }),
    )
  })
})

describe('commit', () => {
  test('saves results, positions and history together', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    checkpoint.commit(batchOf(1, [range(0, 100, 110), range(1, 0, 30)], { rate: 1500 }), (transaction) => {
      expect(transaction.prepare('INSERT INTO results VALUES (?)').run(42n)).toBe(1)
    })
    expect(checkpoint.resume).toMatchObject({ lastBatchId: 1, lastBatchTime: 1_767_225_600_001 })
    const after = { topicId: 'ab'.repeat(16), leaderEpoch: 3, tailHash: 'cafe' }
    expect(checkpoint.resume.positions.get('source')).toEqual([position(0, 110, after), position(1, 30, after)])
    expect(rowsOf(path, 'SELECT * FROM results')).toEqual([[42]])
    expect(rowsOf(path, 'SELECT batch_id, partition, from_offset, until_offset, bytes FROM sprk_batch_ranges')).toEqual(
      [
        [1, 0, 100, 110, 1000],
        [1, 1, 0, 30, 1000],
      ],
    )
    expect(
      rowsOf(path, 'SELECT batch_id, batch_time, watermark, processed, filtered, rate, digest FROM sprk_batches'),
    ).toEqual([[1, 1_767_225_600_001, null, 7, 3, 1500, expect.stringMatching(/^[0-9a-f]{64}$/)]])
    checkpoint.close()
    expect((await openState(path)).resume).toEqual(checkpoint.resume)
  })

  test('leaves nothing of a batch whose sink fails, and takes it again', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    const fail = () =>
      checkpoint.commit(batchOf(1, [range(0, 100, 110)]), (transaction) => {
        transaction.prepare('INSERT INTO results VALUES (?)').run(1n)
        throw new TypeError('broken sink')
      })
    expect(fail).toThrow('broken sink')
    expect(rowsOf(path, 'SELECT n FROM results UNION ALL SELECT batch_id FROM sprk_batches')).toEqual([])
    expect(rowsOf(path, 'SELECT next FROM sprk_offsets')).toEqual([[100], [0]])
    expect(checkpoint.resume.lastBatchId).toBe(0)
    commitRow(checkpoint, 100, 110, 1n)
    expect(rowsOf(path, 'SELECT n FROM results')).toEqual([[1]])
  })

  test('refuses asynchronous work', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    expect(() => checkpoint.commit(batchOf(1, [range(0, 100, 110)]), async () => {})).toThrow('asynchronous')
    expect(rowsOf(path, 'SELECT batch_id FROM sprk_batches')).toEqual([])
  })

  test('refuses a batch out of turn as a bug', async () => {
    const checkpoint = await openRegistered(statePath())
    expect(() => checkpoint.commit(batchOf(2, []), () => {})).toThrow(/^batch 2/)
    commitRow(checkpoint, 100, 110, 1n)
    expect(() => checkpoint.commit(batchOf(2, [], { batchTime: 5 }), () => {})).toThrow(/^batch 2/)
  })

  test('is fenced off where the saved position is another', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    for (const from of [99, 101]) {
      expect(() => commitRow(checkpoint, from, 110, 1n)).toThrow(
        expect.objectContaining({ exit: Exit.LOCKED, code: 'E_FENCED' }),
      )
    }
    expect(rowsOf(path, 'SELECT next FROM sprk_offsets UNION ALL SELECT n FROM results')).toEqual([[100], [0]])
  })

  test('is fenced off after another process took over, whose work stays', async () => {
    const path = statePath()
    const frozen = await openRegistered(path)
    unlinkSync(`${path}.lock`)
    const other = await openState(path)
    expect(() => commitRow(frozen, 100, 110, 1n)).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, code: 'E_FENCED' }),
    )
    commitRow(other, 100, 120, 2n)
    expect(() => commitRow(frozen, 100, 110, 1n)).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, code: 'E_FENCED' }),
    )
    expect(rowsOf(path, 'SELECT n FROM results')).toEqual([[2]])
    expect(rowsOf(path, 'SELECT partition, next FROM sprk_offsets')).toEqual([
      [0, 120],
      [1, 0],
    ])
  })

  test('stops where the file is no longer the one that was opened', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    renameSync(path, `${path}.moved`)
    expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(expect.objectContaining({ exit: Exit.IO, code: 'E_IO' }))
  })

  test('stops where another program does not end its transaction', async () => {
    const path = statePath()
    const quick = (to: string): Connection => {
      const connection = connect(to)
      connection.execute('PRAGMA busy_timeout = 0')
      return connection
    }
    const checkpoint = await openCheckpoint(optionsFor(path), undefined, quick)
    checkpoint.register('source', null, [position(0, 100)])
    const writer = new Database(path)
    writer.exec('BEGIN IMMEDIATE')
    expect(() => commitRow(checkpoint, 100, 110, 1n)).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, code: 'E_LOCKED' }),
    )
    writer.exec('ROLLBACK')
    writer.close()
    commitRow(checkpoint, 100, 110, 1n)
    checkpoint.close()
  })

  test('waits for the disk', async () => {
    const checkpoint = await openRegistered(statePath())
    checkpoint.commit(batchOf(1, []), (transaction) => {
      expect(transaction.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2n })
      expect(transaction.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
      expect(transaction.prepare('PRAGMA trusted_schema').get()).toEqual({ trusted_schema: 0n })
    })
  })

  test('gives integers back exactly', async () => {
    const path = statePath()
    const checkpoint = await openRegistered(path)
    checkpoint.commit(batchOf(1, []), (transaction) => {
      transaction.prepare('INSERT INTO results VALUES (?)').run(9_223_372_036_854_775_807n)
      expect(transaction.prepare('SELECT n FROM results').get()).toEqual({ n: 9_223_372_036_854_775_807n })
      expect(transaction.prepare('SELECT n FROM results WHERE n < 0').get()).toBeUndefined()
      expect(transaction.prepare("SELECT 1.5 AS r, 'ä' AS t, x'00ff' AS b, NULL AS n").all()).toEqual([
        { r: 1.5, t: 'ä', b: Buffer.from([0, 255]), n: null },
      ])
    })
  })
})

describe('an error from COMMIT', () => {
  test('is a success where the file has the batch', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFailing(path, true)
    state.armed = true
    commitRow(checkpoint, 100, 110, 1n)
    expect(state).toMatchObject({ opened: 2, closed: 1 })
    expect(checkpoint.resume.lastBatchId).toBe(1)
    commitRow(checkpoint, 110, 120, 2n)
    checkpoint.close()
    expect(rowsOf(path, 'SELECT n FROM results')).toEqual([[1], [2]])
  })

  test('is exit 74 where it has not, and is not tried again', async () => {
    const path = statePath()
    const { checkpoint, state } = await openFailing(path, false)
    commitRow(checkpoint, 100, 110, 1n)
    state.armed = true
    expect(() => commitRow(checkpoint, 110, 120, 2n)).toThrow(
      expect.objectContaining({ exit: Exit.IO, code: 'E_IO', message: expect.stringMatching(/last batch seen 1$/) }),
    )
    expect(state).toMatchObject({ opened: 2, closed: 1 })
    checkpoint.close()
    expect(rowsOf(path, 'SELECT n FROM results')).toEqual([[1]])
  })

  test('while partitions are registered is settled in the same way', async () => {
    for (const isDone of [true, false]) {
      const { checkpoint, state } = await openFailing(statePath(), isDone)
      state.armed = true
      const register = () => checkpoint.register('source', null, [position(1, 7)])
      if (isDone) register()
      else expect(register).toThrow(expect.objectContaining({ exit: Exit.IO }))
      expect(checkpoint.resume.positions.get('source')?.length).toBe(isDone ? 2 : 1)
      checkpoint.close()
    }
  })
})
