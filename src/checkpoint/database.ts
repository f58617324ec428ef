// Opens databases with better-sqlite3. The only file that loads it.

import { createRequire } from 'node:module'
import Database from 'better-sqlite3'

let addon: unknown = null

/** Throws errors of SQLite, and that of Node where the addon cannot be loaded: `sqliteFault` puts both into words. */
export function openDatabase(path: string, options: Database.Options): Database.Database {
  // better-sqlite3 itself would look for it in a dozen places.
  addon ??= createRequire(import.meta.url)('better-sqlite3/build/Release/better_sqlite3.node')
  // It takes the addon as well as its path; its types know only the path.
  return new Database(path, { ...options, nativeBinding: addon as string })
}
