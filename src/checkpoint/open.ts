// Opens a state file: lock, create or check, resume. The transaction of the start makes this process its only writer.

import type { Checkpoint, Transaction } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { Exit, SprkError } from '../errors.ts'
import { type Connection, connect } from './connection.ts'
import {
  assertSchemaVersion,
  assertWritable,
  createStateFile,
  isStateFile,
  pageBytesOf,
  realPath,
  removeLeftOver,
} from './create.ts'
import {
  assertResultTables,
  compareFingerprint,
  type Fingerprint,
  replaceUnused,
  saveFingerprint,
} from './fingerprint.ts'
import { acquireLock, lockFileExists } from './lock.ts'
import { getMeta, getMetaText, insertAudit, nextEpoch, setMeta } from './meta.ts'
import { lookAtFile, lookAtLastBatch } from './quick-look.ts'
import { readResume, toNumber } from './resume.ts'
import { noteDefaults, type Retain, retentionOf } from './retention.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { insertNew } from './sql.ts'
import { StateFile } from './state-file.ts'
import { CommitFailed, inTransaction } from './transaction.ts'
import { unsynced } from './unsynced.ts'

export interface CheckpointOptions {
  readonly path: string
  /** File mode of a new state file. */
  readonly mode: number
  /** Bytes of a page of a new state file; null or absent: SQLite's default, 4096. */
  readonly pageBytes?: number | null
  /** The pipeline's name. A state file belongs to one pipeline. */
  readonly name: string
  /** Identity for a new state file; unique. */
  readonly stateId: string
  readonly fingerprint: Fingerprint
  /** How long the pipeline keeps its history. */
  readonly retain: Retain
  /** Called in order, in the transaction of every start: sinks create or check their tables. */
  readonly onOpen: readonly ((transaction: Transaction) => void)[]
  /** How long to wait for the lock. */
  readonly waitLockMs: number
  /** This process, as other processes name it in messages. */
  readonly holder: Holder
  /** Version of sprk. */
  readonly version: string
  readonly clock: Clock
}

export interface Holder {
  readonly pid: number
  readonly host: string
  /** Epoch milliseconds. */
  readonly startedAt: number
}

/**
 * Opens the state file, or creates it. Throws SprkErrors, each before anything was changed: exit 73 and 77 for a path
 * that cannot be used, 74 for a damaged file, 75 for one that another process works on, 78 for one that belongs to
 * another pipeline. An aborted signal ends the wait for the lock.
 */
export async function openCheckpoint(
  options: CheckpointOptions,
  signal?: AbortSignal,
  connectTo: (path: string) => Connection = connect,
): Promise<Checkpoint> {
  const path = realPath(options.path)
  // A refused file gets no lock beside it. Where a lock exists, the file is read only after it is taken.
  if (!lockFileExists(path) && isStateFile(path)) assertWritable(path)
  const { mode, waitLockMs: waitMs, clock } = options
  const lock = await acquireLock(path, { mode, waitMs, clock }, signal)
  let connection: Connection | null = null
  try {
    if (isStateFile(path)) {
      assertWritable(path)
      removeLeftOver(`${path}.new`)
      lookAtFile(path, pageBytesOf(path))
    } else {
      createStateFile(path, mode, (created) => fill(created, options), options.pageBytes)
    }
    connection = connectTo(path)
    const opened = connection
    // Of no use after a power cut, which ends this process too; the first batch's commit brings it to the disk.
    const start = unsynced(path, opened, () => inTransaction(opened, () => takeOver(path, opened, options)))
    return new StateFile({ path, lock, connection, connectTo, clock, ...start })
  } catch (error) {
    connection?.close()
    lock.release()
    // The start is in the file or not: no batch depends on it.
    throw error instanceof CommitFailed ? error.cause : error
  }
}

/** Inserts the first rows of a new state file. */
function fill(connection: Connection, options: CheckpointOptions): void {
  const { name, stateId, version, clock, fingerprint, onOpen } = options
  setMeta(connection, 'name', name)
  setMeta(connection, 'state_id', stateId)
  setMeta(connection, 'epoch', 0)
  setMeta(connection, 'created_at', clock.now())
  setMeta(connection, 'created_by', version)
  noteDefaults(connection)
  saveFingerprint(connection, fingerprint)
  for (const make of onOpen) make(connection)
}

/**
 * Checks that the file is this pipeline's, and begins the next epoch: processes that opened it before can commit no
 * more.
 */
function takeOver(path: string, connection: Connection, options: CheckpointOptions) {
  const { name, version, holder, fingerprint, onOpen, clock } = options
  assertName(path, connection, name)
  const stateId = upgrade(path, connection, options.stateId)
  const resume = readResume(connection)
  const isUnused = resume.lastBatchId === 0
  if (!isUnused) {
    lookAtLastBatch(path, connection, resume.lastBatchId)
    assertResultTables(path, connection)
  }
  const changes = isUnused ? replaceUnused(connection, fingerprint) : compareFingerprint(path, connection, fingerprint)
  saveFingerprint(connection, fingerprint)
  for (const check of onOpen) check(connection)
  if (changes.length > 0) {
    const row = { at: clock.now(), batchId: resume.lastBatchId, version }
    insertAudit(connection, { ...row, action: 'plan changed', detail: changes.join('\n') })
  }
  const epoch = nextEpoch(connection)
  setMeta(connection, 'version', version)
  setMeta(connection, 'holder_pid', holder.pid)
  setMeta(connection, 'holder_host', holder.host)
  setMeta(connection, 'holder_started_at', holder.startedAt)
  const retention = retentionOf(connection, options.retain)
  return { epoch, stateId, resume, retention, changes: isUnused ? [] : changes }
}

/** Upgrades the tables of an older sprk. Returns the identity of the state file. */
export function upgrade(path: string, connection: Connection, newStateId: string): string {
  const version = toNumber(connection.prepare('PRAGMA user_version').get()?.['user_version'])
  assertSchemaVersion(path, version)
  for (const [to, sql] of MIGRATIONS) if (to > version) connection.execute(sql)
  if (version < SCHEMA_VERSION) connection.execute(`PRAGMA user_version = ${SCHEMA_VERSION}`)
  insertNew(connection, 'sprk_meta', { key: 'state_id', value: newStateId })
  return String(getMetaText(connection, 'state_id'))
}

/** Throws a SprkError with exit 78 where the state file is another pipeline's. */
export function assertName(path: string, transaction: Transaction, name: string): void {
  const saved = getMeta(transaction, 'name')
  if (saved === name) return
  throw new SprkError(Exit.CONFIG, {
    code: 'E_STATE_OTHER',
    message: `${path}: this is the state file of pipeline ${saved}, not of ${name}`,
    hint: 'name another file under `state:`',
  })
}
