// A private copy of a state file, for an account that may read the file but not write its folder.
//
// SQLite opens a file in WAL mode only where it may keep a -shm beside it. While no process has the file open and its -wal
// is empty, the file alone is the whole database: its bytes can be read from elsewhere, as a file that is not in WAL mode.

import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Exit, messageOf, SprkError } from '../errors.ts'
import { JOURNAL_AT, readHeader } from './create.ts'
import { codeOf, fileFault } from './faults.ts'

/** What opens a file, and takes that back. */
export interface Opening<T> {
  /** Must not read the file yet: a copy is still empty. */
  open(file: string): T
  close(opened: T): void
}

/**
 * - `changed`: another process worked on the file in the meantime, or just before.
 * - `unfinished`: what was committed last stands in a -wal (or a -journal) and not in the file.
 */
export type NoCopy = 'changed' | 'unfinished'

/** Bytes that are copied at a time. */
const CHUNK_BYTES = 1024 * 1024

/**
 * Two changes of a file within one step of the kernel's clock leave the same time: a file that changed so shortly before
 * the copy may have changed during it, too. The longest step of Linux is 10 ms (HZ=100).
 */
const CLOCK_STEP_NS = 20_000_000n

/** What the file is now: equal texts mean that nothing was written in between. Null: it is unfinished. */
export function imprintOf(path: string): string | null {
  const logs = ['-wal', '-journal'].map((suffix) => statSync(`${path}${suffix}`, { throwIfNoEntry: false })?.size ?? 0)
  return logs.some((size) => size > 0) ? null : imprint(path)
}

/**
 * Opens a copy of the file as it is. The copy has no name any more when it is filled: nothing is left of it, however this
 * process ends. Throws a SprkError where it cannot be made.
 */
export function openCopy<T>(path: string, opening: Opening<T>): T | NoCopy {
  const before = imprintOf(path)
  if (before === null) return 'unfinished'
  const { opened, handle, madeAtNs } = openEmpty(path, opening)
  let isWhole = false
  try {
    fill(path, handle)
    isWhole = imprintOf(path) === before && !isRecent(path, madeAtNs)
    return isWhole ? opened : 'changed'
  } finally {
    closeSync(handle)
    if (!isWhole) opening.close(opened)
  }
}

function imprint(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  // With SQLite's change counter, for file systems whose times are coarse.
  return [dev, ino, size, mtimeNs, ctimeNs, readHeader(path).toString('hex')].join(' ')
}

/** A time that is ahead says nothing: a change now would set it back. */
function isRecent(path: string, madeAtNs: bigint): boolean {
  const age = madeAtNs - statSync(path, { bigint: true }).ctimeNs
  return age > -CLOCK_STEP_NS && age < CLOCK_STEP_NS
}

function openEmpty<T>(path: string, { open }: Opening<T>) {
  let directory: string | null = null
  let handle: number | null = null
  try {
    // TMPDIR, as SQLite itself takes it for its temporary files.
    directory = mkdtempSync(join(tmpdir(), 'sprk-read-'))
    const copy = join(directory, 'state.db')
    handle = openSync(copy, 'wx', 0o600)
    const madeAtNs = fstatSync(handle, { bigint: true }).ctimeNs
    return { opened: open(copy), handle, madeAtNs }
  } catch (error) {
    if (handle !== null) closeSync(handle)
    throw scratchFault(path, error)
  } finally {
    if (directory !== null) rmSync(directory, { recursive: true, force: true })
  }
}

function fill(path: string, to: number): void {
  const from = openToRead(path)
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    for (let at = 0; ; ) {
      const length = readSync(from, chunk, 0, chunk.length, at)
      if (length === 0) return
      if (at === 0) chunk.fill(1, JOURNAL_AT, JOURNAL_AT + 2)
      write(path, to, chunk.subarray(0, length), at)
      at += length
    }
  } catch (error) {
    throw fileFault(path, error)
  } finally {
    closeSync(from)
  }
}

/** A disk that is nearly full takes a part. */
function write(path: string, to: number, bytes: Buffer, at: number): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(to, bytes, done, bytes.length - done, at + done)
  } catch (error) {
    throw scratchFault(path, error)
  }
}

function openToRead(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw fileFault(path, error)
  }
}

function scratchFault(path: string, error: unknown): unknown {
  const why = 'this account may not write its folder, and so reads a copy of it'
  const code = codeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `${path}: ${why}, for which there is no room in ${tmpdir()}`
    const hint = 'make room there, or name a folder with more room: TMPDIR=/var/tmp'
    return new SprkError(Exit.IO, { code: 'E_DISK_FULL', message, hint }, { cause: error })
  }
  if (!/^E[A-Z]+$/.test(code)) return error
  const message = `${path}: ${why}, which cannot be made in ${tmpdir()}: ${messageOf(error)}`
  const hint = 'name a folder that it may write: TMPDIR=/var/tmp'
  return new SprkError(Exit.PERMISSION, { code: 'E_PERMISSION', message, hint }, { cause: error })
}
