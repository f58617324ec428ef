// Commands that take a pipeline file or a state file: which of them an argument is, by what it looks like.

import { isUtf8 } from 'node:buffer'
import { usage } from '../../operations/usage.ts'
import { headOf, isSqlite } from '../file-head.ts'

/** Throws a SprkError (exit 64). */
export function refuseSet(file: string, set: readonly string[]): void {
  if (set.length > 0) throw usage(`${file} is a state file: --set is for pipeline files`, 'leave out --set')
}

/**
 * Whether an argument is meant as a state file, also as one that is damaged or missing; opening it tells whether it is
 * one. Call it before the state file is opened.
 */
export function isStateArgument(path: string): boolean {
  const head = headOf(path)
  if (isSqlite(head)) return true
  if (/\.(db|sqlite3?)$/i.test(path)) return true
  return head !== null && !/\.ya?ml$/i.test(path) && !isText(head)
}

/** The end may be in the middle of a character. */
function isText(head: Buffer): boolean {
  const isWhole = [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, Math.max(0, head.length - cut))))
  return head.length > 0 && !head.includes(0) && isWhole
}
