// What `replay --replace` would change beside the results of the same offsets: it is refused, unless that is wanted.

import { Exit, SprkError } from '../../errors.ts'
import { PartitionMap } from '../../partition-map.ts'
import { partitionKey } from '../../record.ts'
import type { RecordedPartition } from '../history/recorded.ts'
import { type Asked, type Found, missingLine } from './missing.ts'
import type { RangeSpec } from './range.ts'
import { isOfNewLog, type ResolvedPartition } from './resolve.ts'

export interface Wanted {
  readonly range: RangeSpec
  /** Whether results may disappear. */
  readonly isPartial: boolean
}

/**
 * What changes, a line each, where that is wanted. Throws a SprkError: exit 64 where other offsets would be in the results
 * than the run has read, unless that is wanted; 79 where the run has not read what is gone from the log, since only `run`
 * and `offsets reset` may pass over that.
 */
export function assertWhole(range: Asked, wanted: Wanted): readonly string[] {
  assertNoneSkipped(range)
  const lines = changesOf(range)
  const [first, ...details] = lines
  if (wanted.isPartial || first === undefined) return lines
  const hint = canRepeatAll(range, wanted)
    ? 'leave the start out to begin where the run began, or add --partial'
    : 'add --partial where that is wanted'
  throw partial(first, details, hint)
}

function partial(message: string, details: readonly string[], hint: string): SprkError {
  return new SprkError(Exit.USAGE, { code: 'E_REPLACE_PARTIAL', message, details, hint })
}

/** Says how many records are no longer in the log. Throws a SprkError (exit 64) where there are any, unless that is wanted. */
export function assertFound({ missing }: Found, { isPartial }: Wanted): string | null {
  const line = missingLine(missing)
  if (line === null || isPartial) return line
  throw partial(line, ['nothing was replaced'], 'add --partial where that is wanted')
}

function assertNoneSkipped({ header, partitions }: Asked): void {
  const isFollowed = header.isRecorded && header.isFromStart
  for (const at of partitions) {
    const { live, log, from } = at
    const isRecreated = isOfNewLog(at)
    if (live === null || (!isRecreated && (isFollowed || from <= live.next))) continue
    const key = partitionKey(at)
    if (!isRecreated && (log === null || from > log.start)) {
      const message = `${key}: the range begins at ${from}, and the state file stands at ${live.next}: what is between would never be read`
      const hint = 'begin the range where the state file stands, or before'
      throw new SprkError(Exit.USAGE, { code: 'E_REPLACE_PARTIAL', message, hint })
    }
    throw new SprkError(Exit.DATA_LOSS, {
      code: 'E_OFFSET_GONE',
      message: isRecreated
        ? `${key}: the topic was created anew since the run read it`
        : `${key}: the state file stands at ${live.next}, and the log begins at ${log?.start}: ${from - live.next} offsets that were never read are gone`,
      hint: '`sprk run <pipeline> --once` says how the run can go on; replace its results afterwards',
    })
  }
}

function changesOf({ history, header, partitions }: Asked): readonly string[] {
  if (history === null) return []
  const within = PartitionMap.of(partitions)
  const deleted =
    history.knownFrom > 1
      ? [`the results of batches before ${history.knownFrom}, which are no longer recorded, disappear`]
      : []
  const isFollowed = header.isRecorded && header.isFromStart
  return [...deleted, ...history.partitions.flatMap((live) => changeOf(live, within.get(live), isFollowed))]
}

/** `isFollowed`: all recorded batches are repeated, wherever the run was moved. */
function changeOf(live: RecordedPartition, at: ResolvedPartition | undefined, isFollowed: boolean): readonly string[] {
  const key = partitionKey(live)
  const { lowest, highest } = live
  if (lowest === highest) return []
  if (at === undefined) return [`${key}: it is no part of the range: its results disappear, its position stays`]
  if (live.isOfOtherLog) return [`${key}: the topic was created anew: the results of what it held before disappear`]
  if (isFollowed) return []
  const { from, end } = at
  if (from > lowest) return [`${key}: the results of offsets ${lowest} to ${Math.min(from, highest)} disappear`]
  const until = Math.min(end, lowest)
  return from < until ? [`${key}: offsets ${from} to ${until}, which are not in the results, are added`] : []
}

/** Whether the same command without a start can work. */
function canRepeatAll({ history, partitions }: Asked, { range }: Wanted): boolean {
  if (history === null || history.knownFrom > 1 || range.from === 'recorded') return false
  if (range.from === 'earliest' && partitions.length < history.partitions.length) return false
  return partitions.every(({ live, log }) => {
    return live === null || (!live.isOfOtherLog && log !== null && log.start <= live.lowest)
  })
}
