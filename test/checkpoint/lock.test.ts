import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { acquireLock, isHeld } from '../../src/checkpoint/lock.ts'
import { steppingClock, temporaryDirectory } from '../support/state-file.ts'

const options = (clock = steppingClock()) => ({ mode: 0o600, waitMs: 0, clock })

describe('isHeld', () => {
  test('tells whether somebody holds the lock, and takes nothing from him', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    expect([isHeld(path), existsSync(`${path}.lock`)]).toEqual([false, false])
    const lock = await acquireLock(path, options())
    onTestFinished(() => lock.release())
    expect([isHeld(path), isHeld(path)]).toEqual([true, true])
    await expect(acquireLock(path, options())).rejects.toMatchObject({ code: 'E_LOCKED' })
    lock.release()
    expect(isHeld(path)).toBe(false)
    ;(await acquireLock(path, options())).release()
  })

  test('is said of a file that a replay builds with the option that names another one', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const database = new Database(path)
    database.exec("CREATE TABLE sprk_meta AS SELECT 'holder_pid' AS key, '1' AS value UNION SELECT 'replay', '{}'")
    database.close()
    const lock = await acquireLock(path, options())
    onTestFinished(() => lock.release())
    const hint = 'stop it, or wait longer with --wait-lock; two replays need two files: --into'
    await expect(acquireLock(path, options())).rejects.toMatchObject({ code: 'E_LOCKED', problems: [{ hint }] })
  })

  test('keeps nobody from the lock who does not want to wait', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    ;(await acquireLock(path, options())).release()
    const looking = new Database(`${path}.lock`, { readonly: true })
    onTestFinished(() => {
      looking.close()
    })
    looking.exec('BEGIN')
    looking.prepare('SELECT 1 FROM sqlite_schema').all()
    const clock = steppingClock()
    const sleep = async (ms: number) => {
      looking.close()
      await clock.sleep(ms)
    }
    ;(await acquireLock(path, options({ ...clock, sleep }))).release()
  })
})
