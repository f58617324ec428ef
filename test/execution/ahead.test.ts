// What is done for a batch before it is due, and what never is.

import { describe, expect, test } from 'vitest'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { execute } from '../../src/execution/execute.ts'
import { type PlanStep, SOURCE } from '../../src/plan/plan.ts'
import { type BatchProgress, type Progress, rangesOf } from '../../src/progress.ts'
import type { StatelessStep } from '../../src/transform.ts'
import { aheadSource } from '../support/ahead-source.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { type MemoryLog, memoryLog, memorySource } from '../support/memory-source.ts'
import { type CollectingSink, collectingSink, keep, type PlanOptions, planOf } from '../support/plan.ts'

const OPTIONS: ExecutionOptions = { once: false, maxBatches: 2, maxDurationMs: null, timeoutMs: 60_000 }
const BOUNDS = { maxRecords: 100_000, maxBytes: 10_000_000 }
const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `v${from + i}`)

interface Running {
  readonly log: MemoryLog
  readonly sink: CollectingSink
  /** Moves time on and waits until nothing more happens. */
  advance(ms: number): Promise<void>
  stop(): Promise<void>
  readonly done: Promise<Progress[]>
}

/** A run whose first batch of `first` records is committed; the next one is due in a second. */
async function running(first: number, plan: Partial<PlanOptions> = {}, makeSource = aheadSource): Promise<Running> {
  const log = memoryLog({ 'a/0': numbers(first), 'a/1': numbers(1, 500_000) })
  const clock = manualClock()
  const sink = collectingSink()
  const source = makeSource(log)
  const stopped = new AbortController()
  const ports = { source, checkpoint: memoryCheckpoint(), clock }
  const run = async () => {
    const all: Progress[] = []
    const whole = planOf({ source, sinks: [sink], ...BOUNDS, ...plan })
    for await (const progress of execute(whole, ports, OPTIONS, stopped.signal)) all.push(progress)
    return all
  }
  const done = run()
  done.catch(() => {})
  const settle = async () => {
    for (let i = 0; i < 20; i++) await clock.yield()
  }
  while (clock.sleepers === 0) await clock.yield()
  await settle()
  return {
    ...{ log, sink, done },
    async advance(ms) {
      await clock.advance(ms)
      await settle()
    },
    async stop() {
      stopped.abort()
      await settle()
    },
  }
}

function add({ log }: Running, ...values: string[]): void {
  log.partitions.get('a/0')?.push(...values)
}

async function lastBatch({ done }: Running): Promise<BatchProgress | undefined> {
  return (await done).filter((each): each is BatchProgress => each.kind === 'batch').at(-1)
}

function stepOf(step: Partial<StatelessStep>): PlanStep {
  return { id: 'step', kind: 'keep', input: SOURCE, step: { ...keep(/./), ...step } } as unknown as PlanStep
}

describe('work ahead of a batch', () => {
  test('transforms what has come when half of the time is over, and then again', async () => {
    const run = await running(1000)
    add(run, 'x')
    await run.advance(499)
    expect(run.sink.pending).toEqual([])
    await run.advance(1)
    expect(run.sink.pending).toEqual(['a/0 x'])
    add(run, 'y')
    await run.advance(250)
    expect(run.sink.pending).toEqual(['a/0 x', 'a/0 y'])
    expect(run.sink.written).toHaveLength(1001)
    add(run, 'z')
    for (const ms of [125, 63, 31, 15, 16]) await run.advance(ms)
    const batch = await lastBatch(run)
    expect(run.sink.written.slice(1001)).toEqual(['a/0 x', 'a/0 y', 'a/0 z'])
    expect(batch).toMatchObject({ batchId: 2, numInputRows: 3, counts: { processed: 3 } })
    expect(batch && rangesOf(batch)).toMatchObject([{ fromOffset: 1000, untilOffset: 1003 }])
  })

  test('gives the batch that there would be without it', async () => {
    const batches = []
    for (const makeSource of [aheadSource, memorySource]) {
      const run = await running(1500, { steps: [stepOf({})], sinkInputs: [0] }, makeSource)
      for (const ms of [500, 250, 125, 125]) {
        add(run, ...numbers(10, ms))
        await run.advance(ms)
      }
      const { durationMs, processedRowsPerSecond, ...batch } = (await lastBatch(run)) as BatchProgress
      batches.push([batch, run.sink.written])
    }
    expect(batches[0]).toEqual(batches[1])
  })

  test('is not done of few records', async () => {
    const run = await running(998)
    add(run, 'x')
    for (const ms of [500, 250, 125]) await run.advance(ms)
    expect(run.sink.pending).toEqual([])
  })

  test('is not done where something computed of a record looks at the batch, or at event time', async () => {
    for (const facts of [{ boundary: 'dependent' }, { usesEventTime: true }] as const) {
      const run = await running(1000, { steps: [stepOf(facts)], sinkInputs: [0] })
      add(run, 'x')
      for (const ms of [500, 250, 125]) await run.advance(ms)
      expect(run.sink.pending).toEqual([])
    }
  })

  test('has no time of the batch: what asks for it nevertheless ends the run', async () => {
    const apply: StatelessStep['apply'] = (rows) => {
      expect(rows.frame.batch?.batchTime).toBeGreaterThan(0)
      return rows
    }
    const run = await running(1000, { steps: [stepOf({ apply })], sinkInputs: [0] })
    add(run, 'x')
    for (const ms of [500, 250, 125, 125]) await run.advance(ms)
    await expect(run.done).rejects.toThrow('batch 2 has no time before it is due')
  })

  test('is lost where the run is stopped, and nothing of it is written', async () => {
    const run = await running(1000)
    add(run, 'x')
    await run.advance(500)
    expect(run.sink.pending).toEqual(['a/0 x'])
    await run.stop()
    expect((await run.done).at(-1)).toEqual({ kind: 'finished', reason: 'signal', lastBatchId: 1 })
    expect(run.sink.written).toHaveLength(1001)
  })

  test('refuses records as the batch does', async () => {
    const run = await running(1000)
    add(run, 'x', 'bad')
    await run.advance(500)
    await expect(run.done).rejects.toMatchObject({ exit: 65 })
    expect(run.sink.written).toHaveLength(1001)
  })
})
