// Reading state files as people do: with better-sqlite3 in another connection, and with the sqlite3 command line.

import { execFileSync } from 'node:child_process'
import Database from 'better-sqlite3'

/** Rows as arrays. Integers are numbers. */
export function query(path: string, sql: string): readonly unknown[][] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare(sql).raw().all() as unknown[][]
  } finally {
    database.close()
  }
}

/** Whether the sqlite3 command line is installed. */
export const hasSqliteShell = (() => {
  try {
    execFileSync('sqlite3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** What `sqlite3 -readonly PATH SQL` prints. */
export function shell(path: string, sql: string): string {
  return execFileSync('sqlite3', ['-readonly', path, sql], { encoding: 'utf8' })
}
