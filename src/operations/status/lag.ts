// How far a pipeline is behind the end of its log, and whether it gains on it.

import { Exit, SprkError } from '../../errors.ts'
import { type AwayPartition, type LogPartition, type LogView, unread } from '../../log.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { type Asking, ask } from '../ask.ts'
import { receivedPositions, type Waiting } from '../history/blocks.ts'
import type { StateReport } from './state-report.ts'

export interface Lag {
  /** Offsets that were not processed yet; in a file they are bytes. */
  readonly offsets: number
  /** How many partitions were asked about. */
  readonly partitions: number
  /** The others: nothing here counts them. */
  readonly away: readonly AwayPartition[]
  /** Offsets that were deleted before they were read. */
  readonly lost: number
  readonly trend: LagTrend | null
}

export interface LagTrend {
  /** How far it was behind so many milliseconds ago. */
  readonly offsetsThen: number
  readonly ms: number
  /** How fast the lag grows (negative: falls). */
  readonly offsetsPerSecond: number
  /** When nothing will be left if it goes on like that; null where the lag does not fall. */
  readonly caughtUpInMs: number | null
}

/** A trend over a shorter time means nothing. */
const MIN_TREND_MS = 1000

/** Throws as `ask` does. */
export async function askLag(view: LogView, state: StateReport | null, now: number, asking: Asking): Promise<Lag> {
  const { partitions, away } = await ask(view.partitions(asking.signal, 'present'), asking)
  const saved = state?.positions ?? []
  const positions = saved.length > 0 ? saved : await ask(view.starts(asking.signal, partitions), asking)
  const waiting = state?.waiting ?? new PartitionMap<Waiting>()
  const next = PartitionMap.of(receivedPositions(positions, waiting), (position) => position.next)
  const offsets = sumOf(partitions, (at) => (waiting.get(at)?.records ?? 0) + unread(at, next.get(at) ?? at.start))
  const lost = sumOf(partitions, (at) => Math.max(0, at.start - (next.get(at) ?? at.start)))
  const trend = state === null ? null : await askTrend(view, state, partitions, { offsets, now }, asking)
  return { offsets, partitions: partitions.length, away, lost, trend }
}

async function askTrend(
  view: LogView,
  state: StateReport,
  partitions: readonly LogPartition[],
  { offsets, now }: { readonly offsets: number; readonly now: number },
  asking: Asking,
): Promise<LagTrend | null> {
  const [first] = state.batches
  const isMoved = state.lastMove !== null && first !== undefined && state.lastMove.batchId >= first.batchId
  if (first === undefined || isMoved) return null
  const ms = now - first.committedAt
  if (ms < MIN_TREND_MS) return null
  const ends = await askEndsAt(view, partitions, first.committedAt, asking)
  if (ends === null) return null
  const next = positionsAfter(state)
  const offsetsThen = sumOf(partitions, ({ start, ...at }) =>
    unread({ start, end: ends.get(at) ?? at.end }, next.get(at) ?? start),
  )
  const offsetsPerSecond = ((offsets - offsetsThen) * 1000) / ms
  return { offsetsThen, ms, offsetsPerSecond, caughtUpInMs: timeLeft(offsets, offsetsPerSecond) }
}

/** By the times of the records; null where the log knows none. */
async function askEndsAt(
  view: LogView,
  partitions: readonly LogPartition[],
  at: number,
  asking: Asking,
): Promise<ReadonlyPartitionMap<number> | null> {
  try {
    return await ask(view.offsetsAt(partitions, at, asking.signal), asking)
  } catch (error) {
    if (error instanceof SprkError && error.exit === Exit.USAGE) return null
    throw error
  }
}

function timeLeft(offsets: number, offsetsPerSecond: number): number | null {
  if (offsets === 0) return 0
  return offsetsPerSecond < 0 ? Math.round((offsets * 1000) / -offsetsPerSecond) : null
}

/** Where the partitions stood when the first of the batches was committed. */
function positionsAfter({ batches, ranges, positions }: StateReport): ReadonlyPartitionMap<number> {
  const after = PartitionMap.of(positions, ({ next }) => next)
  const first = batches[0]?.batchId
  for (const range of ranges.toReversed()) {
    after.set(range, range.batchId === first ? range.untilOffset : range.fromOffset)
  }
  return after
}

function sumOf(partitions: readonly LogPartition[], count: (at: LogPartition) => number): number {
  return partitions.reduce((sum, at) => sum + count(at), 0)
}
