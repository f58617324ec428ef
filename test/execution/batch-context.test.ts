// What is known of a batch while it is computed, and what is told of it when it is committed.

import { expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import { type BatchContext, type Column, valueAt } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import { execute } from '../../src/execution/execute.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import { type PlanStep, SOURCE } from '../../src/plan/plan.ts'
import type { BatchProgress } from '../../src/progress.ts'
import type { Sink } from '../../src/sink.ts'
import type { Fold, FoldStep, StatelessStep } from '../../src/transform.ts'
import { BIGINT, STRING } from '../../src/types.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, keep, type PlanOptions, planOf } from '../support/plan.ts'
import { mapStep, pipeline, reduceStep } from '../support/spec.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i))

async function run(options: PlanOptions, startMs = 5000, checkpoint = memoryCheckpoint()): Promise<BatchProgress[]> {
  const once = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 1000 }
  const ports = { source: options.source, checkpoint, clock: manualClock(startMs) }
  const batches: BatchProgress[] = []
  for await (const progress of execute(planOf(options), ports, once, new AbortController().signal)) {
    if (progress.kind === 'batch') batches.push(progress)
  }
  return batches
}

const planned = (step: PlanStep['step'], input = SOURCE): PlanStep => {
  return { id: 'step', kind: 'step', input, step, output: step.output }
}

/** Puts the batch behind each value, as an expression of `current_timestamp()` would. */
const stamped: StatelessStep = {
  ...keep(/./),
  apply({ frame, selection }) {
    const { batchId, batchTime } = frame.batch as BatchContext
    const values = Array.from({ length: frame.length }, (_, row) => {
      return `${valueAt(frame.columns[0] as Column, row)}@${batchId},${batchTime}`
    })
    return { frame: { ...frame, columns: [{ layout: 'values', type: STRING, values }] }, selection }
  },
}

/** Its result is the batch that closed it; `ended` takes how its batches ended. */
function closing(ended: string[]): FoldStep {
  const open = (): Fold => ({
    add() {},
    keptBytes: () => 0,
    finish: (batch) => ({
      frame: {
        length: 1,
        columns: [{ layout: 'values', type: BIGINT, values: [BigInt(batch.batchId)] }],
        records: null,
        rejects: { reject() {} },
        batch,
      },
      selection: { rows: Int32Array.of(0), count: 1 },
    }),
    committed: () => void ended.push('committed'),
    abandoned: () => void ended.push('abandoned'),
  })
  const output = [{ name: 'n', type: BIGINT }]
  const facts = {
    keyColumns: 0,
    merges: [],
    mergedBoundary: 'dependent',
    canonical: '',
    boundary: 'dependent',
    notes: [],
  } as const
  return { role: 'fold', output, ...facts, evaluate: (rows) => rows, open }
}

test('expressions and folds see the batch that they compute, and what follows a fold sees it too', async () => {
  const sinks = [collectingSink(), collectingSink()]
  const steps = [planned(stamped), planned(closing([])), planned(stamped, 1)]
  const source = memorySource(memoryLog({ 'a/0': ['x', 'y', 'z'] }))
  await run({ source, sinks, steps, sinkInputs: [0, 2], maxRecords: 2 })
  expect(sinks.map(({ written }) => written)).toEqual([
    ['a/0 x@1,5000', 'a/0 y@1,5000', 'a/0 z@2,5000'],
    ['- 1@1,5000', '- 2@2,5000'],
  ])
})

test('folds and sinks hear how each batch ended', async () => {
  const ended: string[] = []
  const sink: Sink = {
    ...collectingSink(),
    committed: () => void ended.push('sink committed'),
    abandoned: () => void ended.push('sink abandoned'),
  }
  const checkpoint = memoryCheckpoint()
  const log = memoryLog({ 'a/0': ['x'] })
  const options = () => ({ source: memorySource(log), sinks: [sink], steps: [planned(closing(ended))] })
  checkpoint.failNext = new Error('disk')
  await expect(run(options(), 0, checkpoint)).rejects.toThrow('disk')
  expect(ended.splice(0)).toEqual(['abandoned', 'sink abandoned'])
  await run(options(), 0, checkpoint)
  expect(ended).toEqual(['committed', 'sink committed'])
})

test('a reader that leaves after the commit leaves a committed batch', async () => {
  const ended: string[] = []
  const source = memorySource(memoryLog({ 'a/0': ['x'] }))
  const plan = planOf({ source, sinks: [], steps: [planned(closing(ended))] })
  const ports = { source, checkpoint: memoryCheckpoint(), clock: manualClock(0) }
  const once = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 1000 }
  for await (const { kind } of execute(plan, ports, once, new AbortController().signal)) if (kind === 'batch') break
  expect(ended).toEqual(['committed'])
})

test('progress adds up: counts, what is left to read, rows by sink', async () => {
  const source = memorySource(memoryLog({ 'a/0': numbers(25), 'a/1': numbers(3) }))
  const even: StatelessStep = { ...keep(/[02468]$/) }
  const steps = [planned(even)]
  const batches = await run({ source, sinks: [collectingSink(), collectingSink()], steps, sinkInputs: [0, SOURCE] })
  expect(batches.map(({ numInputRows, counts }) => [numInputRows, counts.processed + counts.filtered])).toEqual([
    [10, 10],
    [10, 10],
    [8, 8],
  ])
  expect(batches.map(({ sinks }) => sinks.map(({ id, rows }) => ({ id, rows })))).toEqual([
    [
      { id: 'sink-0', rows: 5 },
      { id: 'sink-1', rows: 10 },
    ],
    [
      { id: 'sink-0', rows: 5 },
      { id: 'sink-1', rows: 10 },
    ],
    [
      { id: 'sink-0', rows: 5 },
      { id: 'sink-1', rows: 8 },
    ],
  ])
  const latest = [
    { topic: 'a', partition: 0, end: 25 },
    { topic: 'a', partition: 1, end: 3 },
  ]
  expect(batches.map(({ sources }) => sources.map(({ id, lag, latest }) => ({ id, lag, latest })))).toEqual(
    [18, 8, 0].map((lag) => [{ id: 'source', lag, latest }]),
  )
})

test('rows carry their batch, before an aggregation and behind it', async () => {
  const steps = [
    mapStep({ v: 'v', at: 'current_timestamp()' }),
    reduceStep({ v: 'v' }, { n: 'count(*)', latest: 'max(at)' }),
    mapStep({ v: 'v', n: 'n', id: '_batch.id', time: '_batch.time', same: 'latest = _batch.time AND now() = latest' }),
  ]
  const wrong = compileProblems([mapStep({ x: '_batch.tim' })])
  expect(wrong).toEqual(['E_UNKNOWN_COLUMN: unknown field _batch.tim'])
  const plan = compilePlan(pipeline(steps), kinds)
  expect(plan.steps.map(({ step }) => step.boundary)).toEqual(['dependent', 'dependent', 'dependent'])
  const sink = collectingSink()
  const source = memorySource(memoryLog({ 'a/0': ['{"v":1}', '{"v":2}', '{"v":1}'] }))
  const ports = { source, checkpoint: memoryCheckpoint(), clock: manualClock(61_500) }
  const once = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 1000 }
  const whole = {
    ...plan,
    source: { ...plan.source, limits: { maxRecords: 2, maxBytes: 1e6, backlog: null } },
    sinks: plan.sinks.map((planned) => ({ ...planned, sink })),
    batchIntervalMs: 60_000,
  }
  for await (const _ of execute(whole, ports, once, new AbortController().signal));
  expect(sink.written).toEqual(['- 1 1 1 60000000 true', '- 2 1 1 60000000 true', '- 1 1 2 60000000 true'])
})

test('a step that does not ask for its batch does not depend on it', () => {
  const plan = compilePlan(pipeline([mapStep({ v: 'v' }), mapStep({ v: 'v', t: 'now()' })]), kinds)
  expect(plan.steps.map(({ step }) => step.boundary)).toEqual(['independent', 'dependent'])
})

function compileProblems(steps: Parameters<typeof pipeline>[0]): string[] {
  try {
    compilePlan(pipeline(steps), kinds)
  } catch (error) {
    if (error instanceof SprkError) return error.problems.map(({ code, message }) => `${code}: ${message}`)
    throw error
  }
  return []
}
