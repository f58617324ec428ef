// Commits that need not be on the disk at once.

import { type Connection, syncCommits } from './connection.ts'
import { sizeOf } from './quick-look.ts'

/** SQLite's default; see `MAX_IDLE_WAL_BYTES`. */
const AUTOCHECKPOINT_PAGES = 1000

/**
 * Runs `work`, whose commits other processes see at once and a power cut may take back, in order. The next commit
 * afterwards syncs the whole WAL, and with it these.
 */
export function unsynced<T>(path: string, connection: Connection, work: () => T): T {
  // A WAL that is there may be begun anew: then its header has to be on the disk before the rest. NORMAL sees to that.
  connection.execute(`PRAGMA synchronous = ${sizeOf(`${path}-wal`) > 0 ? 'NORMAL' : 'OFF'}`)
  // Pages must not come back into the file before they are on the disk in the WAL.
  connection.execute('PRAGMA wal_autocheckpoint = 0')
  try {
    return work()
  } finally {
    connection.execute(`PRAGMA wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`)
    syncCommits(path, connection)
  }
}
