// Commands that take a pipeline file or a state file: which of them an argument is, by what it looks like.

import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'

/** Of what the argument names. Throws a SprkError as `load` does. */
export function statePathOf(file: string, registry: KindRegistry): string {
  return isStateArgument(file) ? file : load(file, [], registry).spec.state.path
}

const SQLITE_HEADER = 'SQLite format 3\0'
const HEAD_BYTES = 4096

/**
 * Whether an argument is meant as a state file, also as one that is damaged or missing; opening it tells whether it is
 * one. Call it before the state file is opened.
 */
export function isStateArgument(path: string): boolean {
  const head = headOf(path)
  if (head?.toString('latin1', 0, SQLITE_HEADER.length) === SQLITE_HEADER) return true
  if (/\.(db|sqlite3?)$/i.test(path)) return true
  return head !== null && !/\.ya?ml$/i.test(path) && !isText(head)
}

/** Null where it cannot be read: opening it tells why. */
function headOf(path: string): Buffer | null {
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

/** The end may be in the middle of a character. */
function isText(head: Buffer): boolean {
  const isWhole = [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, Math.max(0, head.length - cut))))
  return head.length > 0 && !head.includes(0) && isWhole
}
