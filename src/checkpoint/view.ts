// Reads one consistent snapshot of a state file during a run. Changes nothing and delays no other process.

import { Exit, SprkError } from '../errors.ts'
import type { View } from './connection.ts'
import { isStateFile, realPath } from './create.ts'
import { isHeld } from './lock.ts'
import { openReader } from './reader.ts'

/**
 * Calls `read` with a snapshot of the file and returns its result. Throws a SprkError with exit 66 where there is no
 * state file, and those of opening one.
 */
export function viewState<T>(path: string, read: (view: View) => T): T {
  if (!stateExists(path)) throw noState(path)
  const { reader, close } = openReader(realPath(path))
  try {
    return read(reader)
  } finally {
    close()
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
