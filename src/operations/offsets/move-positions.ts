// Moving saved positions by hand: the change, its row in the audit and the next epoch are one transaction.

import { fenced } from '../../checkpoint/batch-rows.ts'
import { dropBlocks } from '../../checkpoint/blocks.ts'
import { connect } from '../../checkpoint/connection.ts'
import { assertWritable, isStateFile } from '../../checkpoint/create.ts'
import {
  acquireLock,
  assertName,
  type CheckpointOptions,
  CommitFailed,
  type Connection,
  inNextEpoch,
  noState,
  quoted,
  readResume,
  realPath,
} from '../../checkpoint/index.ts'
import type { Lock } from '../../checkpoint/lock.ts'
import { insertAudit } from '../../checkpoint/meta.ts'
import { upgrade } from '../../checkpoint/open.ts'
import { insertPosition, movePosition, replaceLogId } from '../../checkpoint/positions.ts'
import type { ResumePoint, Transaction } from '../../checkpoint.ts'
import type { Gap, Position } from '../../log.ts'
import type { ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey } from '../../record.ts'
import { readWaiting, type Waiting } from '../history/blocks.ts'

/** What of opening a state file to run goes for moving its positions too. */
export type HoldOptions = Pick<
  CheckpointOptions,
  'path' | 'name' | 'mode' | 'stateId' | 'waitLockMs' | 'version' | 'clock'
>

export interface PositionsReset {
  readonly source: string
  /** Identity of the log that all positions belong to afterwards; null: as before. */
  readonly logId: string | null
  /** Positions to move; the blocks that wait of their partitions are dropped. Where `fromOffset = toOffset` the offset stays, but leader epoch and tail hash are forgotten. */
  readonly moves: readonly Gap[]
  /** Positions where there was none. */
  readonly begun: readonly Position[]
  /** Positions that are dropped: their partitions are gone. */
  readonly forgotten: readonly Position[]
  /** Tables whose rows are deleted: state, results. */
  readonly cleared: readonly string[]
  /** For the audit, in words. */
  readonly detail: string
}

/** A state file that no other process works on. */
export interface HeldState {
  readonly resume: ResumePoint
  /** Of one source. */
  waiting(source: string): ReadonlyPartitionMap<Waiting>
  /** At most once. Throws a SprkError, and nothing was changed: 74 for what the disk says, 75 for positions that stand elsewhere. */
  reset(change: PositionsReset): void
  /** Never throws. Frees the lock. */
  close(): void
}

/**
 * Takes the lock of an existing state file, whatever pipeline text it was made with. Throws a SprkError as opening it to run
 * does: 66 where there is none, 74 for a damaged file, 75 for one that another process works on, 77, 78.
 */
export async function holdState(
  options: HoldOptions,
  signal?: AbortSignal,
  connectTo: (path: string) => Connection = connect,
): Promise<HeldState> {
  const { name, mode, waitLockMs: waitMs, clock } = options
  const path = realPath(options.path)
  if (!isStateFile(path)) throw noState(path)
  assertWritable(path)
  const lock = await acquireLock(path, { mode, waitMs, clock }, signal)
  let connection: Connection | null = null
  try {
    connection = connectTo(path)
    assertName(path, connection, name)
    return held({ path, lock, connection, connectTo }, options)
  } catch (error) {
    connection?.close()
    lock.release()
    throw error
  }
}

interface Held {
  readonly path: string
  readonly lock: Lock
  readonly connection: Connection
  readonly connectTo: (path: string) => Connection
}

function held(state: Held, options: HoldOptions): HeldState {
  const { path, lock, connection, connectTo } = state
  return {
    resume: readResume(connection),
    waiting: (source) => readWaiting(connection, source),
    reset(change) {
      try {
        inNextEpoch(
          connection,
          () => connectTo(path),
          () => apply(path, connection, change, options),
        )
      } catch (error) {
        throw error instanceof CommitFailed ? error.cause : error
      }
    },
    close() {
      for (const close of [() => connection.close(), () => lock.release()]) {
        try {
          close()
        } catch {
          // What was committed is in the file or in its WAL.
        }
      }
    },
  }
}

function apply(path: string, connection: Connection, change: PositionsReset, options: HoldOptions): void {
  const { source, logId, moves, begun, forgotten, cleared, detail } = change
  upgrade(path, connection, options.stateId)
  const { lastBatchId } = readResume(connection)
  const now = { at: options.clock.now(), batchId: lastBatchId }
  if (logId !== null) replaceLogId(connection, source, logId)
  for (const move of moves) if (!stays(connection, source, move)) movePosition(path, connection, source, move, now)
  for (const position of begun) insertPosition(connection, source, position)
  for (const position of forgotten) forget(path, connection, source, position)
  // What was received goes on from where the position was.
  for (const at of [...moves, ...begun, ...forgotten]) dropBlocks(connection, source, at)
  for (const table of cleared) connection.prepare(`DELETE FROM ${quoted(table)}`).run()
  insertAudit(connection, { ...now, version: options.version, action: 'offsets reset', detail })
}

/** Whether it is in the same log, at the same offset: then only what was known of the last record read is forgotten. */
function stays(
  transaction: Transaction,
  source: string,
  { topic, topicId, partition, fromOffset, toOffset }: Gap,
): boolean {
  if (fromOffset !== toOffset) return false
  const stayed = transaction
    .prepare(
      `UPDATE sprk_offsets SET topic_id = ?, leader_epoch = NULL, tail_hash = NULL
        WHERE source = ? AND topic = ? AND partition = ? AND next = ? AND coalesce(topic_id, ?) IS ?`,
    )
    .run(topicId, source, topic, BigInt(partition), BigInt(fromOffset), topicId, topicId)
  return stayed === 1
}

function forget(path: string, transaction: Transaction, source: string, position: Position): void {
  const { topic, partition, next } = position
  const gone = transaction
    .prepare('DELETE FROM sprk_offsets WHERE source = ? AND topic = ? AND partition = ? AND next = ?')
    .run(source, topic, BigInt(partition), BigInt(next))
  if (gone !== 1) throw fenced(path, `the saved position of ${partitionKey(position)} is no longer ${next}`)
}
