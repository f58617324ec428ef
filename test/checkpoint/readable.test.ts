// Who can read the state file between two runs.

import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../../src/checkpoint/connection.ts'
import { openCheckpoint } from '../../src/checkpoint/index.ts'
import { holdState } from '../../src/operations/offsets/move-positions.ts'
import { verifyState } from '../../src/operations/verify/verify.ts'
import {
  batchOf,
  commitRow,
  openState,
  optionsFor,
  position,
  range,
  temporaryDirectory,
  usedStateFile,
} from '../support/state-file.ts'

const statePath = () => join(temporaryDirectory(), 'state.db')

/** 1: a rollback journal; 2: WAL. */
const journalOf = (path: string) => readFileSync(path)[18]

const isRoot = process.getuid?.() === 0

const NOBODY = 65534

/** As an account that may read the folder and the file, and write neither. */
function asNobody<T>(path: string, action: () => T): T {
  for (const file of readdirSync(dirname(path))) chmodSync(join(dirname(path), file), 0o644)
  chmodSync(dirname(path), 0o755)
  process.seteuid?.(NOBODY)
  try {
    return action()
  } finally {
    process.seteuid?.(0)
  }
}

function rowsOf(path: string): unknown[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare('SELECT n FROM results').raw().all()
  } finally {
    database.close()
  }
}

/** Without a run's last words. */
function killed(path: string): string {
  const connection = connect(path)
  connection.execute('INSERT INTO results VALUES (2)')
  const copy = statePath()
  for (const suffix of ['', '-wal']) cpSync(`${path}${suffix}`, `${copy}${suffix}`)
  connection.close()
  return copy
}

describe('a state file that no run works on', () => {
  it('is in no WAL mode, after a run, a reset of its positions and a start that was refused', async () => {
    const path = statePath()
    await usedStateFile(path)
    expect(journalOf(path)).toBe(1)
    const options = optionsFor(path)
    const held = await holdState({ ...options, waitLockMs: 0 })
    expect(journalOf(path)).toBe(2)
    held.close()
    expect(journalOf(path)).toBe(1)
    await expect(openCheckpoint({ ...options, name: 'other' })).rejects.toMatchObject({ exit: 78 })
    expect(journalOf(path)).toBe(1)
  })

  it('is in WAL mode again with the next run, which syncs each commit', async () => {
    const path = statePath()
    await usedStateFile(path)
    const checkpoint = await openState(path)
    expect(journalOf(path)).toBe(2)
    checkpoint.commit(batchOf(2, [range(0, 10, 20)]), (transaction) => {
      expect(transaction.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2n })
      expect(transaction.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    })
    checkpoint.close()
    expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
  })

  it('stays in WAL mode while somebody reads it, and is whole', async () => {
    const path = statePath()
    const checkpoint = await openState(path)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    const reader = new Database(path, { readonly: true })
    onTestFinished(() => {
      reader.close()
    })
    expect(reader.prepare('SELECT n FROM results').all()).toEqual([{ n: 1 }])
    checkpoint.close()
    expect(journalOf(path)).toBe(2)
    expect(reader.prepare('SELECT n FROM results').all()).toEqual([{ n: 1 }])
    expect((await openState(path)).resume.lastBatchId).toBe(1)
  })

  it.skipIf(!isRoot)('is read and verified by an account that may write nothing (as root)', async () => {
    const path = statePath()
    await usedStateFile(path)
    expect(asNobody(path, () => rowsOf(path))).toEqual([[1]])
    expect(asNobody(path, () => verifyState(path)).flatMap(({ problems }) => problems)).toEqual([])
  })

  it('holds up the start of a run while it is read in a transaction: exit 75 says so', async () => {
    const path = statePath()
    await usedStateFile(path)
    const reader = new Database(path, { readonly: true })
    onTestFinished(() => {
      reader.close()
    })
    reader.exec('BEGIN')
    reader.prepare('SELECT n FROM results').get()
    await expect(openCheckpoint(optionsFor(path))).rejects.toMatchObject({
      exit: 75,
      message: `${path}: another program has a transaction open on the state file`,
    })
    reader.exec('COMMIT')
    expect((await openState(path)).resume.lastBatchId).toBe(1)
  })
})

describe('a state file that a kill left', () => {
  it.skipIf(!isRoot)('is not called unsound by an account that cannot open it (as root)', async () => {
    const path = statePath()
    await usedStateFile(path)
    const copy = killed(path)
    expect(() => asNobody(copy, () => verifyState(copy))).toThrow(
      expect.objectContaining({ exit: 77, message: expect.stringContaining('cannot be opened from this account') }),
    )
    expect(verifyState(copy).flatMap(({ problems }) => problems)).toEqual([])
    expect(rowsOf(copy)).toEqual([[1], [2]])
  })
})
