// The checkpoint on an open state file: registers partitions, commits batches, and tells commits that failed from commits
// whose success could not be seen.

import { statSync } from 'node:fs'
import type { Batch, Checkpoint, ResumePoint, Transaction } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { Exit, messageOf, SprkError } from '../errors.ts'
import type { Gap, Position } from '../log.ts'
import { partitionKey } from '../record.ts'
import { advanceOffsets, digestOf, fenced, insertBatch, insertDeadLetters } from './batch-rows.ts'
import { type Connection, closeReadable } from './connection.ts'
import { duringRun, fileFault, isDiskFull } from './faults.ts'
import type { Lock } from './lock.ts'
import { getMeta } from './meta.ts'
import { insertPosition, movePosition, saveLogId } from './positions.ts'
import { readResume } from './resume.ts'
import { CommitFailed, inTransaction, settle } from './transaction.ts'

export interface OpenState {
  readonly path: string
  readonly lock: Lock
  readonly connection: Connection
  readonly connectTo: (path: string) => Connection
  readonly clock: Clock
  /** Every later opening of the file has a higher one. */
  readonly epoch: bigint
  readonly stateId: string
  readonly resume: ResumePoint
  readonly notices: readonly string[]
}

export class StateFile implements Checkpoint {
  readonly stateId: string
  readonly notices: readonly string[]
  readonly #path: string
  readonly #lock: Lock
  readonly #connectTo: (path: string) => Connection
  readonly #clock: Clock
  readonly #epoch: bigint
  /** The inode the path named when it was opened. */
  readonly #inode: bigint
  /** Null: it was dropped after an error from COMMIT, and the disk was too full to open another one. */
  #connection: Connection | null
  #resume: ResumePoint

  constructor(state: OpenState) {
    this.stateId = state.stateId
    this.notices = state.notices
    this.#path = state.path
    this.#lock = state.lock
    this.#connectTo = state.connectTo
    this.#clock = state.clock
    this.#epoch = state.epoch
    this.#inode = inodeOf(state.path)
    this.#connection = state.connection
    this.#resume = state.resume
  }

  get resume(): ResumePoint {
    return this.#resume
  }

  register(source: string, logId: string | null, positions: readonly Position[]): void {
    const savedLogId = this.#resume.logIds.get(source)
    if (logId !== null && savedLogId !== undefined && savedLogId !== logId) {
      throw otherLog(this.#path, source, savedLogId, logId)
    }
    const known = new Set(this.#resume.positions.get(source)?.map(partitionKey))
    const met = positions.filter((position) => !known.has(partitionKey(position)))
    if (met.length === 0 && (logId === null || savedLogId !== undefined)) return
    const isSaved = (resume: ResumePoint) => {
      const saved = new Set(resume.positions.get(source)?.map(partitionKey))
      return met.every((position) => saved.has(partitionKey(position)))
    }
    this.#transact(isSaved, (transaction) => {
      if (logId !== null) saveLogId(transaction, source, logId)
      for (const position of met) insertPosition(transaction, source, position)
    })
  }

  move(source: string, gaps: readonly Gap[]): void {
    const isSaved = (resume: ResumePoint) => {
      const saved = new Map(resume.positions.get(source)?.map((position) => [partitionKey(position), position.next]))
      return gaps.every((gap) => saved.get(partitionKey(gap)) === gap.toOffset)
    }
    this.#transact(isSaved, (transaction) => {
      const now = { at: this.#clock.now(), batchId: this.#resume.lastBatchId }
      for (const gap of gaps) movePosition(this.#path, transaction, source, gap, now)
    })
  }

  commit(batch: Batch, write: (transaction: Transaction) => void): void {
    const { lastBatchId, lastBatchTime } = this.#resume
    if (batch.batchId !== lastBatchId + 1 || batch.batchTime < (lastBatchTime ?? 0)) {
      throw new Error(`batch ${batch.batchId} at ${batch.batchTime} after ${lastBatchId} at ${lastBatchTime}`)
    }
    const isSaved = (_: ResumePoint, transaction: Transaction) => {
      const row = transaction.prepare('SELECT digest FROM sprk_batches WHERE batch_id = ?').get(BigInt(batch.batchId))
      return row?.['digest'] === digestOf(batch)
    }
    this.#transact(isSaved, (transaction) => {
      advanceOffsets(this.#path, transaction, batch)
      const written: unknown = write(transaction)
      insertBatch(transaction, batch, this.#clock.now())
      insertDeadLetters(transaction, batch)
      return written
    })
  }

  close(): void {
    // The last connection to close writes the WAL back into the file and removes it.
    const closeFile = () => {
      if (this.#connection !== null) closeReadable(this.#connection)
    }
    for (const close of [closeFile, () => this.#lock.release()]) {
      try {
        close()
      } catch {
        // The next start finds what was committed, in the file or in its WAL.
      }
    }
  }

  /** `isSaved` tells from what stands in the file, after a COMMIT that failed, whether it was done all the same. */
  #transact(
    isSaved: (resume: ResumePoint, transaction: Transaction) => boolean,
    work: (transaction: Transaction) => unknown,
  ): void {
    try {
      this.#attempt(isSaved, work)
    } catch (error) {
      throw duringRun(error)
    }
  }

  #attempt(
    isSaved: (resume: ResumePoint, transaction: Transaction) => boolean,
    work: (transaction: Transaction) => unknown,
  ): void {
    this.#assertInPlace()
    const isUnsettled = this.#connection === null
    const connection = this.#connection ?? this.#reopen()
    if (isUnsettled && isSaved(this.#resume, connection)) return
    try {
      this.#resume = inTransaction(connection, () => {
        this.#assertEpoch(connection)
        if (work(connection) instanceof Promise) throw new Error('a transaction was given asynchronous work')
        return readResume(connection)
      })
    } catch (error) {
      if (!(error instanceof CommitFailed)) throw error
      this.#settle(error.cause, isSaved)
    }
  }

  /**
   * Returns where the file has what was committed, else throws. Nothing is tried again here: the caller may, where the
   * disk was full and the file does not have it.
   */
  #settle(cause: unknown, isSaved: (resume: ResumePoint, transaction: Transaction) => boolean): void {
    const dropped = this.#connection
    this.#connection = null
    let unseen: unknown
    try {
      if (
        settle(
          dropped,
          () => this.#reopen(),
          (fresh) => isSaved(this.#resume, fresh),
        )
      )
        return
    } catch (error) {
      unseen = error
    }
    const { lastBatchId } = this.#resume
    throw isDiskFull(cause)
      ? diskFull(this.#path, lastBatchId, cause)
      : notCommitted(this.#path, unseen ?? cause, lastBatchId)
  }

  #reopen(): Connection {
    const connection = this.#connectTo(this.#path)
    try {
      this.#resume = readResume(connection)
    } catch (error) {
      connection.close()
      throw error
    }
    this.#connection = connection
    return connection
  }

  #assertEpoch(transaction: Transaction): void {
    const epoch = getMeta(transaction, 'epoch')
    if (epoch !== this.#epoch) throw fenced(this.#path, `its epoch is ${epoch}, ours was ${this.#epoch}`)
  }

  /** Without this, commits could go into a file without a name, which is gone with this process. */
  #assertInPlace(): void {
    let inode: bigint | null
    try {
      inode = inodeOf(this.#path)
    } catch {
      inode = null
    }
    if (inode === this.#inode) return
    throw new SprkError(Exit.IO, {
      code: 'E_IO',
      message: `${this.#path}: the state file was moved, deleted or replaced while it was in use`,
      hint: 'put it back with its -wal file, and start again',
    })
  }
}

function inodeOf(path: string): bigint {
  try {
    return statSync(path, { bigint: true }).ino
  } catch (error) {
    throw fileFault(path, error)
  }
}

function otherLog(path: string, source: string, saved: string, found: string): SprkError {
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_CLUSTER_CHANGED',
    message: `${path}: ${source} was read from log ${saved} and now reads from ${found}: the saved offsets mean nothing there`,
    hint: 'point `brokers:` at the old cluster, or begin anew with another file under `state:`',
  })
}

function diskFull(path: string, lastBatchId: number, cause: unknown): SprkError {
  const message = `${path}: the disk is full; last batch seen ${lastBatchId}`
  return new SprkError(Exit.IO, { code: 'E_DISK_FULL', message, hint: 'make room' }, { cause })
}

function notCommitted(path: string, cause: unknown, lastBatchId: number): SprkError {
  return new SprkError(
    Exit.IO,
    {
      code: 'E_IO',
      message: `${path}: the commit failed: ${messageOf(cause)}; last batch seen ${lastBatchId}`,
      hint: 'fix the disk and start again; committed batches are kept',
    },
    { cause },
  )
}
