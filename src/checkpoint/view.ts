// Reads one consistent snapshot of a state file during a run. Changes nothing and delays no other process.

import { Exit, SprkError } from '../errors.ts'
import { connectReadOnly, type View } from './connection.ts'
import { isStateFile, realPath } from './create.ts'
import { isHeld } from './lock.ts'

/**
 * Calls `read` with a snapshot of the file and returns its result. Throws a SprkError with exit 66 where there is no
 * state file, and those of opening one.
 */
export function viewState<T>(path: string, read: (view: View) => T): T {
  if (!stateExists(path)) throw noState(path)
  const connection = connectReadOnly(realPath(path))
  try {
    connection.execute('BEGIN')
    // Opens the file, which SQLite puts off: what cannot be opened says nothing about what is in it.
    explained(path, () => connection.prepare('SELECT 1 FROM sqlite_schema').get())
    return read(connection)
  } finally {
    connection.close()
  }
}

/** A file in WAL mode can be read only by those who may write the -shm beside it. */
function explained(path: string, open: () => unknown): void {
  try {
    open()
  } catch (error) {
    if (!(error instanceof SprkError) || error.exit !== Exit.PERMISSION) throw error
    const cause = 'only who may write to its folder can read a state file: SQLite keeps a -shm beside it'
    throw new SprkError(
      Exit.PERMISSION,
      {
        code: 'E_PERMISSION',
        message: `${path}: cannot be opened from this account: ${cause}`,
        hint: 'read it as its owner, or let it make you a copy: `sprk backup <state> <file>`',
      },
      { cause: error },
    )
  }
}

/** Throws a SprkError for a file that is no state file. */
export function stateExists(path: string): boolean {
  return isStateFile(realPath(path))
}

export function noState(path: string): SprkError {
  return new SprkError(Exit.NO_INPUT, {
    code: 'E_NO_STATE',
    message: `${path}: there is no such state file: the pipeline has not run yet`,
  })
}

/** Whether a process works on the state file now. */
export function stateIsHeld(path: string): boolean {
  return isHeld(realPath(path))
}
