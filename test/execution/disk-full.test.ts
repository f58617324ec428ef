import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/checkpoint.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { withRoom } from '../../src/execution/disk-full.ts'
import { execute } from '../../src/execution/execute.ts'
import { Stopped } from '../../src/execution/pull.ts'
import type { Progress } from '../../src/progress.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, planOf } from '../support/plan.ts'
import { steppingClock } from '../support/state-file.ts'

const full = () => new SprkError(Exit.IO, { code: 'E_DISK_FULL', message: 'x.db: the disk is full' })

describe('withRoom', () => {
  /** What was told and when, for a write that fails `times` times. */
  async function wait(times: number, endMs: number | null = null, error: Error = full()) {
    const clock = steppingClock()
    const stop = new AbortController()
    const told: [number, string][] = []
    let written = 0
    const write = () => {
      if (times-- > 0) throw error
      written += 1
    }
    const leftMs = () => (endMs === null ? null : endMs - clock.monotonic())
    const waiting = (async () => {
      for await (const { level, message } of withRoom(write, { clock, signal: stop.signal, leftMs })) {
        told.push([clock.monotonic(), `${level}: ${message}`])
        if (told.length > 100) stop.abort()
      }
    })()
    await waiting.catch((thrown: unknown) => told.push([clock.monotonic(), String(thrown)]))
    return { told, written, waiting }
  }

  test('writes at once where there is room', async () => {
    expect(await wait(0)).toMatchObject({ told: [], written: 1 })
  })

  test('tells at once and every 30 s that it waits, then that it goes on', async () => {
    const warning = 'warning: x.db: the disk is full; trying again'
    const { told, written } = await wait(20)
    expect(told).toEqual([
      [0, warning],
      [32_500, warning],
      [62_500, warning],
      [87_500, 'info: there is room on the disk again'],
    ])
    expect(written).toBe(1)
  })

  test('gives up when the time is over, at once where there is none', async () => {
    const { waiting, told } = await wait(1000, 40_000)
    await expect(waiting).rejects.toEqual(full())
    expect(told.map(([ms]) => ms)).toEqual([0, 32_500, 40_000])
    expect((await wait(1000, 0)).told.map(([, text]) => text)).toEqual(['SprkError: x.db: the disk is full'])
  })

  test('ends with the run', async () => {
    await expect((await wait(Number.POSITIVE_INFINITY)).waiting).rejects.toThrow(Stopped)
  })

  test('waits for nothing else', async () => {
    const error = new SprkError(Exit.IO, { code: 'E_IO', message: 'broken' })
    const { waiting, told } = await wait(1, null, error)
    await expect(waiting).rejects.toBe(error)
    expect(told).toHaveLength(1)
  })
})

describe('an execution on a full disk', () => {
  /** Two batches of one record; the registration and each commit fail twice before they succeed. */
  async function run(options: Partial<ExecutionOptions>) {
    const source = memorySource(memoryLog({ 'a/0': ['one', 'two'] }))
    const inner = memoryCheckpoint()
    let left = 2
    const failing = (write: () => void) => {
      if (left-- > 0) throw full()
      left = 2
      write()
    }
    const checkpoint: Checkpoint = {
      get resume() {
        return inner.resume
      },
      stateId: inner.stateId,
      changes: [],
      move: (...given) => failing(() => inner.move(...given)),
      register: (...given) => failing(() => inner.register(...given)),
      commit: (batch, write) => failing(() => inner.commit(batch, write)),
      blocks: inner.blocks,
      close() {},
    }
    const sink = collectingSink()
    const plan = planOf({ source, sinks: [sink], maxRecords: 1 })
    const clock = manualClock()
    const progress: Progress[] = []
    let isDone = false
    const done = (async () => {
      const all = { once: false, maxBatches: 2, maxDurationMs: null, timeoutMs: 60_000, ...options }
      const signal = new AbortController().signal
      for await (const item of execute(plan, { source, checkpoint, clock }, all, signal)) progress.push(item)
    })().finally(() => {
      isDone = true
    })
    done.catch(() => {})
    while (!isDone) await clock.advance(100)
    return { done, progress, sink, inner }
  }

  test('waits at the registration and at each commit, and writes every batch once', async () => {
    const { done, progress, sink, inner } = await run({})
    await done
    expect(sink.written).toEqual(['a/0 one', 'a/0 two'])
    expect(inner.batches.map(({ batchId }) => batchId)).toEqual([1, 2])
    const told = progress.flatMap((item) => (item.kind === 'notice' ? item.level : []))
    expect(told).toEqual(['warning', 'info', 'warning', 'info', 'warning', 'info'])
  })

  test('ends with --once', async () => {
    const { done, progress } = await run({ once: true })
    await expect(done).rejects.toMatchObject({ exit: 74, code: 'E_DISK_FULL' })
    expect(progress.map(({ kind }) => kind)).toEqual(['started'])
  })
})
