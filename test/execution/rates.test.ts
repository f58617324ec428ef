// Rates on a clock that only the run moves: the rhythm of batches, and what back-pressure does for a slow pipeline.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { execute } from '../../src/execution/execute.ts'
import type { BatchProgress } from '../../src/progress.ts'
import type { Backpressure } from '../../src/source.ts'
import type { PacingOptions } from '../../src/sources/kafka/pacing.ts'
import { count } from '../../src/words.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { type MemoryLog, memoryLog } from '../support/memory-source.ts'
import { pacedSource } from '../support/paced-source.ts'
import { collectingSink, planOf } from '../support/plan.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const PID: Backpressure = { proportional: 1, integral: 0.2, derived: 0, minRate: 100, initialRate: null }
const never = new AbortController().signal

interface Running extends Partial<PacingOptions> {
  readonly log: MemoryLog
  readonly batches: number
  readonly backpressure?: Backpressure | null
  readonly maxRecords?: number
  readonly once?: boolean
  /** How long a record takes. */
  readonly msPerRecord?: number
  /** How long a batch takes beside its records, of one partition. */
  readonly msPerBatch?: number
  /** Called before each plan, with the milliseconds since the start. */
  readonly arrive?: (log: MemoryLog, ms: number) => void
}

/** What the batches of a run were. */
async function run(running: Running) {
  const { log, batches: maxBatches, backpressure = null, maxRecords = 1e9, once = false } = running
  const { msPerRecord = 0, msPerBatch = 0 } = running
  const clock = virtualClock()
  log.chunkRecords = 1e9
  log.beforeChunk = ({ length }) => clock.advance(length * msPerRecord + msPerBatch)
  const { arrive = () => {}, log: _, batches: __, ...pacing } = running
  const source = pacedSource(log, pacing, clock)
  const arriving = {
    ...source,
    plan(...given: Parameters<typeof source.plan>) {
      arrive(log, clock.monotonic())
      return source.plan(...given)
    },
  }
  const checkpoint = memoryCheckpoint()
  const plan = planOf({ source: arriving, sinks: [collectingSink()], maxRecords, backpressure })
  const options: ExecutionOptions = { once, maxBatches, maxDurationMs: null, timeoutMs: 1e9 }
  const seen: (BatchProgress & { readonly endedAt: number })[] = []
  for await (const progress of execute(plan, { source: arriving, checkpoint, clock }, options, never)) {
    if (progress.kind === 'batch') seen.push({ ...progress, endedAt: clock.monotonic() })
  }
  return { batches: seen, committed: checkpoint.batches }
}

const filled = (records: number, ...keys: string[]) =>
  memoryLog(Object.fromEntries(keys.map((key) => [key, Array.from({ length: records }, () => 'x')])))

describe('a rate', () => {
  test('keeps the rhythm of the trigger while there is a backlog', async () => {
    const { batches, committed } = await run({ log: filled(1000, 'a/0', 'a/1'), maxRateOf: () => 100, batches: 4 })
    expect(batches.map(({ numInputRows, endedAt }) => [numInputRows, endedAt])).toEqual([
      [200, 0],
      [200, 1000],
      [200, 2000],
      [200, 3000],
    ])
    expect(committed.map(({ rate }) => rate)).toEqual([200, 200, 200, 200])
    expect(batches.map(({ sources }) => [sources[0]?.rate, sources[0]?.isCutByRate])).toEqual(
      Array.from({ length: 4 }, () => [200, true]),
    )
  })

  test('is not exceeded by batches that a bound cuts, which follow each other at once', async () => {
    const { batches } = await run({ log: filled(1000, 'a/0'), maxRateOf: () => 100, maxRecords: 40, batches: 6 })
    expect(batches.map(({ numInputRows, endedAt }) => [numInputRows, endedAt])).toEqual([
      [40, 0],
      [40, 0],
      [20, 0],
      [40, 1000],
      [40, 1000],
      [20, 1000],
    ])
  })

  test('bounds each batch of --once, which goes on at once', async () => {
    const { batches } = await run({ log: filled(250, 'a/0'), maxRateOf: () => 100, once: true, batches: 9 })
    expect(batches.map(({ numInputRows, endedAt }) => [numInputRows, endedAt])).toEqual([
      [100, 0],
      [100, 0],
      [50, 0],
    ])
  })

  test('is none where nothing is set: a backlog goes on at once', async () => {
    const { batches, committed } = await run({ log: filled(90, 'a/0'), maxRecords: 40, batches: 3 })
    expect(batches.map(({ numInputRows, endedAt }) => [numInputRows, endedAt])).toEqual([
      [40, 0],
      [40, 0],
      [10, 0],
    ])
    expect(committed.map(({ rate }) => rate)).toEqual([null, null, null])
    expect(batches.map(({ sources }) => sources[0]?.isCutByRate)).toEqual([false, false, false])
  })

  test('limits no batch before the first estimate, unless there is an initial rate', async () => {
    const first = async (initialRate: number | null) => {
      const backpressure = { ...PID, initialRate }
      const { committed } = await run({ log: filled(5000, 'a/0'), backpressure, msPerRecord: 1, batches: 1 })
      return committed.map(({ counts, rate }) => [counts.processed, rate])
    }
    expect(await first(null)).toEqual([[5000, null]])
    expect(await first(300)).toEqual([[300, 300]])
  })
})

/** 2,000 records a second arrive, and the pipeline takes 1 ms for each and 100 ms for each batch. */
async function slow(backpressure: Backpressure | null, batches: number) {
  const arrive = ({ partitions }: MemoryLog, ms: number) => {
    for (const values of partitions.values()) while (values.length < 2000 + 2 * ms) values.push('x')
  }
  const ran = await run({ log: filled(0, 'a/0'), backpressure, msPerRecord: 1, msPerBatch: 100, batches, arrive })
  return ran.batches
}

const INTERVAL_MS = 1000

describe('a pipeline that is too slow for what arrives', () => {
  const delaysOf = (batches: readonly BatchProgress[]) => batches.map(({ schedulingDelayMs }) => schedulingDelayMs)

  test('falls behind without bound where nothing limits it', async () => {
    const delays = delaysOf(await slow(null, 6))
    expect(delays.every((delay, i) => i === 0 || delay > (delays[i - 1] as number))).toBe(true)
    expect(delays.at(-1)).toBeGreaterThan(30 * INTERVAL_MS)
  })

  test('keeps its scheduling delay below two intervals with back-pressure, once two batches were measured', async () => {
    const delays = delaysOf(await slow(PID, 40))
    expect(Math.max(...delays.slice(3))).toBeLessThan(2 * INTERVAL_MS)
  })

  test('keeps it there from the first batch on with an initial rate', async () => {
    const batches = await slow({ ...PID, initialRate: 1000 }, 40)
    expect(Math.max(...delaysOf(batches))).toBeLessThan(2 * INTERVAL_MS)
    expect(batches.at(-1)?.sources[0]?.rate).toBe(899)
  })

  test('is shown as it is in docs/running.md', async () => {
    const columns = [await slow(null, 6), await slow(PID, 8), await slow({ ...PID, initialRate: 1000 }, 8)]
    const rows = Array.from({ length: 8 }, (_, i) => {
      const cells = columns.map((batches) => {
        const batch = batches[i]
        return batch === undefined ? '…' : `${batch.schedulingDelayMs / 1000} s, ${count(batch.numInputRows)} records`
      })
      return `| ${[i + 1, ...cells].join(' | ')} |`
    })
    const text = readFileSync(new URL('../../docs/running.md', import.meta.url), 'utf8')
    expect(text).toContain(rows.join('\n'))
  })
})
