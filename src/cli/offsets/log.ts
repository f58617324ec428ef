// What a log says of itself, beside positions that are saved.

import { partitionKey } from '../../record.ts'
import type { LogPartition, LogView, Position } from '../../source.ts'
import { type Asking, ask } from '../ask.ts'
import type { Log } from './reset-plan.ts'

/** Of a log that is the one of a saved position, the topic id is that of the position. */
export async function readLog(view: LogView, positions: readonly Position[], asking: Asking): Promise<Log> {
  const log = await ask(view.partitions(asking.signal), asking)
  return { ...log, partitions: await Promise.all(log.partitions.map((at) => recognized(view, positions, at))) }
}

async function recognized(view: LogView, positions: readonly Position[], at: LogPartition): Promise<LogPartition> {
  if (view.recognizes === undefined) return at
  const position = positions.find((each) => partitionKey(each) === partitionKey(at))
  return position !== undefined && (await view.recognizes(position)) ? { ...at, topicId: position.topicId } : at
}
