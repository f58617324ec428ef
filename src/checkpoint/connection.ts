// A connection to a state file: better-sqlite3 with the settings that the guarantees need.

import type Database from 'better-sqlite3'
import type { SqlValue, Statement, Transaction } from '../checkpoint.ts'
import { Exit, SprkError } from '../errors.ts'
import { openDatabase } from './database.ts'
import { codeOf, sqliteFault } from './faults.ts'

/** A connection that writes. Errors of SQLite come as SprkErrors that name the file. */
export interface Connection extends Transaction {
  /** Runs statements without parameters and without results. */
  execute(sql: string): void
  /** Whether a transaction is open. SQLite rolls it back by itself after some errors. */
  readonly inTransaction: boolean
  close(): void
}

/** A snapshot of a state file. */
export interface View extends Transaction {
  /** Reads row by row: a table need not fit into memory. */
  each(sql: string): Iterable<Row>
}

/** A connection that only reads. */
export interface Reader extends Connection, View {
  /**
   * Copies the whole database over the file `to`; other processes may write during the copy. Call it in a transaction
   * that has read something, else SQLite starts over at every commit of theirs. `onStep` is called between steps of
   * some megabytes; an error that it throws ends the copy.
   */
  copy(to: string, onStep: () => void): Promise<void>
}

export type Row = Readonly<Record<string, SqlValue>>

/** The first release with the fix of SQLite's WAL-reset bug, which could lose committed transactions. */
const OLDEST_SQLITE = [3, 51, 3] as const

/**
 * How long a transaction blocks while another program writes to the file. No other sprk does: it would need the lock.
 */
const BUSY_TIMEOUT_MS = 2000

/** Pages of one step of a copy. */
const PAGES_PER_STEP = 1000

/**
 * Size to which the -wal is truncated by SQLite's automatic checkpoints (every 1,000 pages, without waiting for
 * readers).
 */
const MAX_IDLE_WAL_BYTES = 16 * 1024 * 1024

/** Opens an existing state file to work on it. */
export function connect(path: string): Connection {
  const connection = open(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
  try {
    assertVersion(connection)
    connection.execute('PRAGMA trusted_schema = OFF')
    // Sorting and building an index need no directory for temporary files then.
    connection.execute('PRAGMA temp_store = MEMORY')
    expect(connection, path, 'journal_mode', 'WAL', 'wal')
    syncCommits(path, connection)
    connection.execute(`PRAGMA journal_size_limit = ${MAX_IDLE_WAL_BYTES}`)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** From now on a commit is on the disk when it returns. */
export function syncCommits(path: string, connection: Connection): void {
  // better-sqlite3 is compiled to use NORMAL in WAL mode, which loses commits in a power cut.
  expect(connection, path, 'synchronous', 'FULL', 2n)
}

/** Opens an empty file to build a state file in. Without a rollback journal: after a crash the file is deleted. */
export function connectEmpty(path: string): Connection {
  const connection = open(path, { fileMustExist: true })
  try {
    assertVersion(connection)
    connection.execute('PRAGMA trusted_schema = OFF')
    connection.execute('PRAGMA temp_store = MEMORY')
    expect(connection, path, 'journal_mode', 'MEMORY', 'memory')
    expect(connection, path, 'synchronous', 'FULL', 2n)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Opens a state file for reading; another process may write to it. */
export function connectReadOnly(path: string): Reader {
  return open(path, { readonly: true, fileMustExist: true, timeout: 0 })
}

/** Opens a database in memory. */
export function connectMemory(): Connection {
  return open(':memory:', {})
}

function open(path: string, options: Database.Options): Reader {
  const database = guard(path, () => openDatabase(path, options))
  database.defaultSafeIntegers(true)
  const statements = new Map<string, Statement>()
  return {
    prepare(sql) {
      let statement = statements.get(sql)
      if (statement === undefined) {
        statement = wrap(
          path,
          guard(path, () => database.prepare<SqlValue[], Row>(sql)),
        )
        statements.set(sql, statement)
      }
      return statement
    },
    execute: (sql) => {
      guard(path, () => database.exec(sql))
    },
    each: (sql) => eachRow(path, database, sql),
    get inTransaction() {
      return database.inTransaction
    },
    async copy(to, onStep) {
      const progress = () => {
        onStep()
        return PAGES_PER_STEP
      }
      try {
        await database.backup(to, { progress })
      } catch (error) {
        throw sqliteFault(codeOf(error) === 'SQLITE_CORRUPT' ? path : to, error)
      }
    },
    close: () => {
      database.close()
    },
  }
}

function* eachRow(path: string, database: Database.Database, sql: string): Generator<Row> {
  const rows = guard(path, () => database.prepare<[], Row>(sql).iterate())
  try {
    for (;;) {
      const next = guard(path, () => rows.next())
      if (next.done === true) return
      yield next.value
    }
  } finally {
    rows.return?.()
  }
}

function wrap(path: string, statement: Database.Statement<SqlValue[], Row>): Statement {
  return {
    run: (...parameters) => guard(path, () => statement.run(...parameters).changes),
    get: (...parameters) => guard(path, () => statement.get(...parameters)),
    all: (...parameters) => guard(path, () => statement.all(...parameters)),
  }
}

function guard<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw sqliteFault(path, error)
  }
}

/** Sets a pragma and reads it back: SQLite silently keeps the old value where it cannot set the new one. */
function expect(connection: Connection, path: string, pragma: string, set: string, wanted: SqlValue): void {
  connection.execute(`PRAGMA ${pragma} = ${set}`)
  const found = connection.prepare(`PRAGMA ${pragma}`).get()?.[pragma]
  if (found === wanted) return
  throw new SprkError(Exit.IO, {
    code: 'E_IO',
    message: `${path}: SQLite refuses ${pragma} ${set} here and stays with ${found}`,
    hint: 'put the state file on a local disk',
  })
}

function assertVersion(connection: Connection): void {
  const version = String(connection.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  const parts = version.split('.').map(Number)
  for (const [index, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0
    if (part > oldest) return
    if (part < oldest) {
      const hint = 'install sprk again, with the versions of its package-lock.json'
      const message = `better-sqlite3 brings SQLite ${version}; ${OLDEST_SQLITE.join('.')} or later is needed`
      throw new SprkError(Exit.CONFIG, { code: 'E_SQLITE_VERSION', message, hint })
    }
  }
}
