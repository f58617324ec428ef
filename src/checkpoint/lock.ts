// The lock of a state file: a second, tiny SQLite file beside it that is held exclusively for life.
//
// Only SQLite touches it: POSIX locks vanish when their owner closes any other handle of the same file. The kernel frees
// it when the process dies, however it dies. It is never deleted, since two processes could then hold two files of one name.

import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { SqlValue } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { formatMs } from '../duration.ts'
import { Exit, messageOf, SprkError } from '../errors.ts'
import { connectReadOnly } from './connection.ts'
import { codeOf, fileFault, sqliteFault } from './faults.ts'

export interface Lock {
  release(): void
}

/** SQLite's own waiting would block the event loop, and with it signals. */
const POLL_MS = 50

export interface LockOptions {
  /** Of the state file. */
  readonly mode: number
  readonly waitMs: number
  readonly clock: Clock
}

function lockPath(statePath: string): string {
  return `${statePath}.lock`
}

/** Whether a process worked on the state file, or works on it. */
export function lockFileExists(statePath: string): boolean {
  return existsSync(lockPath(statePath))
}

/** Whether a process holds the lock now. Looking takes a reader's lock for a moment: `acquireLock` tries longer than that. */
export function isHeld(statePath: string): boolean {
  const path = lockPath(statePath)
  if (!existsSync(path)) return false
  try {
    const database = new Database(path, { readonly: true, timeout: 0 })
    try {
      database.prepare('SELECT 1 FROM sqlite_schema').get()
      return false
    } finally {
      database.close()
    }
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return true
    throw lockFault(path, error)
  }
}

/** Throws a SprkError with exit 75 that names the holder, where it does not get the lock in time. */
export async function acquireLock(statePath: string, options: LockOptions, signal?: AbortSignal): Promise<Lock> {
  const path = lockPath(statePath)
  makeLockFile(path, options.mode)
  const database = open(path)
  try {
    const { clock } = options
    const startedAt = clock.monotonic()
    while (!tryLock(path, database)) {
      // At least once more: another process may only have looked (isHeld).
      const left = Math.max(options.waitMs, POLL_MS) - (clock.monotonic() - startedAt)
      if (left <= 0 || signal?.aborted === true) throw locked(statePath, options.waitMs)
      await clock.sleep(Math.min(POLL_MS, left), signal)
    }
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    throw error
  }
}

/** With the state file's mode. Only a file that did not exist is opened: an existing one may be locked by this process. */
function makeLockFile(path: string, mode: number): void {
  try {
    closeSync(openSync(path, 'wx', mode))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw fileFault(path, error)
  }
}

function open(path: string): Database.Database {
  try {
    // Where SQLite may only read, BEGIN EXCLUSIVE is a reader's transaction, and keeps no other process out.
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw fileFault(path, error)
  }
  try {
    return new Database(path, { timeout: 0 })
  } catch (error) {
    throw sqliteFault(path, error)
  }
}

function tryLock(path: string, database: Database.Database): boolean {
  try {
    // Else a -journal would stand beside the lock as long as it is held.
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return false
    throw lockFault(path, error)
  }
}

function lockFault(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code !== 'SQLITE_NOTADB' && code !== 'SQLITE_CORRUPT') return sqliteFault(path, error)
  return new SprkError(Exit.CANNOT_CREATE, {
    code: 'E_CANNOT_CREATE',
    message: `${path}: this is not the lock of a state file: ${messageOf(error)}`,
    hint: 'move it away, or name another file under `state:`',
  })
}

function locked(statePath: string, waitMs: number): SprkError {
  const holder = readHolder(statePath)
  const others = holder?.isReplay ? 'two replays need two files: --into' : 'two pipelines need two files under `state:`'
  const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}, since ${holder.since},`
  return new SprkError(Exit.LOCKED, {
    code: 'E_LOCKED',
    message: `${statePath}: ${who} works on this state file${waitMs > 0 ? `; waited ${formatMs(waitMs)}` : ''}`,
    hint: `stop it, or wait longer with --wait-lock; ${others}`,
  })
}

interface LockHolder {
  readonly pid: SqlValue
  readonly host: SqlValue
  readonly since: SqlValue
  /** The file is one that a replay builds. */
  readonly isReplay: boolean
}

/** Null where the file cannot be read, for instance since its first process is only building it. */
function readHolder(statePath: string): LockHolder | null {
  try {
    const connection = connectReadOnly(statePath)
    try {
      const row = connection
        .prepare(
          `SELECT (SELECT value FROM sprk_meta WHERE key = 'holder_pid') AS pid,
                  (SELECT value FROM sprk_meta WHERE key = 'holder_host') AS host,
                  (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', value / 1000, 'unixepoch')
                     FROM sprk_meta WHERE key = 'holder_started_at') AS since,
                  EXISTS (SELECT 1 FROM sprk_meta WHERE key = 'replay') AS replay`,
        )
        .get()
      const { pid = null, host = null, since = null, replay } = row ?? {}
      return pid === null ? null : { pid, host, since, isReplay: replay === 1n }
    } finally {
      connection.close()
    }
  } catch {
    return null
  }
}
