// Going on behind data that is lost: the position is moved first, said, and read from.

import { describe, expect, test } from 'vitest'
import { execute } from '../../src/execution/execute.ts'
import { type Progress, rangesOf } from '../../src/progress.ts'
import type { Source } from '../../src/source.ts'
import { manualClock } from '../support/manual-clock.ts'
import { memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { type MemoryLog, memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, planOf } from '../support/plan.ts'

const ONCE = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 60_000 }
const numbers = (n: number) => Array.from({ length: n }, (_, i) => `v${i}`)

function subject(log: MemoryLog, altered = (source: Source) => source) {
  const checkpoint = memoryCheckpoint()
  const sink = collectingSink()
  /** In order: batches, and moves as they are found saved when a warning says so. */
  const run = async () => {
    const source = altered(memorySource(log))
    const told: unknown[] = []
    const ports = { source, checkpoint, clock: manualClock() }
    const onProgress = (progress: Progress) => {
      if (progress.kind === 'batch')
        told.push(rangesOf(progress).map(({ fromOffset, untilOffset }) => [fromOffset, untilOffset]))
      if (progress.kind === 'notice') told.push([progress.level, progress.message, checkpoint.moves.length])
    }
    for await (const progress of execute(
      planOf({ source, sinks: [sink] }),
      ports,
      ONCE,
      new AbortController().signal,
    )) {
      onProgress(progress)
    }
    return told
  }
  return { checkpoint, sink, run }
}

describe('a gap', () => {
  test('found when the source is opened is saved before anything is read', async () => {
    const log = { ...memoryLog({ 'a/0': numbers(4), 'a/1': numbers(2) }), starts: new Map<string, number>() }
    const { checkpoint, sink, run } = subject(log)
    expect(await run()).toEqual([
      [
        [0, 4],
        [0, 2],
      ],
    ])
    log.partitions.get('a/0')?.push(...numbers(9).slice(4))
    log.starts.set('a/0', 7)
    expect(await run()).toEqual([['warning', 'a/0: 3 are gone; going on at 7 instead of 4', 1], [[7, 9]]])
    expect(checkpoint.moves).toMatchObject([{ topic: 'a', partition: 0, fromOffset: 4, toOffset: 7 }])
    expect(sink.written.slice(-2)).toEqual(['a/0 v7', 'a/0 v8'])
    expect(await run()).toEqual([])
  })

  test('found between batches is saved before the batch behind it', async () => {
    const log = { ...memoryLog({ 'a/0': numbers(25) }), starts: new Map<string, number>() }
    log.beforeChunk = () => void log.starts.set('a/0', 17)
    const { checkpoint, run } = subject(log)
    expect(await run()).toEqual([
      [[0, 10]],
      ['warning', 'a/0: 7 are gone; going on at 17 instead of 10', 1],
      [[17, 25]],
    ])
    expect(checkpoint.resume.lastBatchId).toBe(2)
  })

  test('met while a batch is read, that has nothing then, leaves no batch behind', async () => {
    const log = { ...memoryLog({ 'a/0': numbers(5) }), starts: new Map<string, number>() }
    const { checkpoint, run } = subject(log, (source) => {
      let isFirst = true
      return {
        ...source,
        async *chunks(...given) {
          if (!isFirst) return yield* source.chunks(...given)
          isFirst = false
          log.starts.set('a/0', 3)
          return []
        },
      }
    })
    expect(await run()).toEqual([['warning', 'a/0: 3 are gone; going on at 3 instead of 0', 1], [[3, 5]]])
    expect(checkpoint.resume.lastBatchId).toBe(1)
  })
})
