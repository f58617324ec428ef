// Records that a run refuses, and fields and steps that come to nothing, do not stay invisible.

import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/cli/kinds.ts'
import type { SprkError } from '../../src/errors.ts'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { execute } from '../../src/execution/execute.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { BatchProgress, Progress } from '../../src/progress.ts'
import type { Component, OnError } from '../../src/spec.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink } from '../support/plan.ts'
import { filterStep, mapStep, pipeline, reduceStep } from '../support/spec.ts'

interface Ran {
  readonly warnings: readonly string[]
  readonly batches: readonly BatchProgress[]
  readonly committed: number
  readonly letters: readonly string[]
  readonly error: SprkError | null
}

interface Running extends Partial<ExecutionOptions> {
  readonly onError?: OnError
  readonly maxRecords?: number
  /** 0: this is the first run. */
  readonly lastBatchId?: number
}

/** Runs the steps over JSON records. */
async function run(steps: readonly Component[], records: readonly unknown[], running: Running = {}): Promise<Ran> {
  const { onError = 'skip', maxRecords = 100_000, lastBatchId = 0, ...options } = running
  const log = memoryLog({
    'a/0': records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
  })
  const source = memorySource(log)
  const plan = compilePlan({ ...pipeline(steps), onError }, kinds)
  const limits = { maxRecords, maxBytes: 1e9 }
  const sinks = plan.sinks.map((planned) => ({ ...planned, sink: collectingSink() }))
  const checkpoint = memoryCheckpoint(lastBatchId)
  const ports = { source, checkpoint, clock: manualClock() }
  const all = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 1000, ...options }
  const told: Progress[] = []
  let error: SprkError | null = null
  try {
    const progress = execute(
      { ...plan, sinks, source: { ...plan.source, limits: { ...plan.source.limits, ...limits } } },
      ports,
      all,
      new AbortController().signal,
    )
    for await (const each of progress) told.push(each)
  } catch (thrown) {
    error = thrown as SprkError
  }
  return {
    warnings: told.flatMap((each) => (each.kind === 'notice' && each.level === 'warning' ? [each.message] : [])),
    batches: told.filter((each) => each.kind === 'batch'),
    committed: checkpoint.batches.length,
    letters: checkpoint.batches.flatMap(({ deadLetters }) => deadLetters.map(({ reason }) => reason)),
    error,
  }
}

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

const AS_INT = mapStep({ n: 'CAST(v AS int)' })

describe('a refused record', () => {
  test('names the place, the column, its value and the way on', async () => {
    const { error } = await run([filterStep('true'), AS_INT], [{ v: 1 }, { v: `x${'y'.repeat(100)}` }], {
      onError: 'fail',
    })
    expect(error?.problems).toMatchObject([
      {
        code: 'E_CAST',
        message: expect.stringMatching(/^a\/0 offset 1: column n of map: "xy+…" cannot be cast to int$/),
        place: { file: 'test.yaml', line: 1, column: 1 },
        details: [expect.stringMatching(/^its value: \{"v":"xy{70,74}…$/)],
        hint: expect.stringMatching(/^look at the record: kcat .*; `onError: skip` or `onError: deadLetter` goes on/),
      },
    ])
  })

  test('says so as a dead letter, whatever the step', async () => {
    const steps = [filterStep('CAST(v AS int) > 0'), reduceStep({ k: 'k' }, { s: 'sum(CAST(w AS int))' })]
    const { letters } = await run(steps, [{ v: 'x' }, { v: 1, w: 'y' }, '{'], { onError: 'deadLetter' })
    expect(letters).toEqual([
      'test.yaml:1:1: filter: "x" cannot be cast to int',
      'test.yaml:1:1: column s of reduceByKey: "y" cannot be cast to int',
      expect.not.stringContaining('test.yaml'),
    ])
  })

  test('is counted by reason, and said once a run', async () => {
    const records = times(30, (i) => (i % 5 < 2 ? { v: 'x' } : i % 5 === 2 ? '{' : { v: i }))
    const { batches, warnings } = await run([AS_INT], records, { maxRecords: 15 })
    expect(batches.map(({ counts }) => counts.skipped)).toEqual([9, 9])
    expect(batches[0]?.refused).toMatchObject([
      { code: 'E_CAST', count: 6, step: 'map', column: 'n', place: { line: 1 }, message: '"x" cannot be cast to int' },
      { code: 'E_BAD_JSON', count: 3, step: 'json', column: null, place: null },
    ])
    expect(warnings).toEqual([
      'batch 1: 9 of 15 records were refused and skipped: E_CAST at test.yaml:1:1: "x" cannot be cast to int',
    ])
  })
})

describe('--max-rejects', () => {
  const records = times(40, (i) => ({ v: i % 10 === 0 ? 'x' : i }))

  test.each([
    [{ count: 4 }, 4, false],
    [{ count: 3 }, 3, true],
    [{ count: 0 }, 0, true],
    [{ percent: 1 }, 4, false], // fewer than 1,000 records
  ])('%o', async (maxRejects, committed, fails) => {
    const ran = await run([AS_INT], records, { maxRejects, maxRecords: 10 })
    expect([ran.committed, ran.error?.exit ?? null]).toEqual([committed, fails ? 80 : null])
  })

  test('takes a share from 1,000 records on, and commits nothing of the batch that goes beyond', async () => {
    const many = times(3000, (i) => ({ v: i >= 2000 && i % 2 === 0 ? 'x' : i }))
    const { committed, error } = await run([AS_INT], many, { maxRejects: { percent: 10 }, maxRecords: 1000 })
    expect([committed, error?.code]).toEqual([2, 'E_TOO_MANY_REJECTS'])
    expect(error?.message).toBe('500 of 3000 records of this run were refused, more than --max-rejects 10% allows')
    const all = await run([AS_INT], many, { maxRejects: { percent: 17 }, maxRecords: 1000 })
    expect([all.committed, all.error]).toEqual([3, null])
  })
})

describe('what comes to nothing', () => {
  const records = (count: number) => times(count, (i) => ({ status: 'paid', amount: { total: i } }))

  test('a field that no record has, with the name that is meant', async () => {
    const steps = [filterStep("statuss = 'paid' OR amount.totl IS NULL")]
    const { warnings } = await run(steps, records(2004))
    expect(warnings).toEqual([
      'field statuss has a value in none of 2,004 records; did you mean `status`?',
      'field amount.totl has a value in none of 2,004 records; did you mean `amount.total`?',
    ])
  })

  test('a filter that keeps no row', async () => {
    const { warnings } = await run([filterStep("status = 'sold'")], records(10_500), { maxRecords: 3000 })
    expect(warnings).toEqual([expect.stringMatching(/^step filter kept none of 10,500 rows: filter .*'sold'/)])
  })

  test('of few records is said of a first run, where a record shows what is meant', async () => {
    const tried = times(3, (i) => ({ status: 'paid', text: `{"a":${i}}`, items: [{ sku: i }], nothing: null }))
    const steps = [
      filterStep('statuss IS NULL AND key IS NULL AND text.a IS NULL AND items.sku IS NULL'),
      filterStep('nothing IS NULL AND elsewhere IS NULL'),
    ]
    const { warnings } = await run(steps, tried)
    expect(warnings).toEqual([
      'field statuss has a value in none of 3 records; did you mean `status`?',
      'field key has a value in none of 3 records; did you mean `_metadata.key`?',
      'field text.a has a value in none of 3 records; `text` is a text, and what is inside a text is no field',
      'field items.sku has a value in none of 3 records; `items` is an array: `items[0]` is its first element',
    ])
    expect((await run(steps, tried.slice(1))).warnings).toEqual([])
    expect((await run(steps, tried, { lastBatchId: 1 })).warnings).toEqual([])
  })

  test('is not said of few records, nor where one has it', async () => {
    expect((await run([filterStep("unheard = 'paid'")], records(999))).warnings).toEqual([])
    const late = [...records(9000), { statuss: 'paid' }]
    expect((await run([filterStep("statuss = 'paid'")], late)).warnings).toEqual([])
  })
})
