// Opens state files for commands that only read: in their place, or as a private copy where the account may not write the
// folder of the file.

import { basename } from 'node:path'
import { Exit, SprkError } from '../errors.ts'
import { connectReadOnly, type Reader } from './connection.ts'
import { imprintOf, type NoCopy, type Opening, openCopy } from './private-copy.ts'

export interface Opened {
  /** In a transaction that has read something. */
  readonly reader: Reader
  /** It is not in WAL mode, as the file itself is, and what is copied from it is not either. */
  readonly isCopy: boolean
  close(): void
}

/** How often a file is looked at that others change in the meantime. */
const ATTEMPTS = 5

/** Longer than what counts as just changed (private-copy.ts). */
const PAUSE_MS = 40

/**
 * The last copy. A history is read in pages, each in a snapshot of its own (`recordedBatches`): a file that is still the
 * same is not copied for each of them.
 */
let kept: { readonly path: string; readonly imprint: string; readonly reader: Reader } | null = null

/**
 * Opens the state file at its real path; another process may write to it. Throws a SprkError: exit 77 where this account
 * cannot open it, 75 where it changes too often.
 */
export function openReader(path: string): Opened {
  return patiently(
    path,
    () => inPlace(path),
    () => ofKept(path) ?? ofNewCopy(path),
  )
}

/** Attaches another state file to a connection, as `openReader` opens it; the connection is in no transaction. */
export function attachReader(reader: Reader, schema: string, path: string): void {
  const attaching: Opening<void> = {
    open: (file) => void reader.prepare(`ATTACH ? AS ${schema}`).run(file),
    close: () => reader.execute(`DETACH ${schema}`),
  }
  patiently(
    path,
    () => attaching.open(path),
    () => openCopy(path, attaching),
  )
}

/** What `inPlace` opens, or `asCopy` where this account is refused that. Tries again while the file changes. */
export function patiently<T>(path: string, inPlace: () => T, asCopy: () => T | NoCopy): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return inPlace()
    } catch (error) {
      if (!isRefused(error)) throw error
      const copy = asCopy()
      if (copy !== 'changed' && copy !== 'unfinished') return copy
      if (attempt === ATTEMPTS) throw copy === 'changed' ? restless(path) : unfinished(path, error)
    }
    // A file that others work on can mostly be opened in its place.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
  }
}

/** SQLite cannot make, or open, what it keeps beside the file. */
function isRefused(error: unknown): boolean {
  return error instanceof SprkError && error.exit === Exit.PERMISSION
}

function inPlace(path: string): Opened {
  const reader = connectReadOnly(path)
  try {
    begin(reader)
    return { reader, isCopy: false, close: () => reader.close() }
  } catch (error) {
    reader.close()
    throw error
  }
}

/** SQLite opens the file at the first statement that reads. */
function begin(reader: Reader): void {
  reader.execute('BEGIN')
  reader.prepare('SELECT 1 FROM sqlite_schema').get()
}

function ofKept(path: string): Opened | null {
  if (kept === null || kept.path !== path || kept.reader.inTransaction) return null
  return kept.imprint === imprintOf(path) ? lend(kept.reader) : null
}

function ofNewCopy(path: string): Opened | NoCopy {
  const imprint = imprintOf(path)
  if (imprint === null) return 'unfinished'
  const reader = openCopy(path, { open: connectReadOnly, close: (opened) => opened.close() })
  if (typeof reader === 'string') return reader
  if (kept !== null && !kept.reader.inTransaction) kept.reader.close()
  kept = { path, imprint, reader }
  return lend(reader)
}

/** A copy that is in use is not lent again, and not closed by others. */
function lend(reader: Reader): Opened {
  const close = () => {
    if (reader.inTransaction) reader.execute('ROLLBACK')
    if (kept?.reader !== reader) reader.close()
  }
  try {
    begin(reader)
    return { reader, isCopy: true, close }
  } catch (error) {
    close()
    throw error
  }
}

function unfinished(path: string, cause: unknown): SprkError {
  const why = `its last commits are in ${basename(path)}-wal, which only an account that may write the folder can read`
  return new SprkError(
    Exit.PERMISSION,
    {
      code: 'E_PERMISSION',
      message: `${path}: cannot be opened from this account: a run was killed, or has just begun; ${why}`,
      hint: `its owner can copy it with them, \`sprk backup ${path} copy.db\`, or move them into the file: sqlite3 ${path} 'PRAGMA wal_checkpoint' (so does the next run)`,
    },
    { cause },
  )
}

function restless(path: string): SprkError {
  return new SprkError(Exit.LOCKED, {
    code: 'E_LOCKED',
    message: `${path}: this account may not write its folder, and so reads a copy of it; it changed ${ATTEMPTS} times while it was copied`,
    hint: 'try again, or read it as an account that may write its folder',
  })
}
