// Transactions on a connection. The outcome is known unless COMMIT fails; then the file tells it.

import type { Connection } from './connection.ts'
import { nextEpoch, readEpoch } from './meta.ts'

/** COMMIT failed: the transaction may or may not be in the file. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super('the outcome of COMMIT is unknown', { cause })
  }
}

type Begin = 'BEGIN' | 'BEGIN IMMEDIATE'

/**
 * Runs `work` in one transaction. An error of `work` rolls back and is thrown on. With `BEGIN`, which does not lock
 * attached files, `work` must write before it reads, or another process could change what it has read.
 */
export function inTransaction<T>(connection: Connection, work: () => T, begin: Begin = 'BEGIN IMMEDIATE'): T {
  connection.execute(begin)
  let result: T
  try {
    result = work()
  } catch (error) {
    rollback(connection)
    throw error
  }
  try {
    connection.execute('COMMIT')
  } catch (error) {
    throw new CommitFailed(error)
  }
  return result
}

/** Errors are ignored: SQLite rolls back by itself after some errors, and when the connection is closed. */
function rollback(connection: Connection): void {
  try {
    if (connection.inTransaction) connection.execute('ROLLBACK')
  } catch {
    // The error that caused the rollback says more.
  }
}

/**
 * Tells whether a transaction is in the file after an error from its COMMIT. Closes the connection that saw the error,
 * since its cache may hold pages that never reached the disk, and reads the file through a new one. Repeats nothing. If
 * opening or reading throws, the outcome remains unknown.
 */
export function settle(
  dropped: Connection | null,
  reopen: () => Connection,
  isSaved: (fresh: Connection) => boolean,
): boolean {
  dropped?.close()
  return isSaved(reopen())
}

/**
 * One transaction that begins the next epoch, so that processes which opened the file before can commit no more. If
 * COMMIT fails, closes the connection and compares the epoch in the file: returns if the transaction is there, else
 * throws the CommitFailed.
 */
export function inNextEpoch(connection: Connection, reopen: () => Connection, work: () => void, begin?: Begin): void {
  const before = readEpoch(connection)
  const isSaved = (fresh: Connection) => {
    try {
      return readEpoch(fresh) > before
    } finally {
      fresh.close()
    }
  }
  const workInEpoch = () => {
    nextEpoch(connection)
    work()
  }
  try {
    inTransaction(connection, workInEpoch, begin)
  } catch (error) {
    if (!(error instanceof CommitFailed)) throw error
    if (!settle(connection, reopen, isSaved)) throw error
  }
}
