// How many records of the live run a replay did not find again: a compacted log loses some between others.

import { viewState } from '../../checkpoint/index.ts'
import { PartitionMap } from '../../partition-map.ts'
import { count } from '../../words.ts'
import { type RecordedHistory, readRecords } from '../history/recorded.ts'
import { type ReplayHeader, readMissing } from './replay-file.ts'
import type { ResolvedPartition } from './resolve.ts'

/** What is to be repeated. */
export interface Asked {
  readonly header: ReplayHeader
  readonly history: RecordedHistory | null
  readonly partitions: readonly ResolvedPartition[]
}

export interface Found {
  /** Records that the live run has read, and that are no longer in the log. */
  readonly missing: number
}

/**
 * Of the file at `path`, which is built. Exact for recorded batches that are repeated whole. For new batches it is what
 * their number of records leaves no other reason for, as far as offsets count records.
 */
export function missingRecords(
  path: string,
  unit: 'records' | 'bytes',
  { history, header, partitions }: Asked,
): number {
  if (history === null) return 0
  if (header.isRecorded) return viewState(path, readMissing)
  const within = PartitionMap.of(partitions)
  const isWhole = history.partitions.every((live) => {
    const at = within.get(live)
    return at !== undefined && !live.isOfOtherLog && at.from <= live.lowest && at.end >= live.next
  })
  if (!isWhole || unit === 'bytes') return 0
  // Offsets that the run read again count twice there; those that it passed over or never read, only here.
  const passed = history.moves.map(({ fromOffset, toOffset }) => toOffset - fromOffset)
  const again = sum(passed.map((offsets) => Math.max(-offsets, 0)))
  const jumped = sum(passed.map((offsets) => Math.max(offsets, 0)))
  const around = partitions.map(({ live, from, end }) => {
    return live === null ? end - from : Math.max(live.lowest - from, 0) + Math.max(end - live.next, 0)
  })
  return Math.max(history.records - again - (viewState(path, readRecords) - jumped - sum(around)), 0)
}

/** In words; null where none is. */
export function missingLine(records: number): string | null {
  if (records === 0) return null
  return `${count(records)} of the records that the live run has read are no longer in the log (a compacted topic?): what came of them is missing`
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
