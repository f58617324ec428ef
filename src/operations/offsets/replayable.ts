// Whether a replay can give each record once, in the place of a reset that reads some of them again.

import { isSameLog } from '../../log.ts'
import { PartitionMap } from '../../partition-map.ts'
import type { RecordedHistory } from '../history/recorded.ts'
import type { Log } from './log.ts'
import type { PlannedMoves } from './plan-moves.ts'

/**
 * Whether `replay --rebatch --replace` works before the moves as after them, and has all that they read: the log still has
 * everything from where each partition began, no earlier offset was read or is asked for, and no batch is forgotten.
 */
export function isReplayable(history: RecordedHistory | null, log: Log, moves: PlannedMoves['moves']): boolean {
  if (history === null || history.knownFrom !== 1) return false
  if (!isSameLog(history.logId, log.logId)) return false
  const existing = PartitionMap.of(log.partitions)
  const targets = PartitionMap.of(moves, ({ to }) => to)
  return history.partitions.every((live) => {
    const at = existing.get(live)
    if (at === undefined || live.isOfOtherLog) return false
    const lowest = Math.min(live.lowest, live.next, targets.get(live) ?? live.next)
    return isSameLog(live.topicId, at.topicId) && at.start <= live.start && live.start <= lowest && live.next <= at.end
  })
}
