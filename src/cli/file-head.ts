// How a file begins: enough to tell a state file from a pipeline file.

import { closeSync, openSync, readSync } from 'node:fs'

const SQLITE_HEADER = 'SQLite format 3\0'
const HEAD_BYTES = 4096

/** Null where it cannot be read: opening it tells why. */
export function headOf(path: string): Buffer | null {
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch {
    return null
  }
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    return head.subarray(0, readSync(handle, head))
  } catch {
    return null
  } finally {
    closeSync(handle)
  }
}

export function isSqlite(head: Buffer | null): boolean {
  return head?.toString('latin1', 0, SQLITE_HEADER.length) === SQLITE_HEADER
}
