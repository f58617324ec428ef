// Direct mode, and receiver mode without a log, on a state file that holds blocks of receivers.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../../../src/checkpoint.ts'
import { execute } from '../../../../src/execution/execute.ts'
import type { Source } from '../../../../src/source.ts'
import { BlockReader } from '../../../../src/sources/kafka/receiver/block-reader.ts'
import { Intake } from '../../../../src/sources/kafka/receiver/intake.ts'
import { withPendingBlocks } from '../../../../src/sources/kafka/receiver/pending.ts'
import { blockOf } from '../../../support/blocks.ts'
import { collect } from '../../../support/chunks.ts'
import { manualClock } from '../../../support/manual-clock.ts'
import { type MemoryLog, memoryLog, memorySource } from '../../../support/memory-source.ts'
import { collectingSink, planOf } from '../../../support/plan.ts'
import { query } from '../../../support/sqlite.ts'
import { batchOf, openState, position, range, temporaryDirectory } from '../../../support/state-file.ts'

const ONCE = { once: true, maxBatches: null, maxDurationMs: null, timeoutMs: 60_000 }
const values = (from: number, until: number) => Array.from({ length: until - from }, (_, i) => `v${from + i}`)
const written = (partition: number, from: number, until: number) =>
  values(from, until).map((value) => `events/${partition} ${value}`)

/** Partitions 0 and 1 stand at 0; of the first, offsets 0 to 30 were received, of the second 0 to 10. */
async function received(path: string): Promise<Checkpoint> {
  const checkpoint = await openState(path)
  checkpoint.register('source', 'memory', [position(0, 0), position(1, 0)])
  const store = checkpoint.blocks('source')
  store.append([blockOf(0, 0, 10), blockOf(1, 0, 10)])
  store.append([blockOf(0, 10, 20)])
  store.append([blockOf(0, 20, 30)])
  return checkpoint
}

async function runOnce(checkpoint: Checkpoint, log: MemoryLog, altered = (source: Source) => source) {
  const sink = collectingSink()
  const warnings: string[] = []
  const source = withPendingBlocks(altered(memorySource(log)), checkpoint.blocks('source'))
  const plan = planOf({ source, sinks: [sink], maxRecords: 15 })
  const run = async () => {
    const ports = { source, checkpoint, clock: manualClock() }
    for await (const progress of execute(plan, ports, ONCE, new AbortController().signal)) {
      if (progress.kind === 'notice') warnings.push(progress.message)
    }
  }
  const error: unknown = await run().then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { written: [...sink.written].sort(), warnings, error }
}

const log = (starts: number, ...ends: number[]): MemoryLog => ({
  ...memoryLog(Object.fromEntries(ends.map((end, i) => [`events/${i}`, values(0, end)]))),
  starts: new Map([['events/0', starts]]),
})

describe('direct mode, where blocks wait', () => {
  test('processes them first, then reads on from where they end', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await received(path)
    const done = await runOnce(checkpoint, log(0, 42, 12))
    expect(done.error).toBe(null)
    expect(done.written).toEqual([...written(0, 0, 42), ...written(1, 0, 12)].sort())
    expect(query(path, 'SELECT count(*) FROM sprk_blocks')).toEqual([[0]])
    expect(query(path, 'SELECT next FROM sprk_offsets ORDER BY partition')).toEqual([[42], [12]])
    expect((await runOnce(checkpoint, log(0, 43, 12))).written).toEqual(['events/0 v42'])
  })

  test('has their records, though Kafka deleted them after they were received', async () => {
    const checkpoint = await received(join(temporaryDirectory(), 'state.db'))
    const done = await runOnce(checkpoint, log(30, 42, 12))
    expect([done.error, done.warnings]).toEqual([null, []])
    expect(done.written).toEqual([...written(0, 0, 42), ...written(1, 0, 12)].sort())
  })

  test('goes on behind a loss that is behind them, and the gap begins where they end', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const done = await runOnce(await received(path), log(35, 42, 12))
    expect(done.warnings).toEqual(['events/0: 5 are gone; going on at 35 instead of 30'])
    expect(done.written).toEqual([...written(0, 0, 30), ...written(0, 35, 42), ...written(1, 0, 12)].sort())
    expect(query(path, 'SELECT from_offset, to_offset FROM sprk_moves')).toEqual([[30, 35]])
  })

  test('fails with a loss that is behind them when they are processed, and again at the next start', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await received(path)
    // Shorter than what was received: truncated.
    const done = await runOnce(checkpoint, log(0, 25, 12))
    expect(done.error).toMatchObject({ exit: 79, code: 'E_OFFSET_AHEAD' })
    expect(done.written).toEqual([...written(0, 0, 30), ...written(1, 0, 10)].sort())
    expect(query(path, 'SELECT next FROM sprk_offsets ORDER BY partition')).toEqual([[30], [10]])
    const again = await runOnce(checkpoint, log(0, 25, 12))
    expect([again.error, again.written]).toMatchObject([{ exit: 79 }, []])
  })

  test('takes a step between blocks once, as a move', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await received(path)
    const step = { fromOffset: 30, cause: '10 offsets were deleted' }
    checkpoint.blocks('source').append([blockOf(0, 40, 45, { step })])
    const done = await runOnce(checkpoint, log(0, 47, 10))
    expect(done.warnings).toEqual(['events/0: 10 offsets were deleted; going on at 40 instead of 30'])
    expect(done.written).toEqual([...written(0, 0, 30), ...written(0, 40, 47), ...written(1, 0, 10)].sort())
    expect(query(path, 'SELECT from_offset, to_offset FROM sprk_moves')).toEqual([[30, 40]])
  })

  test('goes on after a kill among them, in either mode', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const checkpoint = await received(path)
    // A batch that ended within the second block of the first partition.
    checkpoint.commit(batchOf(1, [{ ...range(0, 0, 14), topicId: null }]), () => {})
    checkpoint.close()
    const next = await openState(path)
    expect(next.blocks('source').pending()).toMatchObject([{ partition: 1 }, { fromOffset: 10 }, { fromOffset: 20 }])
    // As a receiver that runs again.
    next.blocks('source').append([blockOf(0, 30, 33)])
    const done = await runOnce(next, log(33, 42, 12))
    expect(done.written).toEqual([...written(0, 14, 42), ...written(1, 0, 12)].sort())
  })

  test('tells the source behind them what was committed of its own ranges only', async () => {
    const told: number[] = []
    await runOnce(await received(join(temporaryDirectory(), 'state.db')), log(0, 42, 10), (source) => ({
      ...source,
      committed: (ranges) => told.push(...ranges.map(({ fromOffset }) => fromOffset)),
    }))
    expect(told).toEqual([30])
  })
})

describe('receivers without a log, where blocks wait', () => {
  const owner = {}
  const at = { topic: 'events', partition: 0 }

  async function intakeOf(path: string) {
    const checkpoint = await received(path)
    const intake = new Intake(checkpoint.blocks('source'), false, { maxBytes: 1_000_000 })
    intake.begin(checkpoint.resume.positions.get('source') ?? [])
    intake.own(at, owner)
    return { checkpoint, intake }
  }

  test('receive from where they end, and batches take them first', async () => {
    const path = join(temporaryDirectory(), 'state.db')
    const { checkpoint, intake } = await intakeOf(path)
    expect(intake.standing(at)?.next).toBe(30)
    intake.take([blockOf(0, 30, 35)], owner)
    expect(query(path, 'SELECT count(*) FROM sprk_blocks')).toEqual([[4]])
    const ids = intake.blocks.pending().map(({ id }) => id)
    expect(new Set(ids).size).toBe(5)
    const wanted = [{ ...at, topicId: null, fromOffset: 0, untilOffset: 35 }]
    const { records, result } = await collect(new BlockReader(intake.blocks).read(wanted, { maxBytes: Infinity }))
    expect(records.map(({ value }) => value)).toEqual(values(0, 35))
    checkpoint.commit(batchOf(1, result), () => {})
    intake.memory?.release(result)
    expect(intake.blocks.pending()).toMatchObject([{ partition: 1, fromOffset: 0 }])
  })

  test('give up only what is in memory when a partition is revoked', async () => {
    const { intake } = await intakeOf(join(temporaryDirectory(), 'state.db'))
    intake.take([blockOf(0, 30, 35)], owner)
    intake.drop([at], [position(0, 0)], owner)
    expect(intake.standing(at)?.next).toBe(30)
    expect(intake.blocks.pending()).toHaveLength(4)
  })
})
