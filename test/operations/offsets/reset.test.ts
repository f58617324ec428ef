import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resetJson, resetText } from '../../../src/cli/print/reset-report.ts'
import { executeReset, planReset, type ResetRequest } from '../../../src/operations/offsets/reset.ts'
import { verifyState } from '../../../src/operations/verify/verify.ts'
import { blockOf } from '../../support/blocks.ts'
import { memoryPipeline, testHost } from '../../support/host.ts'
import { memoryLog } from '../../support/memory-source.ts'
import { query } from '../../support/sqlite.ts'
import { commitRow, openState, position, temporaryDirectory } from '../../support/state-file.ts'

const VALUES = Array.from({ length: 30 }, (_, i) => `value ${i}`)
const REQUEST: ResetRequest = {
  target: { to: 'offset', offset: 4 },
  named: null,
  topics: [],
  choice: { cleared: [], lines: [], missing: [] },
  timeoutMs: 1000,
}
const DUPLICATES = { permissions: new Set(['--allow-duplicates'] as const), waitLockMs: 0 }
const NOTHING = { permissions: new Set([]), waitLockMs: 0 }

const signal = new AbortController().signal
const next = (path: string) => query(path, 'SELECT next FROM sprk_offsets').flat()

/** events/0 stands at 10, of 30. */
async function used() {
  const path = join(temporaryDirectory(), 'state.db')
  const checkpoint = await openState(path)
  checkpoint.register('source', 'memory', [position(0, 0)])
  commitRow(checkpoint, 0, 10, 1n)
  checkpoint.close()
  return {
    path,
    pipeline: memoryPipeline(memoryLog({ 'events/0': VALUES }), path),
    host: testHost(),
  }
}

describe('a reset', () => {
  test('is planned without a change, and done where all of it is allowed', async () => {
    const { path, pipeline, host } = await used()
    const plan = await planReset(pipeline, REQUEST, host, signal)
    expect(plan).toMatchObject({ needs: [['--allow-duplicates']], moves: [{ from: 10, to: 4, readAgain: 6 }] })
    const refused = await executeReset(plan, NOTHING, host, signal)
    expect([refused.missing, next(path)]).toEqual([['--allow-duplicates'], [10]])
    const done = await executeReset(plan, DUPLICATES, host, signal)
    expect([done.missing, done.plan, next(path)]).toEqual([[], plan, [4]])
  })

  test('is refused while the state of steps is undecided', async () => {
    const { path, pipeline, host } = await used()
    const request = { ...REQUEST, choice: { ...REQUEST.choice, missing: ['--state keep|clear'] } }
    const plan = await planReset(pipeline, request, host, signal)
    const { missing } = await executeReset(plan, DUPLICATES, host, signal)
    expect([missing, next(path)]).toEqual([['--state keep|clear'], [10]])
  })

  test('is planned again where the position has moved since, and needs what that needs', async () => {
    const { path, pipeline, host } = await used()
    const plan = await planReset(pipeline, { ...REQUEST, target: { to: 'offset', offset: 10 } }, host, signal)
    expect(plan.needs).toEqual([])
    const running = await openState(path)
    commitRow(running, 10, 20, 1n)
    running.close()
    const { missing, plan: again } = await executeReset(plan, NOTHING, host, signal)
    expect([missing, again.moves[0]?.from, next(path)]).toEqual([['--allow-duplicates'], 20, [20]])
  })

  /** Of events/0, offsets 10 to 25 were received and not processed. */
  async function receiving() {
    const found = await used()
    const running = await openState(found.path)
    running.register('source', 'memory', [position(1, 0)])
    running.blocks('source').append([blockOf(0, 10, 18), blockOf(1, 0, 3)])
    running.blocks('source').append([blockOf(0, 18, 25)])
    running.close()
    const log = memoryLog({ 'events/0': VALUES, 'events/1': VALUES.slice(0, 9) })
    return { ...found, pipeline: memoryPipeline(log, found.path) }
  }
  const blocks = (path: string) => query(path, 'SELECT partition, from_offset FROM sprk_blocks ORDER BY id')

  test.each([
    ['behind what was received', 12],
    ['where the batches stand', 10],
    ['beyond what was received', 28],
  ])('drops the blocks of the partitions that it moves, and no others: %s', async (_, offset) => {
    const { path, pipeline, host } = await receiving()
    const target = { to: 'offset', offset } as const
    const plan = await planReset(pipeline, { ...REQUEST, target, topics: ['events:0'] }, host, signal)
    expect(plan.dropped).toMatchObject([{ partition: 0, blocks: 2, records: 15, received: 25 }])
    expect(plan.needs).toEqual(offset === 10 ? [] : [['--allow-loss']])
    expect(blocks(path)).toHaveLength(3)
    const loss = { permissions: new Set(['--allow-loss'] as const), waitLockMs: 0 }
    expect((await executeReset(plan, loss, host, signal)).missing).toEqual([])
    expect([next(path), blocks(path)]).toEqual([[offset, 0], [[1, 0]]])
    expect(query(path, "SELECT detail FROM sprk_audit WHERE action = 'offsets reset'")[0]?.[0]).toContain(
      'events/0: 2 blocks with 15 records dropped',
    )
    expect(verifyState(path).flatMap(({ problems }) => problems)).toEqual([])
  })

  test('says in words and in JSON what it drops', async () => {
    const { pipeline, host } = await receiving()
    const plan = await planReset(pipeline, { ...REQUEST, topics: ['events:0'] }, host, signal)
    const report = { plan, isExecuted: false, words: 'p.yaml', command: 'sprk x' }
    expect(resetText(report)).toContain(
      '2 blocks with 15 records that were received and not processed would be dropped',
    )
    expect(resetText({ ...report, isExecuted: true })).toContain(
      '2 blocks with 15 records that were received and not processed are dropped',
    )
    expect(resetJson(report)).toMatchObject({
      dropped: [{ topic: 'events', partition: 0, blocks: 2, records: 15, received: 25 }],
    })
  })

  test('is planned again where more was received since, and drops that too', async () => {
    const { path, pipeline, host } = await receiving()
    const plan = await planReset(pipeline, { ...REQUEST, topics: ['events:0'] }, host, signal)
    const running = await openState(path)
    running.blocks('source').append([blockOf(0, 25, 30)])
    running.close()
    const { plan: done } = await executeReset(plan, DUPLICATES, host, signal)
    expect([done.dropped[0]?.records, blocks(path)]).toEqual([20, [[1, 0]]])
  })

  test('makes the state file where there is none', async () => {
    const { pipeline, host } = await used()
    const path = join(temporaryDirectory(), 'new.db')
    const fresh = { ...pipeline, spec: { ...pipeline.spec, state: { path, mode: 0o600 } } }
    const plan = await planReset(fresh, REQUEST, host, signal)
    await executeReset(plan, { permissions: new Set(['--allow-loss'] as const), waitLockMs: 0 }, host, signal)
    expect(next(path)).toEqual([4])
  })
})
