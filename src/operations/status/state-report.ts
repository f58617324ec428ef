// What a state file says of its pipeline's last batches, as of one moment.

import type { ReceiverReport } from '../../block.ts'
import { assertName, compareFingerprint, readResume, viewState } from '../../checkpoint/index.ts'
import { readReceivers } from '../../checkpoint/meta.ts'
import type { Transaction } from '../../checkpoint.ts'
import { SprkError } from '../../errors.ts'
import type { Position } from '../../log.ts'
import type { ReadonlyPartitionMap } from '../../partition-map.ts'
import type { Plan } from '../../plan/plan.ts'
import { readDeadLetterCount } from '../dead-letters.ts'
import { readWaiting, type Waiting } from '../history/blocks.ts'
import { type Pruned, readPruned } from '../history/pruned.ts'
import {
  type BatchRow,
  type MoveRow,
  type RangeRow,
  readBatches,
  readMeta,
  readMoves,
  readRanges,
  type StateMeta,
} from '../history/rows.ts'

export interface StateReport {
  readonly meta: StateMeta
  /** 0: none was committed. */
  readonly lastBatchId: number
  /** The last ones, in order. */
  readonly batches: readonly BatchRow[]
  /** Of these batches, in order. */
  readonly ranges: readonly RangeRow[]
  /** Of the pipeline's source; without a pipeline file, of all sources. */
  readonly positions: readonly Position[]
  /** What was received and is not processed. */
  readonly waiting: ReadonlyPartitionMap<Waiting>
  /** What receivers said last; null: this file never had any. */
  readonly receivers: ReceiversReport | null
  /** All that were kept, those that were pruned since too. */
  readonly deadLetters: number
  readonly pruned: Pruned
  readonly moves: number
  readonly lastMove: MoveRow | null
  /** Null: no pipeline file was given. */
  readonly pipeline: PipelineChange | null
}

export interface ReceiversReport {
  /** Of the run that opened the file last; else they are of one before it. */
  readonly isOfLastRun: boolean
  readonly receivers: readonly ReceiverReport[]
}

/** The pipeline file beside what ran last: a change is accepted by the next run, or refused. */
export interface PipelineChange {
  readonly change: 'none' | 'accepted' | 'refused'
  /** Why it is refused. */
  readonly why: string | null
}

/** Its id where no pipeline file is given. */
const SOURCE = 'source'

/** `plan`: null where the state file alone is known. Throws a SprkError: exit 66 without a state file, 78 for one of another pipeline. */
export function readStateReport(path: string, plan: Plan | null, last: number): StateReport {
  return viewState(path, (transaction) => {
    if (plan !== null) assertName(path, transaction, plan.name)
    const batches = readBatches(transaction, { last })
    const { lastBatchId, positions } = readResume(transaction)
    const moves = readMoves(transaction)
    const meta = readMeta(transaction)
    const source = plan?.source.id ?? SOURCE
    const said = readReceivers(transaction, source)
    const pruned = readPruned(transaction)
    return {
      meta,
      lastBatchId,
      batches,
      ranges: readRanges(transaction, batches[0]?.batchId ?? 0, lastBatchId),
      positions: plan === null ? [...positions.values()].flat() : (positions.get(plan.source.id) ?? []),
      waiting: readWaiting(transaction, source),
      receivers: said && { isOfLastRun: said.epoch === meta.epoch, receivers: said.receivers },
      deadLetters: readDeadLetterCount(transaction) + pruned.deadLetters,
      pruned,
      moves: moves.length,
      lastMove: moves.at(-1) ?? null,
      pipeline: plan === null ? null : changeOf(path, transaction, plan, lastBatchId),
    }
  })
}

function changeOf(path: string, transaction: Transaction, plan: Plan, lastBatchId: number): PipelineChange {
  try {
    const lines = compareFingerprint(path, transaction, plan.fingerprint)
    return { change: lines.length === 0 ? 'none' : 'accepted', why: null }
  } catch (error) {
    if (!(error instanceof SprkError)) throw error
    // While no batch was committed, every change is accepted.
    return lastBatchId === 0 ? { change: 'accepted', why: null } : { change: 'refused', why: error.message }
  }
}
