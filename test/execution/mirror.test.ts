// When the execution tells a mirror of its positions: after each commit, never before, and never in its way.

import { expect, test } from 'vitest'
import { Exit, SprkError } from '../../src/errors.ts'
import type { ExecutionOptions } from '../../src/execution/deadline.ts'
import { execute } from '../../src/execution/execute.ts'
import type { Position } from '../../src/log.ts'
import type { ProgressMirror } from '../../src/mirror.ts'
import { type Notice, warning } from '../../src/notice.ts'
import type { Progress } from '../../src/progress.ts'
import { manualClock } from '../support/manual-clock.ts'
import { type MemoryCheckpoint, memoryCheckpoint } from '../support/memory-checkpoint.ts'
import { memoryLog, memorySource } from '../support/memory-source.ts'
import { collectingSink, planOf } from '../support/plan.ts'

const never = new AbortController().signal
const ONCE: ExecutionOptions = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 60_000 }
const values = (n: number) => Array.from({ length: n }, (_, i) => `v${i}`)

/** Notes what it is told, and how many batches were committed then. */
function notingMirror(checkpoint: MemoryCheckpoint, notices: Notice[] = []) {
  const heard: string[] = []
  const mirror: ProgressMirror = {
    offer(positions: readonly Position[]) {
      const offsets = positions.map(({ topic, partition, next }) => `${topic}/${partition} ${next}`).join(', ')
      heard.push(`${offsets} after ${checkpoint.batches.length}`)
    },
    notices: () => notices.splice(0),
    async settle(timeoutMs) {
      heard.push(`settle ${timeoutMs}`)
    },
    close: async () => {},
  }
  return { heard, mirror }
}

async function run(
  count: number,
  checkpoint: MemoryCheckpoint,
  mirror: ProgressMirror,
  options = ONCE,
): Promise<Progress[]> {
  const source = memorySource(memoryLog({ 'a/0': values(count), 'b/0': [] }))
  const plan = planOf({ source, sinks: [collectingSink()] })
  const all: Progress[] = []
  const ports = { source, checkpoint, clock: manualClock(), mirror }
  for await (const progress of execute(plan, ports, options, never)) all.push(progress)
  return all
}

test('a mirror hears all positions after each commit, and is waited for at the end', async () => {
  const checkpoint = memoryCheckpoint()
  const { heard, mirror } = notingMirror(checkpoint)
  await run(25, checkpoint, mirror)
  expect(heard).toEqual(['a/0 10, b/0 0 after 1', 'a/0 20, b/0 0 after 2', 'a/0 25, b/0 0 after 3', 'settle 2000'])
})

test('a mirror of a run that stays hears at its start where it stands', async () => {
  const checkpoint = memoryCheckpoint()
  const { heard, mirror } = notingMirror(checkpoint)
  await run(25, checkpoint, mirror, { ...ONCE, once: false, maxBatches: 1 })
  expect(heard).toEqual(['a/0 0, b/0 0 after 0', 'a/0 10, b/0 0 after 1', 'settle 2000'])
})

test('a mirror hears nothing of a batch that is not committed', async () => {
  const checkpoint = memoryCheckpoint()
  const { heard, mirror } = notingMirror(checkpoint)
  checkpoint.failNext = new Error('no commit')
  await expect(run(5, checkpoint, mirror)).rejects.toThrow('no commit')
  expect(heard).toEqual(['settle 2000'])
})

test('a mirror is waited for where a later batch fails, too', async () => {
  const checkpoint = memoryCheckpoint()
  const { heard, mirror } = notingMirror(checkpoint)
  const offer = mirror.offer.bind(mirror)
  mirror.offer = (positions) => {
    offer(positions)
    checkpoint.failNext = new SprkError(Exit.IO, { code: 'E_DISK', message: 'no room' })
  }
  await expect(run(25, checkpoint, mirror)).rejects.toThrow('no room')
  expect(heard).toEqual(['a/0 10, b/0 0 after 1', 'settle 2000'])
})

test('a mirror hears nothing where there is nothing to commit', async () => {
  const checkpoint = memoryCheckpoint()
  const { heard, mirror } = notingMirror(checkpoint)
  await run(0, checkpoint, mirror)
  expect(heard).toEqual(['settle 2000'])
})

test('what a mirror has to say is part of the progress, once', async () => {
  const checkpoint = memoryCheckpoint()
  const { mirror } = notingMirror(checkpoint, [warning('not told')])
  const progress = await run(25, checkpoint, mirror)
  expect(progress.filter(({ kind }) => kind === 'notice')).toEqual([warning('not told')])
})
