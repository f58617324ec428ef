// One transaction on a connection, whose outcome is known unless COMMIT itself fails.

import type { Connection } from './connection.ts'

/** COMMIT failed: the transaction may be in the file or not. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super('the outcome of COMMIT is unknown', { cause })
  }
}

/**
 * What `work` throws rolls everything back and is thrown on. With BEGIN alone, which leaves attached files alone, `work`
 * writes before it reads: what it read could be out of date else.
 */
export function inTransaction<T>(
  connection: Connection,
  work: () => T,
  begin: 'BEGIN' | 'BEGIN IMMEDIATE' = 'BEGIN IMMEDIATE',
): T {
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
