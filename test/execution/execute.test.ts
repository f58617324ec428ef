import { describe, expect, test } from 'vitest'
import { rejectRow } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { execute } from '../../src/execution/execute.ts'
import { warning } from '../../src/notice.ts'
import { type Plan, SOURCE } from '../../src/plan/plan.ts'
import { type BatchProgress, type Progress, rangesOf } from '../../src/progress.ts'
import type { Sink } from '../../src/sink.ts'
import type { Source } from '../../src/source.ts'
import type { StatelessStep } from '../../src/transform.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { type MemoryCheckpoint, memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, keep, planOf } from '../support/plan.ts'

const ONCE: ExecutionOptions = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 60_000 }
const never = new AbortController().signal

interface Run {
  readonly plan: Plan
  readonly source: Source
  readonly checkpoint?: MemoryCheckpoint
  readonly clock?: ManualClock
  readonly options?: Partial<ExecutionOptions>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

async function run({ plan, source, checkpoint = memoryCheckpoint(), clock = manualClock(), ...rest }: Run) {
  const all: Progress[] = []
  const ports = { source, checkpoint, clock }
  for await (const progress of execute(plan, ports, { ...ONCE, ...rest.options }, rest.signal ?? never)) {
    all.push(progress)
    rest.onProgress?.(progress)
  }
  return all
}

const batchesOf = (progress: readonly Progress[]) =>
  progress.filter((item): item is BatchProgress => item.kind === 'batch')
const numbers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `v${from + i}`)

describe('execute with once', () => {
  test('reads exactly up to the ends at the start, in bounded batches', async () => {
    const log = memoryLog({ 'a/0': numbers(25) })
    const records = log.partitions.get('a/0') ?? []
    log.beforeChunk = () => void (records.length < 30 && records.push('late'))
    const source = memorySource(log)
    const sink = collectingSink()
    const progress = await run({ plan: planOf({ source, sinks: [sink] }), source })
    expect(
      batchesOf(progress)
        .map(rangesOf)
        .map((ranges) => [ranges[0]?.fromOffset, ranges[0]?.untilOffset]),
    ).toEqual([
      [0, 10],
      [10, 20],
      [20, 25],
    ])
    expect(sink.written).toEqual(numbers(25).map((value) => `a/0 ${value}`))
    expect(progress.at(-1)).toEqual({ kind: 'finished', reason: 'once', lastBatchId: 3 })
  })

  test('saves the baseline of a new state with latest and reads what comes later', async () => {
    const log = memoryLog({ 'a/0': numbers(5) })
    const checkpoint = memoryCheckpoint()
    const sink = collectingSink()
    const first = memorySource(log, 'latest')
    expect(batchesOf(await run({ plan: planOf({ source: first, sinks: [sink] }), source: first, checkpoint }))).toEqual(
      [],
    )
    log.partitions.get('a/0')?.push('new')
    const second = memorySource(log, 'latest')
    await run({ plan: planOf({ source: second, sinks: [sink] }), source: second, checkpoint })
    expect(sink.written).toEqual(['a/0 new'])
  })

  test('gives up with exit 69 and the last notice when nothing comes for the time-out', async () => {
    const log = memoryLog({ 'a/0': numbers(5) })
    log.notices = [warning('memory: away')]
    const clock = manualClock()
    log.beforeChunk = async () => {
      void clock.advance(60_000)
      await new Promise(() => {})
    }
    const source = memorySource(log)
    const failed = run({ plan: planOf({ source, sinks: [] }), source, clock }).catch((error: unknown) => error)
    const error = (await failed) as SprkError
    expect(error).toBeInstanceOf(SprkError)
    expect([error.exit, error.message]).toEqual([69, 'no progress for 1 m 0 s: memory: away'])
  })
})

describe('execute', () => {
  test('saves partitions that appear before it reads them', async () => {
    const log = memoryLog({ 'a/0': numbers(2) })
    const source = memorySource(log)
    const sink = collectingSink()
    const checkpoint = memoryCheckpoint()
    log.beforeChunk = ({ partition }) => {
      if (partition === 0) log.partitions.set('a/1', numbers(3))
      else expect(checkpoint.resume.positions.get('source')).toHaveLength(2)
    }
    const clock = manualClock()
    const options = { once: false, maxBatches: 2 }
    const done = run({ plan: planOf({ source, sinks: [sink] }), source, checkpoint, clock, options })
    while (clock.sleepers === 0) await clock.yield()
    await clock.advance(1000)
    expect(batchesOf(await done).map((batch) => rangesOf(batch).map(({ partition }) => partition))).toEqual([[0], [1]])
    expect(sink.written).toHaveLength(5)
  })

  test('goes on where the last run stopped, and equals one run', async () => {
    const log = memoryLog({ 'a/0': numbers(25), 'a/1': numbers(7, 100) })
    const checkpoint = memoryCheckpoint()
    const sink = collectingSink()
    for (let i = 0; i < 4; i++) {
      const source = memorySource(log)
      const plan = planOf({ source, sinks: [sink] })
      await run({ plan, source, checkpoint, options: { once: false, maxBatches: 1 } })
    }
    expect(sink.written).toEqual([
      ...numbers(25).map((value) => `a/0 ${value}`),
      ...numbers(7, 100).map((value) => `a/1 ${value}`),
    ])
    expect(checkpoint.batches.map(({ batchId }) => batchId)).toEqual([1, 2, 3, 4])
  })

  test('waits for the next trigger when there is nothing to read', async () => {
    const log = memoryLog({ 'a/0': [] })
    const source = memorySource(log)
    const sink = collectingSink()
    const clock = manualClock()
    const plan = planOf({ source, sinks: [sink] })
    const done = run({ plan, source, clock, options: { once: false, maxBatches: 1 } })
    while (clock.sleepers === 0) await clock.yield()
    log.partitions.get('a/0')?.push('x')
    await clock.advance(999)
    expect(sink.written).toEqual([])
    await clock.advance(1)
    await done
    expect(sink.written).toEqual(['a/0 x'])
  })

  test('abandons the batch in progress on an abort and finishes', async () => {
    const log = memoryLog({ 'a/0': numbers(30) })
    log.chunkRecords = 2
    const stop = new AbortController()
    log.beforeChunk = (chunk) => {
      if (chunk.offsets[0] === 14) stop.abort()
    }
    const source = memorySource(log)
    const sink = collectingSink()
    const progress = await run({ plan: planOf({ source, sinks: [sink] }), source, signal: stop.signal })
    expect(progress.at(-1)).toEqual({ kind: 'finished', reason: 'signal', lastBatchId: 1 })
    expect(sink.written).toHaveLength(10)
    expect(sink.pending).toEqual([])
  })

  test('stops at max-duration between batches, also while it waits', async () => {
    const source = memorySource(memoryLog({ 'a/0': numbers(3) }))
    const clock = manualClock()
    const plan = planOf({ source, sinks: [], batchIntervalMs: 10_000 })
    const done = run({ plan, source, clock, options: { once: false, maxDurationMs: 3000 } })
    while (clock.sleepers < 2) await clock.yield()
    await clock.advance(3000)
    expect((await done).at(-1)).toEqual({ kind: 'finished', reason: 'max-duration', lastBatchId: 1 })
  })

  test('passes the notices of the source on', async () => {
    const log = memoryLog({ 'a/0': numbers(3) })
    log.notices = [warning('memory: away')]
    const source = memorySource(log)
    expect(await run({ plan: planOf({ source, sinks: [] }), source })).toContainEqual(warning('memory: away'))
  })

  test('fails with exit 65 for a bad record and leaves nothing of its batch behind', async () => {
    const source = memorySource(memoryLog({ 'a/0': ['x', 'y', 'bad', 'z'] }))
    const checkpoint = memoryCheckpoint()
    const sink = collectingSink()
    const failed = run({ plan: planOf({ source, sinks: [sink] }), source, checkpoint })
    const error = (await failed.catch((thrown: unknown) => thrown)) as SprkError
    expect([error.exit, error.code, error.message]).toEqual([65, 'E_BAD', 'a/0 offset 2: this is bad'])
    expect([checkpoint.batches, sink.written, sink.pending]).toEqual([[], [], []])
  })

  test('fails with exit 65 for a record that a sink cannot store, before another sink has seen it', async () => {
    const source = memorySource(memoryLog({ 'a/0': ['x', 'y'] }))
    const sink = collectingSink()
    const picky: Sink = {
      ...collectingSink(),
      stage({ frame }) {
        rejectRow(frame, 1, { code: 'E_PICKY', message: 'not this one' })
        return { add() {} }
      },
    }
    const seen: number[] = []
    const plan = planOf({ source, sinks: [{ ...sink, stage: () => ({ add: () => void seen.push(1) }) }, picky] })
    const error = await run({ plan, source }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ exit: 65, code: 'E_PICKY', message: 'a/0 offset 1: not this one' })
    expect(seen).toEqual([])
  })

  test('clears the batch when the commit fails', async () => {
    const source = memorySource(memoryLog({ 'a/0': numbers(3) }))
    const checkpoint = memoryCheckpoint()
    checkpoint.failNext = new Error('disk')
    const sink = collectingSink()
    await expect(run({ plan: planOf({ source, sinks: [sink] }), source, checkpoint })).rejects.toThrow('disk')
    expect(sink.pending).toEqual([])
  })

  test('never lets the batch time go back', async () => {
    const log = memoryLog({ 'a/0': numbers(15) })
    const checkpoint = memoryCheckpoint()
    for (const startMs of [5000, 3000]) {
      const source = memorySource(log)
      const clock = manualClock(startMs)
      await run({ plan: planOf({ source, sinks: [] }), source, checkpoint, clock, options: { maxBatches: 1 } })
    }
    expect(checkpoint.batches.map(({ batchTime }) => batchTime)).toEqual([5000, 5000])
  })

  test('counts records that reach a sink in any branch as processed, the others as filtered', async () => {
    const source = memorySource(memoryLog({ 'a/0': ['a', 'b', 'ab', 'c'] }))
    const step = (pattern: RegExp) => ({ id: '', kind: 'keep', input: -1, step: keep(pattern), output: null })
    const sinks = [collectingSink(), collectingSink()]
    const plan = planOf({ source, sinks, steps: [step(/a/), step(/b/)], sinkInputs: [0, 1] })
    const [batch] = batchesOf(await run({ plan, source }))
    expect([batch?.numInputRows, batch?.counts.processed, batch?.counts.filtered]).toEqual([4, 3, 1])
    expect(sinks.map(({ written }) => written)).toEqual([
      ['a/0 a', 'a/0 ab'],
      ['a/0 b', 'a/0 ab'],
    ])
  })
})

describe('execute, with records that cannot be read', () => {
  const values = ['x', 'bad', null, 'bad', 'y']

  test('skips them and counts them apart', async () => {
    const source = memorySource(memoryLog({ 'a/0': values }))
    const checkpoint = memoryCheckpoint()
    const sink = collectingSink()
    await run({ plan: planOf({ source, sinks: [sink], onError: 'skip' }), source, checkpoint })
    expect(sink.written).toEqual(['a/0 x', 'a/0 null', 'a/0 y'])
    expect(checkpoint.batches[0]).toMatchObject({
      counts: { processed: 3, filtered: 0, skipped: 2, deadLetters: 0 },
      deadLetters: [],
    })
  })

  test('keeps them as dead letters of the batch, as they came', async () => {
    const source = memorySource(memoryLog({ 'b/0': ['bad'], 'a/1': values }))
    const checkpoint = memoryCheckpoint()
    await run({ plan: planOf({ source, sinks: [], onError: 'deadLetter' }), source, checkpoint })
    const letters = checkpoint.batches[0]?.deadLetters ?? []
    expect(letters.map(({ topic, partition, offset }) => [topic, partition, offset])).toEqual([
      ['a', 1, 1],
      ['a', 1, 3],
      ['b', 0, 0],
    ])
    expect(letters[0]).toEqual({
      topic: 'a',
      partition: 1,
      offset: 1,
      code: 'E_BAD',
      reason: 'this is bad',
      key: null,
      value: Uint8Array.from(Buffer.from('bad')),
      headers: Uint8Array.of(0),
    })
  })

  test('leaves nothing of them in any branch, though only one branch refuses', async () => {
    const source = memorySource(memoryLog({ 'a/0': ['x', 'y'] }))
    const refuseY: StatelessStep = {
      ...keep(/./),
      apply: (rows) => {
        rows.frame.rejects.reject(1, { code: 'E_Y', message: 'no y' })
        return rows
      },
    }
    const sinks = [collectingSink(), collectingSink()]
    const steps = [{ id: 'refuse', kind: 'refuse', input: SOURCE, step: refuseY, output: null }]
    const plan = planOf({ source, sinks, steps, sinkInputs: [0, SOURCE], onError: 'skip' })
    await run({ plan, source })
    expect(sinks.map(({ written }) => written)).toEqual([['a/0 x'], ['a/0 x']])
  })
})
