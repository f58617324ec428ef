// The checkpoint on an open state file: registers partitions, moves positions, commits batches. After an error from
// COMMIT it finds out from the file whether the transaction was committed.

import { statSync } from 'node:fs'
import type { Block, BlockStore, ReceiverReport, StoredBlock } from '../block.ts'
import type { Batch, Checkpoint, ResumePoint, Transaction } from '../checkpoint.ts'
import type { Clock } from '../clock.ts'
import { Exit, SprkError } from '../errors.ts'
import type { Gap, Position } from '../log.ts'
import { PartitionMap } from '../partition-map.ts'
import { advanceOffsets, digestOf, fenced, insertBatch, insertDeadLetters } from './batch-rows.ts'
import { deleteBlocks, insertBlock, isStored, passStep, readBlock, readHeads } from './blocks.ts'
import type { Connection } from './connection.ts'
import { duringRun, fileFault, isDiskFull, notCommitted, notCommittedForRoom, otherLog } from './faults.ts'
import type { Lock } from './lock.ts'
import { getMeta, receiversRow, setMeta } from './meta.ts'
import { insertPosition, movePosition, saveLogId } from './positions.ts'
import { prune } from './prune.ts'
import { sizeOf } from './quick-look.ts'
import { readResume } from './resume.ts'
import type { Retention } from './retention.ts'
import { CommitFailed, inTransaction, settle } from './transaction.ts'

export interface OpenState {
  readonly path: string
  readonly lock: Lock
  readonly connection: Connection
  readonly connectTo: (path: string) => Connection
  readonly clock: Clock
  /** Rises each time that the file is opened for writing. */
  readonly epoch: bigint
  readonly stateId: string
  readonly resume: ResumePoint
  readonly retention: Retention
  readonly changes: readonly string[]
}

/** Tells from the file whether a transaction is in it. */
type IsSaved = (resume: ResumePoint, transaction: Transaction) => boolean

/** The file could not be read after a COMMIT that failed; the cause is what to say. */
class Unseen extends Error {
  constructor(options: { readonly cause: SprkError }) {
    super('nobody saw whether it was committed', options)
  }
}

export class StateFile implements Checkpoint {
  readonly stateId: string
  readonly changes: readonly string[]
  readonly #path: string
  readonly #lock: Lock
  readonly #connectTo: (path: string) => Connection
  readonly #clock: Clock
  readonly #epoch: bigint
  readonly #retention: Retention
  /** The inode of the path when it was opened. */
  readonly #inode: bigint
  /** Null: closed after an error from COMMIT, while the disk is too full to open another one. */
  #connection: Connection | null
  #resume: ResumePoint
  /** Nobody could see whether a transaction of this kind was committed: the next one may repeat it. */
  readonly #doubts = { run: false, blocks: false, report: false }
  /** By source, as they are in the file; no entry where that has to be read. */
  readonly #blocks = new Map<string, readonly StoredBlock[]>()
  /** Of receivers; null: there is nothing new. */
  #report: ReturnType<typeof receiversRow> | null = null

  constructor(state: OpenState) {
    this.stateId = state.stateId
    this.changes = state.changes
    this.#path = state.path
    this.#lock = state.lock
    this.#connectTo = state.connectTo
    this.#clock = state.clock
    this.#epoch = state.epoch
    this.#retention = state.retention
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
    const known = PartitionMap.of(this.#resume.positions.get(source))
    const discovered = positions.filter((position) => !known.has(position))
    if (discovered.length === 0 && (logId === null || savedLogId !== undefined)) return
    const isSaved = (resume: ResumePoint) => {
      const saved = PartitionMap.of(resume.positions.get(source))
      return (logId === null || resume.logIds.has(source)) && discovered.every((position) => saved.has(position))
    }
    this.#transact('run', isSaved, (transaction) => {
      if (logId !== null) saveLogId(transaction, source, logId)
      for (const position of discovered) insertPosition(transaction, source, position)
    })
  }

  move(source: string, gaps: readonly Gap[]): void {
    const isSaved = (resume: ResumePoint) => {
      const saved = PartitionMap.of(resume.positions.get(source))
      return gaps.every((gap) => saved.get(gap)?.next === gap.toOffset)
    }
    this.#transact('run', isSaved, (transaction) => {
      const now = { at: this.#clock.now(), batchId: this.#resume.lastBatchId }
      for (const gap of gaps) {
        movePosition(this.#path, transaction, source, gap, now)
        passStep(transaction, source, gap)
      }
    })
    this.#blocks.delete(source)
  }

  blocks(source: string): BlockStore {
    return {
      append: (blocks) => this.#append(source, blocks),
      pending: () => this.#pending(source),
      read: (stored) => readBlock(this.#connection ?? this.#reopen(), stored),
      walBytes: () => sizeOf(`${this.#path}-wal`),
      report: (receivers) => this.#keepReport(source, receivers),
    }
  }

  #pending(source: string): readonly StoredBlock[] {
    const known = this.#blocks.get(source)
    if (known !== undefined) return known
    const read = readHeads(this.#connection ?? this.#reopen(), source)
    this.#blocks.set(source, read)
    return read
  }

  #append(source: string, blocks: readonly Block[]): void {
    const isThere = (transaction: Transaction) => (block: Block) => isStored(transaction, source, block)
    const isSaved = (_: ResumePoint, transaction: Transaction) => blocks.every(isThere(transaction))
    const heads: StoredBlock[] = []
    this.#transact('blocks', isSaved, (transaction) => {
      // Blocks in doubt may be given again together with others.
      const known = this.#doubts.blocks ? blocks.filter(isThere(transaction)) : []
      for (const block of blocks) {
        if (!known.includes(block)) heads.push(insertBlock(transaction, source, block, this.#clock.now()))
      }
    })
    const cached = this.#blocks.get(source)
    // All of them are read again only where that is needed: thousands may wait.
    if (cached !== undefined && heads.length === blocks.length) this.#blocks.set(source, [...cached, ...heads])
    else this.#blocks.delete(source)
  }

  #keepReport(source: string, receivers: readonly ReceiverReport[]): void {
    this.#report = receiversRow(source, this.#epoch, receivers)
    try {
      this.#transact('report', never, () => {})
    } catch {
      // It stays, and the next transaction takes it; or says what is wrong with the file.
    }
  }

  commit(batch: Batch, write: (transaction: Transaction) => void): void {
    const isSaved = (_: ResumePoint, transaction: Transaction) => {
      const row = transaction.prepare('SELECT digest FROM sprk_batches WHERE batch_id = ?').get(BigInt(batch.batchId))
      return row?.['digest'] === digestOf(batch)
    }
    this.#transact('run', isSaved, (transaction) => {
      const { lastBatchId, lastBatchTime } = this.#resume
      if (batch.batchId !== lastBatchId + 1 || batch.batchTime < (lastBatchTime ?? 0)) {
        throw new Error(`batch ${batch.batchId} at ${batch.batchTime} after ${lastBatchId} at ${lastBatchTime}`)
      }
      advanceOffsets(this.#path, transaction, batch)
      const written: unknown = write(transaction)
      deleteBlocks(transaction, this.#pending(batch.source), batch.ranges)
      insertBatch(transaction, batch, this.#clock.now())
      insertDeadLetters(transaction, batch)
      prune(transaction, this.#retention, batch, this.#clock.now())
      return written
    })
    if (this.#pending(batch.source).length > 0) this.#blocks.delete(batch.source)
  }

  close(): void {
    // The last connection to close writes the WAL back into the file and removes it.
    for (const close of [() => this.#connection?.close(), () => this.#lock.release()]) {
      try {
        close()
      } catch {
        // The next start finds every committed transaction, in the file or in its WAL.
      }
    }
  }

  /**
   * Runs `work` in one transaction. `isSaved` tells from the file, after a COMMIT that failed, whether it was done
   * after all.
   */
  #transact(kind: 'run' | 'blocks' | 'report', isSaved: IsSaved, work: (transaction: Transaction) => unknown): void {
    try {
      this.#attempt(this.#doubts[kind], isSaved, work)
      this.#doubts[kind] = false
    } catch (error) {
      if (error instanceof Unseen) this.#doubts[kind] = true
      throw duringRun(error instanceof Unseen ? error.cause : error)
    }
  }

  #attempt(isInDoubt: boolean, isSaved: IsSaved, work: (transaction: Transaction) => unknown): void {
    this.#assertInPlace()
    const connection = this.#connection ?? this.#reopen()
    if (isInDoubt && isSaved(this.#resume, connection)) return
    try {
      this.#resume = inTransaction(connection, () => {
        this.#assertEpoch(connection)
        if (work(connection) instanceof Promise) throw new Error('a transaction was given asynchronous work')
        if (this.#report !== null) setMeta(connection, ...this.#report)
        return readResume(connection)
      })
      this.#report = null
    } catch (error) {
      if (!(error instanceof CommitFailed)) throw error
      this.#settle(error.cause, isSaved)
    }
  }

  /**
   * Returns if the file has the transaction, else throws. Does not repeat the transaction: after `E_DISK_FULL` the
   * caller may.
   */
  #settle(cause: unknown, isSaved: IsSaved): void {
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
    const error = isDiskFull(cause)
      ? notCommittedForRoom(this.#path, lastBatchId, cause)
      : notCommitted(this.#path, unseen ?? cause, lastBatchId)
    throw unseen === undefined ? error : new Unseen({ cause: error })
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

  /** Otherwise commits could go into a file that has lost its name, and would be lost when this process ends. */
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

function never(): boolean {
  return false
}

function inodeOf(path: string): bigint {
  try {
    return statSync(path, { bigint: true }).ino
  } catch (error) {
    throw fileFault(path, error)
  }
}
