// What a start sees at once of a state file that is not what the last run left.

import { appendFileSync, copyFileSync, linkSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../src/checkpoint/index.ts'
import { commitRow, openState, optionsFor, temporaryDirectory, usedStateFile } from '../support/state-file.ts'

const statePath = () => join(temporaryDirectory(), 'state.db')

async function used(): Promise<string> {
  const path = statePath()
  await usedStateFile(path)
  return path
}

/** What a kill leaves: a batch that is in the -wal only. */
async function killed(path: string): Promise<void> {
  const kept = statePath()
  const checkpoint = await openState(path)
  commitRow(checkpoint, 10, 20, 2n)
  for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, `${kept}${suffix}`)
  checkpoint.close()
  // Into the same file: its inode is what a kill would have left.
  for (const suffix of ['', '-wal']) copyFileSync(`${kept}${suffix}`, `${path}${suffix}`)
}

function alter(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}

async function expectRefused(path: string, exit: number, message: RegExp, code = 'E_STATE_UNSOUND'): Promise<void> {
  const before = readFileSync(path)
  await expect(openCheckpoint(optionsFor(path))).rejects.toMatchObject({
    exit,
    code,
    message: expect.stringMatching(message),
  })
  expect(readFileSync(path).equals(before)).toBe(true)
}

describe('a start refuses, and leaves alone,', () => {
  it.each(['state file', 'other name'])('a state file with two names, by its %s', async (which) => {
    const path = await used()
    const other = `${path}.link`
    linkSync(path, other)
    const opened = which === 'other name' ? other : path
    await expectRefused(opened, 78, /the state file has 2 names \(hard links\)/, 'E_STATE_LINKED')
  })

  it('a file that was cut or got longer', async () => {
    const path = await used()
    appendFileSync(path, 'x')
    await expectRefused(path, 74, /no whole number of pages of 4096/)
  })

  it('a last batch with other rows than were committed', async () => {
    const path = await used()
    alter(path, 'UPDATE sprk_batch_ranges SET until_offset = 9')
    await expectRefused(path, 74, /its last batch, 1, has another digest/)
  })

  it('a value that no sprk writes', async () => {
    const path = await used()
    alter(path, 'UPDATE sprk_offsets SET next = 9223372036854775807')
    await expectRefused(path, 74, /a value that no sprk writes/, 'E_STATE_CORRUPT')
  })
})

describe('a start takes', () => {
  it('what a kill left', async () => {
    const path = await used()
    await killed(path)
    expect((await openState(path)).resume.lastBatchId).toBe(2)
  })

  it('what a kill left, copied with its -wal to another place', async () => {
    const path = await used()
    await killed(path)
    const copy = statePath()
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix)
    expect((await openState(copy)).resume.lastBatchId).toBe(2)
  })

  it('a file that a crash left with its name of the time when it was made', async () => {
    const path = await used()
    linkSync(path, `${path}.new`)
    expect((await openState(path)).resume.lastBatchId).toBe(1)
  })

  it('a copy without a -wal, and a file of an older sprk', async () => {
    const path = await used()
    const copy = statePath()
    copyFileSync(path, copy)
    expect((await openState(copy)).resume.lastBatchId).toBe(1)
    alter(path, "DELETE FROM sprk_meta WHERE key = 'file'")
    expect((await openState(path)).resume.lastBatchId).toBe(1)
  })
})
