import { expect, test } from 'vitest'
import type { RecordedHistory } from '../../../src/operations/history/recorded.ts'
import { isReplayable } from '../../../src/operations/offsets/replayable.ts'
import { NO_COUNTS } from '../../../src/progress.ts'

const ID = 'a'.repeat(32)
const place = { topic: 'orders', partition: 0, topicId: ID }
const LIVE = {
  ...place,
  start: 5,
  keptFrom: 5,
  isPruned: false,
  lowest: 5,
  next: 20,
  highest: 20,
  isOfOtherLog: false,
  leaderEpoch: null,
  tailHash: null,
}
const NOTHING_PRUNED = {
  ...{ firstBatchId: 0, lastBatchId: 0, committedAt: 0, counts: NO_COUNTS },
  ...{ deadLetters: 0, deadLettersThrough: 0 },
}
const HISTORY: RecordedHistory = {
  ...{ name: 'counts', stateId: null, replacedBy: null, logId: 'one', moves: [], records: 0 },
  ...{ firstBatchId: 1, lastBatchId: 3, knownFrom: 1, pruned: NOTHING_PRUNED, partitions: [LIVE] },
}
const LOG = { logId: 'one', partitions: [{ ...place, start: 0, end: 30 }] }
const move = (to: number) => [{ ...place, from: 20, to, readAgain: 20 - to, neverRead: 0, isLost: false }]
const withLive = (live: Partial<typeof LIVE>) => ({ ...HISTORY, partitions: [{ ...LIVE, ...live }] })
const withLog = (at: Partial<(typeof LOG.partitions)[0]>) => ({
  ...LOG,
  partitions: [{ ...place, start: 0, end: 30, ...at }],
})

test('a replay stands for a reset where the log still has all that was read, from where the run began', () => {
  expect(isReplayable(HISTORY, LOG, move(5))).toBe(true)
  // It begins where the pruned batches began.
  expect(isReplayable({ ...HISTORY, firstBatchId: 3 }, LOG, move(5))).toBe(true)
})

test.each([
  ['nothing was read', null, LOG, 5],
  ['the reset goes to before the start of the run', HISTORY, LOG, 4],
  ['an earlier reset went there', withLive({ lowest: 3 }), LOG, 5],
  ['an earlier reset goes there next', withLive({ next: 3 }), LOG, 5],
  ['the log begins later', HISTORY, withLog({ start: 6 }), 8],
  ['the log ends earlier', HISTORY, withLog({ end: 19 }), 5],
  ['the log is gone', HISTORY, { ...LOG, partitions: [] }, 5],
  ['the topic is another one', HISTORY, withLog({ topicId: 'b'.repeat(32) }), 5],
  ['the topic was another one', withLive({ isOfOtherLog: true }), LOG, 5],
  ['the cluster is another one', HISTORY, { ...LOG, logId: 'two' }, 5],
  ['batches were deleted', { ...HISTORY, knownFrom: 2 }, LOG, 5],
] as const)('no replay stands for a reset where %s', (_, history, log, to) => {
  expect(isReplayable(history, log, move(to))).toBe(false)
})
