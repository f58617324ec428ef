// One transaction on a connection, whose outcome is known unless COMMIT itself fails; and how it is found out then.

import type { Connection } from './connection.ts'
import { nextEpoch, readEpoch } from './meta.ts'

/** COMMIT failed: the transaction may be in the file or not. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super('the outcome of COMMIT is unknown', { cause })
  }
}

type Begin = 'BEGIN' | 'BEGIN IMMEDIATE'

/**
 * What `work` throws rolls everything back and is thrown on. With BEGIN alone, which leaves attached files alone, `work`
 * writes before it reads: what it read could be out of date else.
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

/** What was written is gone either way: SQLite rolls back by itself after some errors, and when the connection is closed. */
function rollback(connection: Connection): void {
  try {
    if (connection.inTransaction) connection.execute('ROLLBACK')
  } catch {
    // The error that led here says more.
  }
}

/**
 * Whether a transaction is in the file after an error from its COMMIT: only the file knows. The connection that saw the
 * error is closed first, since it may still believe in pages that never reached the disk; the file is read by a new one.
 * Nothing is tried again here. Throws what opening and reading throw: the question stays open then.
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
 * One transaction that begins with the next epoch, and so fences off every process that opened the file before. Where
 * COMMIT failed, the epoch in the file tells whether it was done: returns if it was, else throws the CommitFailed. The
 * connection is closed then, in both cases.
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
