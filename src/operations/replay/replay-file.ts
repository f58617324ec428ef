// What a state file that a replay builds says of itself: which range of which history it repeats, and how far it has come.

import { getMetaText } from '../../checkpoint/index.ts'
import { insertAudit, setMeta } from '../../checkpoint/meta.ts'
import type { Transaction } from '../../checkpoint.ts'
import { Exit, SprkError } from '../../errors.ts'
import type { TopicPartition } from '../../record.ts'

/** Kept as JSON under `replay` in sprk_meta. */
export interface ReplayHeader {
  /** Identity of the state file that is repeated; null where the pipeline had none. */
  readonly stateId: string | null
  /** What its results had been replaced by when the replay began: recorded batches are others then. */
  readonly replacedBy: string | null
  /** The range as it was asked for. */
  readonly range: string
  /** Canonical text of the plan. */
  readonly plan: string
  /** Whether new batches were asked for. */
  readonly isRebatched: boolean
  /** Whether recorded batches are repeated; else new ones are made. */
  readonly isRecorded: boolean
  /** Whether the range begins where each partition's first recorded batch does. */
  readonly isFromStart: boolean
  readonly logId: string | null
  readonly partitions: readonly ReplayPartition[]
}

export interface ReplayPartition extends TopicPartition {
  readonly topicId: string | null
  readonly from: number
  /** Null: found again at each start, since it goes with the live state or the log. */
  readonly until: number | null
}

/** Null where the file was not made by a replay. */
export function readReplayHeader(transaction: Transaction): ReplayHeader | null {
  const text = getMetaText(transaction, 'replay')
  return text === null ? null : JSON.parse(text)
}

/** The last recorded batch that was repeated; `all`: new batches follow. Null: none was. */
export function readRepeated(transaction: Transaction): number | 'all' | null {
  const text = getMetaText(transaction, 'replay_batch')
  return text === null || text === 'all' ? text : Number(text)
}

export function saveRepeated(transaction: Transaction, batch: number | 'all' | null): void {
  setMeta(transaction, 'replay_batch', String(batch))
}

/** How many records fewer the repeated batches had than the recorded ones. */
export function readMissing(transaction: Transaction): number {
  return Number(getMetaText(transaction, 'replay_missing') ?? 0)
}

export function addMissing(transaction: Transaction, records: number): void {
  if (records !== 0) setMeta(transaction, 'replay_missing', String(readMissing(transaction) + records))
}

/**
 * Writes the header into a new file, with an audit row; in a file that has one, throws a SprkError (exit 78) where it is
 * of another replay. To be given to `onOpen` of openCheckpoint.
 */
export function beginReplay(
  path: string,
  header: ReplayHeader,
  row: { readonly at: number; readonly version: string },
) {
  return (transaction: Transaction): void => {
    const isNew = getMetaText(transaction, 'epoch') === '0'
    const saved = readReplayHeader(transaction)
    if (saved !== null || !isNew) {
      assertSameReplay(path, saved, header)
      return
    }
    setMeta(transaction, 'replay', JSON.stringify(header))
    insertAudit(transaction, { ...row, batchId: 0, action: 'replay', detail: rangeLines(header).join('\n') })
  }
}

/** What makes two replays one. */
export type ReplayIdentity = Pick<ReplayHeader, 'stateId' | 'replacedBy' | 'range' | 'plan' | 'isRebatched'>

/** Throws a SprkError (exit 78) with the reason and the way out. `saved` is null where the file is of no replay. */
export function assertSameReplay(path: string, saved: ReplayHeader | null, now: ReplayIdentity): ReplayHeader {
  if (saved === null) {
    throw other(path, 'this state file was not made by `replay`', 'name another file with --into')
  }
  const wayOut = 'remove it with its -wal and -shm to begin anew, or name another file with --into'
  if (saved.stateId !== now.stateId) throw other(path, 'it repeats the batches of another state file', wayOut)
  if (saved.replacedBy !== now.replacedBy) throw other(path, 'what it repeats was replaced since', wayOut)
  if (saved.plan !== now.plan) throw other(path, 'it was begun with another text of the pipeline', wayOut)
  if (saved.range !== now.range) {
    const [before, after] = [saved, now].map(({ range }) => (range === '' ? 'the recorded range' : range))
    throw other(path, `it repeats ${before}, not ${after}`, wayOut)
  }
  if (saved.isRebatched !== now.isRebatched) {
    throw other(path, `it was begun ${saved.isRebatched ? 'with' : 'without'} --rebatch`, wayOut)
  }
  return saved
}

function rangeLines({ range, isRecorded, partitions }: ReplayHeader): string[] {
  const batches = isRecorded ? 'recorded batches' : 'new batches'
  const lines = partitions.map(({ topic, partition, from, until }) => `${topic}/${partition} ${from}…${until ?? ''}`)
  return [`${range === '' ? 'the recorded range' : range}, ${batches}`, ...lines]
}

function other(path: string, what: string, hint: string): SprkError {
  return new SprkError(Exit.CONFIG, { code: 'E_REPLAY_OTHER', message: `${path}: ${what}`, hint })
}
