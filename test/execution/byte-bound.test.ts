import { expect, test } from 'vitest'
import { execute } from '../../src/execution/execute.ts'
import type { Source } from '../../src/source.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, planOf } from '../support/plan.ts'

const INTERVAL_MS = 1000

/** Plans all there is, and reads two records of it: as a bound of bytes does. */
function cutShort(source: Source): Source {
  return {
    ...source,
    chunks: (ranges, signal) =>
      source.chunks(
        ranges.map((range) => ({ ...range, untilOffset: Math.min(range.untilOffset, range.fromOffset + 2) })),
        signal,
      ),
  }
}

test('begins the next batch at once where a bound of bytes has cut the last one', async () => {
  const source = cutShort(memorySource(memoryLog({ 'a/0': ['a', 'b', 'c', 'd', 'e'] })))
  const sink = collectingSink()
  const clock = manualClock()
  const ports = { source, checkpoint: memoryCheckpoint(), clock: { ...clock, sleep } }
  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= INTERVAL_MS) throw new Error('it waits for the next trigger')
    return clock.sleep(ms, signal)
  }
  const plan = planOf({ source, sinks: [sink], batchIntervalMs: INTERVAL_MS })
  const options = { once: false, maxBatches: 3, maxDurationMs: null, timeoutMs: 1 }
  for await (const _ of execute(plan, ports, options, new AbortController().signal));
  expect(sink.written).toEqual(['a/0 a', 'a/0 b', 'a/0 c', 'a/0 d', 'a/0 e'])
})
