import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/index.ts'
import { SCHEMA_VERSION } from '../../src/checkpoint/schema.ts'
import { Exit, type SprkError } from '../../src/errors.ts'
import { commitRow, openState, optionsFor, position, temporaryDirectory, usedStateFile } from '../support/state-file.ts'

const statePath = () => join(temporaryDirectory(), 'state.db')

/** Opening fails and leaves every file as it was, but for the lock. */
async function expectRefused(path: string, exit: number, code: string, changes = {}): Promise<string> {
  const directory = join(path, '..')
  const contents = () =>
    readdirSync(directory)
      .filter((name) => !name.endsWith('.lock'))
      .map((name) => [name, statSync(join(directory, name)).isFile() ? readFileSync(join(directory, name), 'hex') : ''])
  const before = contents()
  const error = await openCheckpoint(optionsFor(path, changes)).then(
    (checkpoint) => {
      checkpoint.close()
      throw new Error('it opened')
    },
    (refused) => refused,
  )
  expect(error).toMatchObject({ name: 'SprkError', exit, code })
  expect(contents()).toEqual(before)
  return error.message
}

describe('a new state file', () => {
  test('is made whole, with the mode that was asked for', async () => {
    const path = statePath()
    const checkpoint = await openState(path, { mode: 0o662 })
    expect(checkpoint.resume).toEqual({ lastBatchId: 0, lastBatchTime: null, logIds: new Map(), positions: new Map() })
    checkpoint.close()
    expect(statSync(path).mode & 0o777).toBe(0o662)
    expect(readdirSync(join(path, '..')).sort()).toEqual(['state.db', 'state.db.lock'])
    const database = new Database(path, { readonly: true })
    expect(database.pragma('application_id', { simple: true })).toBe(0x7370726b)
    expect(database.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    const tables = database.prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND NOT strict")
    expect(tables.pluck().all()).toEqual(['sqlite_schema'])
    database.close()
  })

  test('has larger pages where blocks are stored, and goes on with them', async () => {
    const path = statePath()
    const checkpoint = await openState(path, { pageBytes: 16_384 })
    checkpoint.close()
    expect(readFileSync(path).readUInt16BE(16)).toBe(16_384)
    expect((await openState(path)).resume.lastBatchId).toBe(0)
  })

  test('is built anew where a crash left a part of one', async () => {
    const path = statePath()
    for (const leftOver of ['', '\0'.repeat(4096)]) {
      writeFileSync(`${path}.new`, leftOver)
      writeFileSync(`${path}.new-journal`, 'x')
      const checkpoint = await openState(path)
      checkpoint.close()
      expect(readdirSync(join(path, '..')).sort()).toEqual(['state.db', 'state.db.lock'])
      unlinkSync(path)
    }
  })

  test('is taken as it is where a crash came between its two names', async () => {
    const path = statePath()
    const first = await openState(path)
    first.register('source', null, [position(0, 5)])
    first.close()
    linkSync(path, `${path}.new`)
    const again = await openState(path)
    expect(again.resume.positions.get('source')).toEqual([position(0, 5)])
    expect(existsSync(`${path}.new`)).toBe(false)
  })

  test('is refused where a file in the way is not ours', async () => {
    const path = statePath()
    writeFileSync(`${path}.new`, 'my notes')
    await expectRefused(path, Exit.CANNOT_CREATE, 'E_CANNOT_CREATE')
  })

  test('is refused beside the WAL of a file that is gone, whose pages it would swallow', async () => {
    const path = statePath()
    writeFileSync(`${path}-wal`, 'committed work')
    expect(await expectRefused(path, Exit.CANNOT_CREATE, 'E_STATE_REMAINS')).toContain('state.db-wal')
  })

  test('is not left behind where a sink cannot have its table', async () => {
    const path = statePath()
    const onOpen = () => {
      throw new TypeError('no table')
    }
    await expect(openCheckpoint(optionsFor(path, { onOpen: [onOpen] }))).rejects.toThrow('no table')
    expect(readdirSync(join(path, '..'))).toEqual(['state.db.lock'])
  })

  test('is one file with one lock under all its names', async () => {
    const path = statePath()
    const checkpoint = await openState(path)
    symlinkSync(path, join(path, '..', 'alias.db'))
    await expect(openCheckpoint(optionsFor(join(path, '..', 'alias.db')))).rejects.toMatchObject({ code: 'E_LOCKED' })
    checkpoint.close()
  })
})

describe('a path that is something else is refused and not changed', () => {
  test('a directory that does not exist', async () => {
    const path = join(temporaryDirectory(), 'missing', 'state.db')
    await expect(openCheckpoint(optionsFor(path))).rejects.toMatchObject({ exit: 73, code: 'E_NO_DIRECTORY' })
  })

  test('a directory', async () => {
    const path = statePath()
    mkdirSync(path)
    await expectRefused(path, Exit.CANNOT_CREATE, 'E_CANNOT_CREATE')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('a device', async () => {
    await expect(openCheckpoint(optionsFor('/dev/null'))).rejects.toMatchObject({ exit: 73 })
  })

  test('a symbolic link to nothing', async () => {
    const path = statePath()
    symlinkSync('/nowhere/state.db', path)
    await expect(openCheckpoint(optionsFor(path))).rejects.toMatchObject({ exit: 73 })
  })

  test.each([
    ['an empty file', '', 'an empty file'],
    ['a short file', 'x', 'no SQLite database'],
    ['a text', 'name: my-pipeline\n'.repeat(100), 'no SQLite database'],
  ])('%s', async (_, content, said) => {
    const path = statePath()
    writeFileSync(path, content)
    expect(await expectRefused(path, Exit.CONFIG, 'E_STATE_FOREIGN')).toContain(said)
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  test('the database of another program', async () => {
    const path = statePath()
    const database = new Database(path)
    database.pragma('journal_mode = WAL')
    database.exec('CREATE TABLE notes (text TEXT)')
    database.close()
    expect(await expectRefused(path, Exit.CONFIG, 'E_STATE_FOREIGN')).toContain('another program')
  })

  test('a state file of a newer version', async () => {
    const path = statePath()
    ;(await openState(path)).close()
    const database = new Database(path)
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
    database.close()
    expect(await expectRefused(path, Exit.CONFIG, 'E_STATE_NEWER')).toContain(`format ${SCHEMA_VERSION + 1}`)
  })

  test('a damaged state file', async () => {
    const path = statePath()
    ;(await openState(path)).close()
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0x5a, 100, 4096))
    await expectRefused(path, Exit.IO, 'E_STATE_CORRUPT')
  })

  test.each(['sprk_offsets', 'sprk_batches', 'sprk_meta'])('a state file without its %s', async (table) => {
    const path = statePath()
    ;(await openState(path)).close()
    const database = new Database(path)
    database.exec(`DROP TABLE ${table}`)
    database.close()
    expect(await expectRefused(path, Exit.IO, 'E_STATE_CORRUPT')).toContain(`no such table: ${table}`)
  })

  test('a state file that was cut off', async () => {
    const path = statePath()
    ;(await openState(path)).close()
    truncateSync(path, 8192)
    await expectRefused(path, Exit.IO, 'E_STATE_CORRUPT')
  })

  test('the state file of another pipeline', async () => {
    const path = statePath()
    ;(await openState(path)).close()
    const message = await expectRefused(path, Exit.CONFIG, 'E_STATE_OTHER', { name: 'other' })
    expect(message).toContain('pipeline test, not of other')
  })

  test('a lock that is none', async () => {
    const path = statePath()
    writeFileSync(`${path}.lock`, 'not a database at all, but long enough to be taken for one'.repeat(20))
    await expectRefused(path, Exit.CANNOT_CREATE, 'E_CANNOT_CREATE')
  })

  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const path = statePath()
    ;(await openState(path)).close()
    execFileSync('chmod', ['0400', path])
    await expectRefused(path, Exit.PERMISSION, 'E_PERMISSION')
  })
})

describe('a changed pipeline', () => {
  const step = (canonical: string) => [{ id: 'sqlite', kind: 'sqlite', canonical }]

  test('is refused where its saved results would not be its own, with the difference', async () => {
    const path = statePath()
    const plan = 'plan one'
    await usedStateFile(path, { steps: step('key a\nmerge n sum'), plan })
    const fingerprint = { steps: step('key b\nmerge n sum'), plan }
    await expectRefused(path, Exit.CONFIG, 'E_STATE_CHANGED', { fingerprint })
    const refused = await openState(path, { fingerprint }).catch((error: SprkError) => error)
    expect((refused as SprkError).problems[0]?.details).toEqual(['saved: key a', 'now:   key b'])
  })

  test('is refused where a table of it is gone', async () => {
    const path = statePath()
    await usedStateFile(path)
    const fingerprint = { steps: [], plan: 'plan one' }
    await expectRefused(path, Exit.CONFIG, 'E_STATE_CHANGED', { fingerprint })
  })

  test('is accepted and noted where nothing saved depends on it', async () => {
    const path = statePath()
    await usedStateFile(path)
    const fingerprint = {
      steps: [...step('merge "results"'), { id: 'new', kind: 'sqlite', canonical: 'x' }],
      plan: 'two',
    }
    const changed = await openState(path, { fingerprint })
    expect(changed.changes).toEqual(['saved: plan one', 'now:   two'])
    changed.close()
    expect((await openState(path, { fingerprint })).changes).toEqual([])
    const database = new Database(path, { readonly: true })
    expect(database.prepare('SELECT action, detail FROM sprk_audit').all()).toEqual([
      { action: 'plan changed', detail: 'saved: plan one\nnow:   two' },
    ])
    database.close()
  })
})

describe('the lock', () => {
  test('names its holder and lets others read', async () => {
    const path = statePath()
    const checkpoint = await openState(path)
    checkpoint.register('source', null, [position(0, 0)])
    commitRow(checkpoint, 0, 10, 1n)
    const waiting = openCheckpoint(optionsFor(path, { waitLockMs: 2000 }))
    await expect(waiting).rejects.toMatchObject({
      exit: Exit.LOCKED,
      code: 'E_LOCKED',
      message: `${path}: process 4711 on here, since 2026-01-01T00:00:00Z, works on this state file; waited 2 s`,
      problems: [{ hint: expect.stringContaining('two pipelines need two files under `state:`') }],
    })
    const reader = new Database(path, { readonly: true })
    expect(reader.prepare('SELECT n FROM results').all()).toEqual([{ n: 1 }])
    commitRow(checkpoint, 10, 20, 2n)
    expect(reader.prepare('SELECT n FROM results').all()).toEqual([{ n: 1 }, { n: 2 }])
    reader.close()
  })

  test('is waited for', async () => {
    const path = statePath()
    const checkpoint = await openState(path)
    const clock = optionsFor(path).clock
    let polls = 0
    const sleep = async (ms: number) => {
      polls += 1
      if (polls === 3) checkpoint.close()
      await clock.sleep(ms)
    }
    await openState(path, { waitLockMs: 2000, clock: { ...clock, sleep } })
    expect(polls).toBe(3)
  })

  test('leaves no journal beside it', async () => {
    const path = statePath()
    await openState(path)
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('lock'))).toEqual(['state.db.lock'])
  })
})
