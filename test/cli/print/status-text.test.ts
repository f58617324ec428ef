import { expect, test } from 'vitest'
import { statusText } from '../../../src/cli/print/status-text.ts'
import type { BatchRow } from '../../../src/operations/history/rows.ts'
import type { Lag } from '../../../src/operations/status/lag.ts'
import type { StateReport } from '../../../src/operations/status/state-report.ts'
import { PartitionMap } from '../../../src/partition-map.ts'
import { NO_COUNTS } from '../../../src/progress.ts'
import { plain } from '../../../src/reporters/style.ts'

const NOTHING_PRUNED: StateReport['pruned'] = {
  ...{ firstBatchId: 0, lastBatchId: 0, committedAt: 0, counts: NO_COUNTS },
  ...{ deadLetters: 0, deadLettersThrough: 0 },
}

function lagLine(offsets: number, offsetsThen: number, away: Lag['away'] = []): string | undefined {
  const offsetsPerSecond = (offsets - offsetsThen) / 2
  const caughtUpInMs = offsetsPerSecond < 0 ? (offsets * 1000) / -offsetsPerSecond : null
  const lag: Lag = {
    offsets,
    partitions: 2,
    away,
    lost: 0,
    trend: { offsetsThen, ms: 2000, offsetsPerSecond, caughtUpInMs },
  }
  const status = {
    name: 'counts',
    path: 'counts.db',
    batchIntervalMs: 1000,
    now: 0,
    isRunning: false,
    state: null,
    lag,
  }
  return statusText(status).find((line) => line.startsWith('  lag: '))
}

test('what waits and who receives is a line each, with the last error of all receivers', () => {
  const at = { topic: 'events', partition: 0, topicId: null, received: 90, oldestReceivedAt: 1000 }
  const receiver = (number: number, restarts: number, message: string | null) => ({
    ...{ number, restarts, partitions: [`events/${number}`] },
    lastError: message === null ? null : { message, at: 1_767_225_600_000 + number },
  })
  const lines = (isRunning: boolean, isOfLastRun = true, blocks = 3) => {
    const waiting = PartitionMap.of(blocks === 0 ? [] : [{ ...at, blocks, bytes: 4096, records: 1500 }])
    const receivers = [receiver(1, 2, 'no room'), receiver(2, 0, null), receiver(3, 1, 'no disk')]
    const state = {
      ...{
        batches: [],
        lastMove: null,
        deadLetters: 0,
        pruned: NOTHING_PRUNED,
        pipeline: null,
        lastBatchId: 0,
        meta: { holder: null },
      },
      ...{ waiting, receivers: { isOfLastRun, receivers } },
    } as unknown as StateReport // All that is printed of it.
    const status = { name: 'counts', path: 'counts.db', batchIntervalMs: 1000, now: 3500, isRunning, state }
    return statusText({ ...status, lag: 'not asked' }).filter((line) => line.startsWith('  rece'))
  }
  expect(lines(true)).toEqual([
    '  received: 3 blocks of 4,096 bytes wait, the oldest for 2.5 s; 1,500 records received and not processed',
    '  receivers: 3, with 3 partitions and 3 restarts; the last error, of receiver 3 2026-01-01T00:00:00.003Z: no disk',
  ])
  expect(lines(false)[1]).toBe('  receivers: none runs')
  // It runs in direct mode now.
  expect(lines(true, false)[1]).toBe('  receivers: none runs')
  expect(lines(true, true, 0)[0]).toBe('  received: 0 blocks of 0 bytes wait; 0 records received and not processed')
})

test('the lag and its trend read as a sentence', () => {
  expect([lagLine(0, 8), lagLine(1, 1), lagLine(10, 8), lagLine(4, 8)]).toEqual([
    '  lag: 0 offsets in 2 partitions; it was 8 offsets 2 s before, and has caught up',
    '  lag: 1 offset in 2 partitions; it was the same 2 s before',
    '  lag: 10 offsets in 2 partitions; it was 8 offsets 2 s before, and grows by 1 a second',
    '  lag: 4 offsets in 2 partitions; it was 8 offsets 2 s before, and falls by 2 a second: none is left in 2 s',
  ])
})

test('a lag that is not known of all partitions names the others, by their reasons', () => {
  const away = [1, 2, 3, 4, 7].map((partition) => ({
    topic: 'orders',
    partition,
    why: partition < 7 ? 'no leader' : 'gone',
  }))
  expect(lagLine(10, 8, away)).toBe(
    '  lag: 10 offsets in 2 of 7 partitions; it was 8 offsets 2 s before, and grows by 1 a second; not known of orders/1, orders/2, orders/3 and 1 more (no leader), orders/7 (gone)',
  )
})

test('the table of batches has a column for the rate where some batch had one', () => {
  const batch: BatchRow = {
    ...{ batchId: 1, batchTime: 0, committedAt: 0, schedulingDelayMs: 0, processingMs: 5, rate: null, digest: '' },
    counts: { processed: 10, filtered: 0, skipped: 0, deadLetters: 0, late: 0 },
  }
  const tableOf = (...batches: readonly BatchRow[]) => {
    const meta = { name: 'counts', stateId: null, createdAt: 0, createdBy: '', version: null, epoch: 1, holder: null }
    const rows = { lastBatchId: 2, batches, ranges: [], positions: [], deadLetters: 0, moves: 0, lastMove: null }
    const received = { waiting: new PartitionMap<never>(), receivers: null }
    const state = {
      ...rows,
      ...received,
      pruned: NOTHING_PRUNED,
      meta: { ...meta, plan: '', results: [] },
      pipeline: null,
    }
    const known = { name: 'counts', path: 'counts.db', batchIntervalMs: null, now: 0, isRunning: false }
    return statusText({ ...known, state, lag: 'not asked' })
      .slice(-1 - batches.length)
      .map(plain)
  }
  expect(tableOf(batch)[0]).toMatch(/total delay$/)
  const [head, first, second] = tableOf(batch, { ...batch, batchId: 2, rate: 1500 })
  expect(head).toMatch(/total delay {2,}rate$/)
  expect(first?.trimEnd()).toMatch(/5 ms$/)
  expect(second).toMatch(/5 ms {2,}1,500\/s$/)
})

test('what was pruned is a line, and dead letters that were pruned still count', () => {
  const counts = { ...NO_COUNTS, processed: 5000 }
  const pruned = { firstBatchId: 1, lastBatchId: 2503, committedAt: 0, counts, deadLetters: 16, deadLettersThrough: 9 }
  const meta = { holder: null }
  const rows = {
    batches: [],
    lastMove: null,
    deadLetters: 25,
    pipeline: null,
    lastBatchId: 2600,
    meta,
    receivers: null,
  }
  const state = { ...rows, pruned, waiting: new PartitionMap() } as unknown as StateReport // All that is printed of it.
  const status = { name: 'counts', path: 'counts.db', batchIntervalMs: 1000, now: 3500, isRunning: false, state }
  expect(statusText({ ...status, lag: 'not asked' }).slice(-2)).toEqual([
    '  errors: 25 dead letters kept, 16 of them pruned since',
    '  pruned: batches 1 to 2503 of 5,000 records, committed up to 1970-01-01T00:00:00.000Z; the history begins with batch 2504',
  ])
})
