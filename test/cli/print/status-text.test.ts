import { expect, test } from 'vitest'
import { statusText } from '../../../src/cli/print/status-text.ts'
import type { Lag } from '../../../src/operations/status/lag.ts'

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
