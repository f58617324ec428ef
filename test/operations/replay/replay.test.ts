import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseRange } from '../../../src/cli/options/range.ts'
import type { ReplayProgress } from '../../../src/operations/replay/build.ts'
import { replay } from '../../../src/operations/replay/replay.ts'
import { memoryPipeline, testHost } from '../../support/host.ts'
import { memoryLog } from '../../support/memory-source.ts'
import { query } from '../../support/sqlite.ts'
import { commitRow, openState, position, temporaryDirectory } from '../../support/state-file.ts'

const VALUES = Array.from({ length: 30 }, (_, i) => `value ${i}`)
const range = parseRange({ fromOffset: [], toOffset: [] }, { now: 0, timeZone: 'UTC' })

test('a replay gives its range, then the progress of its execution, and returns the last batch', async () => {
  const directory = temporaryDirectory()
  const [live, path] = [join(directory, 'live.db'), join(directory, 'replayed.db')]
  const checkpoint = await openState(live)
  checkpoint.register('source', 'memory', [position(0, 0)])
  commitRow(checkpoint, 0, 10, 1n)
  commitRow(checkpoint, 10, 25, 2n)
  checkpoint.close()
  const pipeline = memoryPipeline(memoryLog({ 'events/0': VALUES }), live)
  const options = { range, isRebatched: false, path, writesOutside: false, timeoutMs: 1000, waitLockMs: 0 }
  const host = testHost()
  const replaying = replay(pipeline, options, host, new AbortController().signal)
  const progress: ReplayProgress[] = []
  let next = await replaying.next()
  for (; next.done !== true; next = await replaying.next()) progress.push(next.value)
  expect(progress[0]).toEqual({ kind: 'range', total: 25, done: 0 })
  expect(progress.map(({ kind }) => kind)).toEqual(['range', 'started', 'batch', 'batch', 'finished'])
  expect([next.value, host.told]).toEqual([{ lastBatchId: 2 }, []])
  expect(query(path, 'SELECT until_offset FROM sprk_batch_ranges').flat()).toEqual([10, 25])
})
