import { describe, expect, test } from 'vitest'
import { execute } from '../../src/execution/execute.ts'
import { SOURCE } from '../../src/plan/plan.ts'
import type { Source } from '../../src/source.ts'
import type { FoldStep } from '../../src/transform.ts'
import { rowsOf } from '../support/frame.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { type MemoryLog, memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, type PlanOptions, planOf, textFormat } from '../support/plan.ts'

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

const SCHEMA = textFormat.schema ?? []

/** Says that it keeps so many bytes of each record. */
function keeping(bytes: number): FoldStep {
  let records = 0
  const forget = () => {
    records = 0
  }
  return {
    ...{ role: 'fold', output: SCHEMA, keyColumns: 1, merges: [], canonical: 'keep' },
    ...{ boundary: 'dependent', mergedBoundary: 'dependent', notes: [], evaluate: (rows) => rows },
    open: () => ({
      add: (_, { selection }) => {
        records += selection.count
      },
      keptBytes: () => records * bytes,
      finish: () => rowsOf(SCHEMA, []),
      committed: forget,
      abandoned: forget,
    }),
  }
}

describe('what a batch keeps', () => {
  const values = Array.from({ length: 12 }, (_, i) => `${i}`.padStart(20, '0'))

  async function rangesOf(log: MemoryLog, options: Partial<PlanOptions>): Promise<number[][]> {
    const source = memorySource(log)
    const checkpoint = memoryCheckpoint()
    const plan = planOf({ source, sinks: [collectingSink()], maxRecords: 1000, ...options })
    const once = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 1 }
    const ports = { source, checkpoint, clock: manualClock() }
    for await (const _ of execute(plan, ports, once, new AbortController().signal));
    return checkpoint.batches.map(({ ranges }) => ranges.flatMap((range) => [range.fromOffset, range.untilOffset]))
  }

  test('by a sink ends it behind the chunk that reaches the bound', async () => {
    const log = { ...memoryLog({ 'a/0': values }), chunkRecords: 2 }
    // The source itself ends it behind 6 records of 20 bytes; their rows have 24 bytes each.
    expect(await rangesOf(log, { maxBytes: 120 })).toEqual([
      [0, 5],
      [5, 10],
      [10, 12],
    ])
  })

  test('by several sinks counts together', async () => {
    const log = { ...memoryLog({ 'a/0': values }), chunkRecords: 2 }
    const sinks = [collectingSink(), collectingSink(), collectingSink()]
    expect((await rangesOf(log, { maxBytes: 150, sinks })).map(([from]) => from)).toEqual([0, 3, 6, 9])
  })

  test('by a fold counts too', async () => {
    const log = { ...memoryLog({ 'a/0': values }), chunkRecords: 1 }
    const steps = [{ id: 'fold', kind: 'fold', input: SOURCE, step: keeping(100), output: SCHEMA }]
    expect(await rangesOf(log, { maxBytes: 350, steps, sinkInputs: [0] })).toEqual([
      [0, 4],
      [4, 8],
      [8, 12],
    ])
  })

  test('is 128 MB at most, whatever the source may read', async () => {
    const log = { ...memoryLog({ 'a/0': values }), chunkRecords: 1 }
    const steps = [{ id: 'fold', kind: 'fold', input: SOURCE, step: keeping(30 * 1024 * 1024), output: SCHEMA }]
    expect(await rangesOf(log, { maxBytes: 1e9, steps, sinkInputs: [0] })).toEqual([
      [0, 5],
      [5, 10],
      [10, 12],
    ])
  })

  test('as dead letters counts too', async () => {
    const bad = Array.from({ length: 6 }, () => 'bad')
    const log = { ...memoryLog({ 'a/0': bad }), chunkRecords: 1 }
    expect(await rangesOf(log, { maxBytes: 1000, onError: 'deadLetter' })).toEqual([
      [0, 2],
      [2, 4],
      [4, 6],
    ])
  })

  test('of one record, more than the bound, is a batch', async () => {
    const log = { ...memoryLog({ 'a/0': values.slice(0, 3) }), chunkRecords: 1 }
    expect(await rangesOf(log, { maxBytes: 20 })).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })
})
