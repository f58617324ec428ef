// The lock of a state file: a second, tiny SQLite file beside it, locked exclusively as long as the process works on
// the state.
//
// Only SQLite opens it: a process loses its POSIX locks when it closes any other handle of the same file. The kernel
// releases the lock when the process dies. The file is never deleted: two processes could then lock two files of one
// name.

import { accessSync, closeSync, constants, existsSync, openSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { SqlValue } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { formatMs } from '../duration.ts'
import { Exit, messageOf, SprkError } from '../errors.ts'
import { connectReadOnly } from './connection.ts'
import { openDatabase } from './database.ts'
import { codeOf, fileFault, sqliteFault } from './faults.ts'

export interface Lock {
  release(): void
}

/** Polled, since SQLite's own waiting would block the event loop, and with it signals. */
const POLL_MS = 50

export interface LockOptions {
  /** Path of the state file. */
  readonly mode: number
  readonly waitMs: number
  readonly clock: Clock
}

function lockPath(statePath: string): string {
  return `${statePath}.lock`
}

/** Whether a process has ever worked on the state file. */
export function lockFileExists(statePath: string): boolean {
  return existsSync(lockPath(statePath))
}

/**
 * Whether a process holds the lock now. Takes a reader's lock for a moment; `acquireLock` tries for longer than that.
 */
export function isHeld(statePath: string): boolean {
  const path = lockPath(statePath)
  if (!existsSync(path)) return false
  try {
    const database = openDatabase(path, { readonly: true, timeout: 0 })
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

/** Throws a SprkError with exit 75 that names the holder, if it does not get the lock in time. */
export async function acquireLock(statePath: string, options: LockOptions, signal?: AbortSignal): Promise<Lock> {
  const path = lockPath(statePath)
  makeLockFile(path, options.mode)
  const database = open(path)
  try {
    const { clock } = options
    const startedAt = clock.monotonic()
    while (!tryLock(path, database)) {
      // Tries at least twice: another process may only have checked the lock (isHeld).
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

/**
 * Creates the lock file with the mode of the state file. Does not open an existing one: this process may have locked
 * it.
 */
function makeLockFile(path: string, mode: number): void {
  try {
    closeSync(openSync(path, 'wx', mode))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw fileFault(path, error)
  }
}

function open(path: string): Database.Database {
  try {
    // On a file that SQLite can only read, BEGIN EXCLUSIVE is a reader's transaction and excludes no other process.
    accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw fileFault(path, error)
  }
  try {
    return openDatabase(path, { timeout: 0 })
  } catch (error) {
    throw sqliteFault(path, error)
  }
}

function tryLock(path: string, database: Database.Database): boolean {
  try {
    // Otherwise a -journal would lie beside the lock as long as it is held.
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
  /** The state file is one that a replay builds. */
  readonly isReplay: boolean
}

/** The holder as the state file names it; null where it cannot be read, for instance while it is being created. */
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
