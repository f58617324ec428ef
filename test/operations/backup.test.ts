// A backup is a moment of the state file, whole or not there.

import { chmodSync, existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { backupState } from '../../src/operations/backup.ts'
import { verifyState } from '../../src/operations/verify/verify.ts'
import { query } from '../support/sqlite.ts'
import { batchOf, commitRow, openState, position, temporaryDirectory } from '../support/state-file.ts'

const NEVER = new AbortController().signal

/** The table has no key. */
const APPENDING = { fingerprint: { steps: [], plan: 'plan one' } }

/** A state file with a batch, open, and a name for its copy in another folder. */
async function subject() {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint = await openState(path, APPENDING)
  checkpoint.register('source', null, [position(0, 0)])
  commitRow(checkpoint, 0, 10, 1n)
  return { path, checkpoint, to: join(temporaryDirectory(), 'copy.db') }
}

const siblings = (path: string) => readdirSync(dirname(path)).sort()

describe('backupState', () => {
  test('copies one moment, while batches are committed', async () => {
    const { path, checkpoint, to } = await subject()
    const counts = { processed: 0, filtered: 0, skipped: 0, deadLetters: 0, late: 0 }
    checkpoint.commit(batchOf(2, [], { counts }), (transaction) => {
      transaction.prepare('CREATE TABLE big (bytes BLOB) STRICT').run()
      for (let i = 0; i < 12; i++) transaction.prepare('INSERT INTO big VALUES (zeroblob(1000000))').run()
    })
    chmodSync(path, 0o640)
    let isDone = false
    const backup = backupState(path, to, NEVER).finally(() => {
      isDone = true
    })
    // Each turn of the loop is a step of the copy: were it to begin anew after a commit, it would have later batches.
    for (let at = 10; !isDone && at < 1000; at += 10) {
      commitRow(checkpoint, at, at + 10, BigInt(at))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { lastBatchId, bytes } = await backup
    expect(checkpoint.resume.lastBatchId).toBeGreaterThan(lastBatchId + 2)
    expect(siblings(to)).toEqual(['copy.db'])
    expect(query(to, 'SELECT max(batch_id) FROM sprk_batches')).toEqual([[lastBatchId]])
    expect(statSync(to)).toMatchObject({ size: bytes, mode: 0o100640 })
    expect(verifyState(to).flatMap(({ problems }) => problems)).toEqual([])
  })

  test('can be gone on with', async () => {
    const { path, checkpoint, to } = await subject()
    expect(await backupState(path, to, NEVER)).toMatchObject({ lastBatchId: 1 })
    expect(siblings(to)).toEqual(['copy.db'])
    const copy = await openState(to, APPENDING)
    expect(copy.resume).toEqual(checkpoint.resume)
    commitRow(copy, 10, 20, 2n)
    expect(checkpoint.resume.lastBatchId).toBe(1)
  })

  test('overwrites nothing, and leaves nothing where it cannot be made', async () => {
    const { path, to } = await subject()
    const fails = async (target: string, code: string, exit: number) =>
      expect(backupState(path, target, NEVER)).rejects.toMatchObject({ code, exit })
    await fails(path, 'E_CANNOT_CREATE', 73)
    await fails(join(to, 'copy.db'), 'E_NO_DIRECTORY', 73)
    writeFileSync(`${to}.backup`, 'half')
    await fails(to, 'E_CANNOT_CREATE', 73)
    expect(siblings(to)).toEqual(['copy.db.backup'])
    const other = join(dirname(to), 'other.db')
    writeFileSync(`${other}-wal`, 'of a file that is gone')
    await fails(other, 'E_STATE_REMAINS', 73)
    symlinkSync('nowhere', join(dirname(to), 'link.db'))
    await fails(join(dirname(to), 'link.db'), 'E_CANNOT_CREATE', 73)
    await expect(backupState(`${path}.not`, other, NEVER)).rejects.toMatchObject({ code: 'E_NO_STATE', exit: 66 })
  })

  test('does not overwrite a file that came into being meanwhile', async () => {
    const { path, to } = await subject()
    const backup = backupState(path, to, NEVER)
    writeFileSync(to, 'somebody else')
    await expect(backup).rejects.toMatchObject({ code: 'E_CANNOT_CREATE', exit: 73 })
    expect([siblings(to), statSync(to).size]).toEqual([['copy.db'], 13])
  })

  test('leaves nothing when it is stopped', async () => {
    const { path, to } = await subject()
    const stop = new AbortController()
    const backup = backupState(path, to, stop.signal)
    expect(existsSync(`${to}.backup`)).toBe(true)
    stop.abort()
    await expect(backup).rejects.toBe(stop.signal.reason)
    expect(siblings(to)).toEqual([])
  })
})
