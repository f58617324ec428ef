// A disk that fails under a pipeline that merges; what makes commits durable.

import { describe, expect, test } from 'vitest'
import { query } from '../support/sqlite.ts'
import { describeFaults } from './faults.ts'
import { available, isFull, targetOf } from './pipelines.ts'
import { trace } from './strace.ts'

describe.skipIf(!available)('a disk', () => {
  test('is asked to make each commit durable', async () => {
    const target = targetOf('append')
    const { calls, output } = await trace(target)
    const batches = Number(query(target.state, 'SELECT count(*) FROM sprk_batches')[0]?.[0])
    expect(batches, output).toBeGreaterThanOrEqual(5)
    const syncs = calls.filter(({ syscall, text }) => syscall === 'fsync' && text.includes('pipeline.db-wal>'))
    // Beside the batches, two transactions: the start, and the partitions that were met.
    expect(syncs.length).toBeGreaterThanOrEqual(batches + 2)
  })
})

describeFaults('merge', isFull)
