// What a log says of itself, beside positions that are saved.

import type { LogNow, LogPartition, LogView, Position, Wanted } from '../../log.ts'
import { partitionKey } from '../../record.ts'
import { type Asking, ask } from '../ask.ts'

/** A log of which no partition is away. */
export type Log = Omit<LogNow, 'away'>

/** The topic ids are those of the positions, where they still are of this log. */
export async function readLog(
  view: LogView,
  positions: readonly Position[],
  asking: Asking,
  wanted: Wanted = 'all',
): Promise<LogNow> {
  const log = await ask(view.partitions(asking.signal, wanted), asking)
  return { ...log, partitions: await Promise.all(log.partitions.map((at) => identified(view, positions, at))) }
}

async function identified(view: LogView, positions: readonly Position[], at: LogPartition): Promise<LogPartition> {
  if (view.identify === undefined) return at
  const position = positions.find((each) => partitionKey(each) === partitionKey(at))
  return { ...at, topicId: await view.identify(at, position?.topicId ?? null) }
}
