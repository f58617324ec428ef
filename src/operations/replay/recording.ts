// The recorded batches of a live state file as a replay's source repeats them: clipped to the range.

import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { recordsRead } from '../../progress.ts'
import type { OffsetRange } from '../../record.ts'
import { recordedBatches } from '../history/recorded.ts'
import type { BatchWithRanges } from '../history/rows.ts'
import type { RecordedBatch, Recording, Repeated } from './recorded-source.ts'
import type { ReplayHeader } from './replay-file.ts'
import type { ResolvedPartition } from './resolve.ts'

export interface RecordingOptions {
  /** Of the live state file. */
  readonly path: string
  readonly source: string
  readonly header: ReplayHeader
  readonly partitions: readonly ResolvedPartition[]
  /** The first recorded batch. */
  readonly first: number
  /** How far they were repeated already. */
  readonly repeated: Repeated
  /** The last recorded batch. */
  readonly through: number
}

export function recordingOf({
  path,
  source,
  header,
  partitions,
  first,
  repeated,
  through,
}: RecordingOptions): Recording {
  const ends = PartitionMap.of(partitions, ({ end }) => end)
  if (!header.isRecorded || repeated === 'all') return { batches: [].values(), final: new PartitionMap(), ends }
  // What was moved is not clipped: its ranges may go beyond where they begin and end.
  const bounds = PartitionMap.of(partitions, ({ from, end, live }): Bounds => {
    const isWhole = live !== null && end >= live.next
    return { from: header.isFromStart ? 0 : from, until: isWhole ? Infinity : end }
  })
  const final = PartitionMap.of(
    partitions.flatMap(({ live, end }) => (header.isFromStart && live !== null && end >= live.next ? [live] : [])),
    ({ next }) => next,
  )
  return { batches: clipped(recordedBatches(path, source, repeated ?? first - 1, through), bounds), final, ends }
}

interface Bounds {
  readonly from: number
  readonly until: number
}

function* clipped(batches: Iterable<BatchWithRanges>, bounds: ReadonlyPartitionMap<Bounds>): Generator<RecordedBatch> {
  for (const { batchId, batchTime, ranges, counts } of batches) {
    const within = ranges.flatMap((range) => {
      const bound = bounds.get(range)
      if (bound === undefined) return []
      const fromOffset = Math.max(range.fromOffset, bound.from)
      const untilOffset = Math.min(range.untilOffset, bound.until)
      return fromOffset < untilOffset ? [{ ...range, fromOffset, untilOffset }] : []
    })
    const isWhole = offsetsOf(within) === offsetsOf(ranges)
    if (within.length > 0) yield { batchId, batchTime, ranges: within, records: isWhole ? recordsRead(counts) : null }
  }
}

function offsetsOf(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((all, { fromOffset, untilOffset }) => all + untilOffset - fromOffset, 0)
}
