// Replays of a run whose first batches were pruned: what cannot be repeated is refused, never left out.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { viewState } from '../../../src/checkpoint/index.ts'
import { parseRange } from '../../../src/cli/options/range.ts'
import { readHistory, recordedBatches } from '../../../src/operations/history/recorded.ts'
import type { ReplayProgress } from '../../../src/operations/replay/build.ts'
import { type ReplayOptions, replay } from '../../../src/operations/replay/replay.ts'
import { memoryPipeline, testHost } from '../../support/host.ts'
import { longHistory, pruneAllBut } from '../../support/long-history.ts'
import { memoryLog } from '../../support/memory-source.ts'
import { query } from '../../support/sqlite.ts'
import { commitRow, openState, position, temporaryDirectory } from '../../support/state-file.ts'

const rangeOf = (from: string) =>
  parseRange({ fromOffset: from === '' ? [] : [from], toOffset: [] }, { now: 0, timeZone: 'UTC' })

/** A run of six batches of ten records each, of which the first four were pruned. */
async function prunedRun(kept = 2) {
  const directory = temporaryDirectory()
  const [live, path] = [join(directory, 'live.db'), join(directory, 'replayed.db')]
  const checkpoint = await openState(live)
  checkpoint.register('source', 'memory', [position(0, 0)])
  for (let i = 0; i < 6; i++) commitRow(checkpoint, 10 * i, 10 * i + 10, 1n)
  checkpoint.close()
  pruneAllBut(live, kept)
  const log = memoryLog({ 'events/0': Array.from({ length: 80 }, (_, i) => `value ${i}`) })
  const host = testHost()
  const start = (from: string, changes: Partial<ReplayOptions> = {}) => {
    const options = { isRebatched: false, path, writesOutside: false, timeoutMs: 1000, waitLockMs: 0, ...changes }
    return replay(memoryPipeline(log, live), { range: rangeOf(from), ...options }, host, new AbortController().signal)
  }
  const repeat = async (from: string, changes: Partial<ReplayOptions> = {}) => {
    const told: string[] = []
    for await (const progress of start(from, changes)) if (progress.kind === 'notice') told.push(progress.message)
    return { ranges: query(path, 'SELECT from_offset, until_offset FROM sprk_batch_ranges'), told }
  }
  return { live, path, start, repeat }
}

const refusal = (from: number) => ({
  exit: 79,
  code: 'E_PRUNED',
  message: expect.stringContaining(
    `live.db: events/0: the range begins at ${from}, and batches 1 to 4 were pruned: where they were cut is no longer known`,
  ),
  problems: [expect.objectContaining({ hint: expect.stringMatching(/--rebatch .*--from-offset kept/) })],
})

test.each([
  ['', 0],
  ['0', 0],
  ['7', 7],
  ['39', 39],
  ['earliest', 0],
  ['events:0:12', 12],
])('a range from offset `%s` on is refused', async (from, begin) => {
  const { repeat } = await prunedRun()
  await expect(repeat(from)).rejects.toMatchObject(refusal(begin))
})

test.each([
  ['40', [40, 50, 60]],
  ['kept', [40, 50, 60]],
  ['42', [42, 50, 60]],
  ['50', [50, 60]],
])('a range from offset `%s` on repeats the batches that are left', async (from, bounds) => {
  const { repeat } = await prunedRun()
  const ranges = bounds.slice(1).map((until, i) => [bounds[i], until])
  expect(await repeat(from)).toEqual({ ranges, told: [] })
})

test('new batches begin where the run began', async () => {
  const { repeat, path } = await prunedRun()
  const { ranges, told } = await repeat('', { isRebatched: true })
  expect([ranges[0]?.[0], ranges.at(-1)?.[1], told]).toEqual([0, 60, []])
  expect(query(path, 'SELECT sum(processed + filtered) FROM sprk_batches')).toEqual([[60]])
})

/** Stops when so many batches were repeated. */
async function repeatSome(replaying: AsyncGenerator<ReplayProgress, unknown>, batches: number): Promise<void> {
  let left = batches
  for await (const progress of replaying) if (progress.kind === 'batch' && --left === 0) return
}

test('a replay that was begun before goes on where the batches that were pruned are repeated already', async () => {
  const { live, repeat, start } = await prunedRun(6)
  await repeatSome(start(''), 3)
  pruneAllBut(live, 3)
  expect(await repeat('')).toEqual({ ranges: [0, 10, 20, 30, 40, 50].map((from) => [from, from + 10]), told: [] })
})

test('a replay that was begun before is refused where batches were pruned that it needs', async () => {
  const { live, repeat, start } = await prunedRun(6)
  await repeatSome(start(''), 2)
  pruneAllBut(live, 3)
  await expect(repeat('')).rejects.toMatchObject({
    exit: 79,
    code: 'E_PRUNED',
    message: expect.stringContaining('live.db: batches 3 to 3 were pruned before they were repeated'),
  })
})

test('batches that are pruned while they are read are missed', async () => {
  const path = join(temporaryDirectory(), 'state.db')
  await longHistory(path, { batches: 450 })
  const batches = recordedBatches(path, 'source', 0, 450)
  for (let i = 1; i <= 200; i++) expect(batches.next().value?.batchId).toBe(i)
  // What was read already may go.
  pruneAllBut(path, 250)
  expect(batches.next().value?.batchId).toBe(201)
  for (let i = 202; i <= 400; i++) batches.next()
  pruneAllBut(path, 49)
  expect(() => batches.next()).toThrow(expect.objectContaining({ code: 'E_PRUNED' }))
})

test('what a run has read is known of pruned batches too', async () => {
  const { live } = await prunedRun()
  const history = viewState(live, (view) => readHistory(view, 'source'))
  expect(history).toMatchObject({ firstBatchId: 5, lastBatchId: 6, knownFrom: 1, records: 60 })
  expect(history.pruned).toMatchObject({ firstBatchId: 1, lastBatchId: 4 })
  const [at] = history.partitions
  expect(at).toMatchObject({ start: 0, keptFrom: 40, lowest: 0, highest: 60, isPruned: true, isOfOtherLog: false })
})
