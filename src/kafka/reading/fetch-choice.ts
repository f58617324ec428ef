// Which partitions the next fetch of a broker asks for: those that are waited for, then what their ranges still need, then
// what comes after that. No more of them than fill an answer, since each takes its time at both ends.

import type { PartitionLog } from './partition-log.ts'

/** A partition that is being read, and how far: Infinity means as far as it goes. */
export interface Wanted {
  readonly log: PartitionLog
  readonly untilOffset: number
}

export interface Choice {
  /** The first is served first. */
  readonly logs: readonly PartitionLog[]
  /** Bytes of each. */
  readonly share: number
}

export interface ChoiceBounds {
  /** Of the answer. */
  readonly bytes: number
  /** Over the wire, as they came so far; 0 where nothing did. */
  readonly bytesPerOffset: number
  /** Nothing is to be fetched ahead. */
  readonly isScarce: boolean
}

/** A partition's share of a fetch is not made smaller than this. */
const MIN_PARTITION_BYTES = 256 * 1024

/** Partitions are asked for until so many answers are expected of them: records differ in size. */
const ANSWERS = 2

/** `ring`: all partitions of the broker, the one whose turn it is first. `untils`: where those that are read end. */
export function chooseLogs(
  ring: readonly PartitionLog[],
  untils: ReadonlyMap<PartitionLog, number>,
  { bytes, bytesPerOffset, isScarce }: ChoiceBounds,
): Choice {
  const chosen = new Map<PartitionLog, number>()
  let left = ANSWERS * bytes
  /** `untilOffset` may lie beyond the end that is known. */
  const choose = (log: PartitionLog, untilOffset: number) => {
    const offsets = Math.min(untilOffset, log.lastStableOffset) - log.fetchOffset
    const expected = Math.max(offsets, 0) * bytesPerOffset
    left -= expected - (chosen.get(log) ?? 0)
    chosen.set(log, expected)
  }
  for (const log of ring) {
    if (left <= 0) break
    const until = untils.get(log)
    if (until !== undefined && log.isEmpty) choose(log, until)
  }
  if (!isScarce) {
    const ahead = ring.filter((log) => log.fetchOffset < log.lastStableOffset && log.buffered < bytes)
    for (const log of ahead) {
      if (left <= 0) break
      const until = untils.get(log)
      if (until !== undefined && log.fetchOffset < until && !chosen.has(log)) choose(log, until)
    }
    for (const log of [...[...chosen.keys()], ...ahead]) {
      if (left <= 0) break
      choose(log, Infinity)
    }
  }
  const logs = [...chosen.keys()]
  const share = Math.max(Math.floor(bytes / Math.max(logs.length, 1)), Math.min(MIN_PARTITION_BYTES, bytes))
  return { logs, share }
}
