// A disk that fails: the built program says so or goes on, and the file has every record once afterwards.

import { beforeAll, describe, expect, test } from 'vitest'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, outcomeOf, PIPELINES, targetOf } from './pipelines.ts'
import { failAt, type Syscall, type TracedCall, trace } from './strace.ts'

describe.skipIf(!available)('a disk that fails', () => {
  let calls: readonly TracedCall[] = []
  let expected: ReturnType<typeof outcomeOf>

  beforeAll(async () => {
    const target = targetOf('merge')
    const whole = await trace(target)
    expect(whole, whole.output).toMatchObject({ code: 0 })
    calls = whole.calls
    expected = outcomeOf(target.state, PIPELINES.merge.table)
  })

  test('is asked to make each commit durable', async () => {
    const target = targetOf('append')
    const { calls, output } = await trace(target)
    const batches = Number(query(target.state, 'SELECT count(*) FROM sprk_batches')[0]?.[0])
    expect(batches, output).toBeGreaterThanOrEqual(5)
    const syncs = calls.filter(({ syscall, text }) => syscall === 'fsync' && text.includes('pipeline.db-wal>'))
    // Beside the batches, two transactions: the start, and the partitions that were met.
    expect(syncs.length).toBeGreaterThanOrEqual(batches + 2)
  })

  async function failEverywhere(syscall: Syscall, error: string): Promise<void> {
    const codes = new Set<number | null>()
    for (let n = 1; n <= calls.filter((call) => call.syscall === syscall).length; n++) {
      const target = targetOf('merge')
      const failed = await failAt(target, syscall, error, n)
      codes.add(failed.code)
      expect([0, 74], `${syscall} ${n}: ${failed.output}`).toContain(failed.code)
      const resumed = await runSprk(target.args)
      expect(resumed, `after ${syscall} ${n}`).toMatchObject({ code: 0, stderr: '' })
      expect(outcomeOf(target.state, PIPELINES.merge.table), `after ${syscall} ${n}`).toEqual(expected)
    }
    expect([...codes].sort()).toEqual([0, 74])
  }

  test('to sync: exit 74, or 0 where the commit stands all the same', () => failEverywhere('fsync', 'EIO'), 120_000)

  test.skipIf(process.env['SPRK_TEST_FULL'] !== '1')(
    'since it is full: exit 74, or 0 where the commit stands all the same',
    () => failEverywhere('pwrite64', 'ENOSPC'),
    300_000,
  )
})
