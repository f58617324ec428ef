// Commands that take a pipeline file or a state file: which of them an argument is, by what is in it.

import { closeSync, openSync, readSync } from 'node:fs'
import type { KindRegistry } from './kinds.ts'
import { load } from './load.ts'

/** Of what the argument names. Throws a SprkError as `load` does. */
export function statePathOf(file: string, registry: KindRegistry): string {
  return isDatabase(file) ? file : load(file, [], registry).spec.state.path
}

const SQLITE_HEADER = 'SQLite format 3\0'

/** Whether a file is an SQLite database; whose one, its opening says. Call it before the state file is opened. */
export function isDatabase(path: string): boolean {
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch {
    // Whoever opens it says why it cannot be opened.
    return false
  }
  try {
    const header = Buffer.alloc(SQLITE_HEADER.length)
    return readSync(handle, header) === header.length && header.toString('latin1') === SQLITE_HEADER
  } catch {
    return false
  } finally {
    closeSync(handle)
  }
}
