// What a start leaves to the next commit: its own is seen at once, and on the disk with the first batch.

import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileJob } from '../support/file-job.ts'
import { sprkProgram, straceAvailable, type TracedCall, trace } from './strace.ts'

describe.runIf(straceAvailable)('a run on a state file', () => {
  test('that finds nothing new waits for the disk only at its end', async () => {
    const { job, once } = await begun()
    expect(synced(await once())).toEqual(['words.db-wal', 'folder', 'words.db'])
    expect((await job.sprk('verify', 'words.db')).code).toBe(0)
  })

  test('has the start on the disk with its first batch, before anything else is written', async () => {
    const { job, once } = await begun()
    appendFileSync(job.words, 'be\n')
    const calls = await once()
    expect(synced(calls)).toEqual(['words.db-wal', 'folder', 'words.db-wal', 'words.db'])
    const steps = calls.filter(({ syscall }) => syscall === 'pwrite64' || syscall === 'fsync')
    const committed = steps.findIndex(({ syscall }) => syscall === 'fsync')
    // Nothing was written into the file before, and nothing follows in the WAL.
    expect(steps.slice(0, committed).map(fileOf)).not.toContain('words.db')
    expect(
      steps
        .slice(committed)
        .filter(({ syscall }) => syscall === 'pwrite64')
        .map(fileOf),
    ).not.toContain('words.db-wal')
  })
})

/** A pipeline that has run once. */
async function begun() {
  const job = fileJob()
  expect((await job.sprk('run', 'words.yaml', '--once')).code).toBe(0)
  const target = { program: sprkProgram, args: ['run', job.path, '--once'], state: job.state }
  const once = async () => {
    const { code, calls, output } = await trace(target)
    expect([code, output]).toEqual([0, ''])
    return calls
  }
  return { job, once }
}

/** The files that were synced, in order. */
function synced(calls: readonly TracedCall[]): readonly string[] {
  return calls.filter(({ syscall }) => syscall === 'fsync' || syscall === 'fdatasync').map(fileOf)
}

/** `fsync(19</tmp/sprk-file-…/words.db>)` → `words.db`; `folder` is theirs, synced with the first sync of a new WAL. */
function fileOf({ text }: TracedCall): string {
  const name = basename(/^[^<]*<([^>]*)>/.exec(text)?.[1] ?? '')
  return name.startsWith('sprk-file-') ? 'folder' : name
}
