// An account that may read the state file and its folder, and write neither.

import { spawn } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { connectReadOnly, type Reader } from '../../src/checkpoint/connection.ts'
import { viewState } from '../../src/checkpoint/index.ts'
import { openCopy } from '../../src/checkpoint/private-copy.ts'
import { openReader, patiently } from '../../src/checkpoint/reader.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import { diffStates } from '../../src/operations/replay/diff.ts'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { commitRow, openState, position, temporaryDirectory, usedStateFile } from '../support/state-file.ts'

const isRoot = process.getuid?.() === 0

const NOBODY = 65534

/** Root would be let through everywhere: another account does it then. */
function asReader<T>(path: string, action: () => T): T {
  const directory = dirname(path)
  for (const file of readdirSync(directory)) chmodSync(join(directory, file), 0o444)
  chmodSync(directory, 0o555)
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    return action()
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmodSync(directory, 0o755)
    for (const file of readdirSync(directory)) chmodSync(join(directory, file), 0o644)
  }
}

async function closedState(rows = 0): Promise<string> {
  const path = join(temporaryDirectory(), 'state.db')
  await usedStateFile(path)
  if (rows > 0) write(path, rows)
  return path
}

/** Written into the file itself when the connection is closed. */
function write(path: string, rows: number): void {
  const database = new Database(path)
  database.exec(
    `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows}) INSERT INTO results SELECT n FROM s`,
  )
  database.close()
}

const countIn = (path: string) => viewState(path, (view) => view.prepare('SELECT count(*) AS n FROM results').get())

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Files of the folder of `path`, copied while a process has them open: what a kill leaves. */
function leftBy(path: string, suffixes: readonly string[]): string {
  const left = join(temporaryDirectory(), 'killed.db')
  for (const suffix of suffixes) copyFileSync(`${path}${suffix}`, `${left}${suffix}`)
  return left
}

describe('an account that may only read', () => {
  it('reads a state file that was closed, and leaves nothing beside it', async () => {
    const path = await closedState(400_000)
    expect(statSync(path).size).toBeGreaterThan(3_000_000)
    asReader(path, () => {
      expect(openReader(path)).toMatchObject({ isCopy: true })
      expect(countIn(path)).toEqual({ n: 400_001n })
      expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
    })
    expect(readdirSync(dirname(path))).toEqual(['state.db', 'state.db.lock'])
  })

  it('copies a file again only when it has changed', async () => {
    const path = await closedState()
    const read = () => {
      const { reader, close } = openReader(path)
      close()
      return reader
    }
    const [first, second] = asReader(path, () => [read(), read()])
    expect(second).toBe(first)
    write(path, 1)
    const third = asReader(path, read)
    expect(third).not.toBe(first)
    expect(asReader(path, () => countIn(path))).toEqual({ n: 2n })
  })

  it('gets a copy of its own while another one is in use', async () => {
    const [path, other] = [await closedState(), await closedState(1)]
    const counts = asReader(path, () =>
      viewState(path, (view) => [
        countIn(path),
        countIn(path),
        view.prepare('SELECT count(*) AS n FROM results').get(),
      ]),
    )
    expect(counts).toEqual([{ n: 1n }, { n: 1n }, { n: 1n }])
    expect(asReader(other, () => countIn(other))).toEqual({ n: 2n })
  })

  it('reads a file that a process has open in its place, with what was committed last', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    expect(asReader(path, () => countIn(path))).toEqual({ n: 1n })
    expect(asReader(path, () => openReader(path).isCopy)).toBe(false)
  })

  it('compares results with those of a replay', async () => {
    const [live, replayed] = [await closedState(1), await closedState()]
    for (const own of [dirname(replayed), replayed]) if (isRoot) chownSync(own, NOBODY, NOBODY)
    const tables = [{ table: 'results', key: null }]
    const diff = asReader(live, () => diffStates({ replayed, live, tables, isExact: false, examples: 0 }))
    expect(diff.tables).toMatchObject([{ onlyReplayed: 0, onlyLive: 1 }])
  })

  it('reads what a kill left, where its -shm is there', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await openState(path)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    const left = leftBy(path, ['', '-wal', '-shm'])
    expect(asReader(left, () => countIn(left))).toEqual({ n: 1n })
  })

  it('is told who can read what a kill left without a -shm', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    await openState(path)
    const left = leftBy(path, ['', '-wal'])
    expect(() => asReader(left, () => verifyState(left))).toThrow(
      expect.objectContaining({
        exit: Exit.PERMISSION,
        message: expect.stringContaining('its last commits are in killed.db-wal, which only an account that may write'),
        problems: [expect.objectContaining({ hint: expect.stringContaining(`sprk backup ${left} copy.db`) })],
      }),
    )
    expect(verifyState(left).flatMap(({ problems }) => problems)).toEqual([])
  })
})

describe('a copy', () => {
  /** Read from a file that `change` works on after the copy has begun. */
  function copyDuring(path: string, change: () => void): Reader | string {
    pause(60)
    const open = (copy: string) => {
      // Later than what counts as just changed: the look at the file after the copy has to tell.
      pause(60)
      change()
      return connectReadOnly(copy)
    }
    return openCopy(path, { open, close: (reader) => reader.close() })
  }

  it('of a file that nobody works on is whole', async () => {
    expect(copyDuring(await closedState(), () => {})).toBeTypeOf('object')
  })

  it('of a file that a run opens and closes meanwhile is not read', async () => {
    const path = await closedState()
    expect(copyDuring(path, () => write(path, 1000))).toBe('changed')
  })

  it('of a file that a run opens meanwhile is not read', async () => {
    const path = await closedState()
    const database = new Database(path)
    const change = () => database.exec('PRAGMA wal_autocheckpoint = 0; INSERT INTO results VALUES (2)')
    expect(copyDuring(path, change)).toBe('changed')
    database.close()
  })

  it('of a file that another one replaces meanwhile is not read', async () => {
    const path = await closedState()
    const other = await closedState()
    expect(copyDuring(path, () => copyFileSync(other, path))).toBe('changed')
  })

  it('of a file that changed just before is not read', async () => {
    const path = await closedState()
    const attempts = Array.from({ length: 50 }, () => {
      utimesSync(path, 1, 1)
      return openCopy(path, { open: connectReadOnly, close: (reader) => reader.close() })
    })
    expect(attempts).toContain('changed')
  })

  it('is whole, or is not read, while a process writes all the time', async () => {
    const path = await closedState(100_000)
    const sums = 'SELECT sum(n) AS sum, count(*) AS n FROM results'
    const script = `
      const Database = require('better-sqlite3')
      for (;;) {
        const database = new Database(${JSON.stringify(path)})
        database.exec('UPDATE results SET n = n + 1')
        database.close()
      }`
    const first = viewState(path, (view) => view.prepare(sums).get())
    const writer = spawn(process.execPath, ['-e', script])
    try {
      const deadline = performance.now() + 3000
      while (performance.now() < deadline) {
        const copy = openCopy(path, { open: connectReadOnly, close: (reader) => reader.close() })
        if (typeof copy === 'string') continue
        const row = copy.prepare(sums).get()
        copy.close()
        // All rows were added to equally often.
        expect((BigInt(row?.['sum'] as bigint) - BigInt(first?.['sum'] as bigint)) % 100_001n).toBe(0n)
      }
    } finally {
      writer.kill('SIGKILL')
    }
  })
})

describe('a file that changes', () => {
  const refused = () => {
    throw new SprkError(Exit.PERMISSION, { code: 'E_PERMISSION', message: 'refused' })
  }

  it('is tried again in its place, and copied when it rests', () => {
    let attempts = 0
    expect(patiently('state.db', refused, () => (++attempts < 3 ? 'changed' : 'a copy'))).toBe('a copy')
    const inPlace = () => (++attempts < 5 ? refused() : 'in place')
    expect(patiently('state.db', inPlace, () => 'unfinished')).toBe('in place')
  })

  it('too often is exit 75, and said', () => {
    expect(() => patiently('state.db', refused, () => 'changed')).toThrow(
      expect.objectContaining({ exit: Exit.LOCKED, message: expect.stringContaining('it changed 5 times while') }),
    )
  })
})
