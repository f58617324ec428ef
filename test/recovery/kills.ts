// The tests that kill the built program at every system call that touches its state file, and let it go on: nothing may be lost or
// counted twice, wherever it died.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SerialSprk, startSerialSprk } from '../support/serial-sprk.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, outcomeOf, PIPELINES, type Pipeline, SILENT, targetOf } from './pipelines.ts'
import { killAt, SYSCALLS, type Syscall, threadsOf, trace } from './strace.ts'

/** SQLite makes, fills, syncs, cuts and deletes files; the checkpoint links one. The others may do without. */
const MUST_OCCUR: readonly Syscall[] = ['openat', 'pwrite64', 'fsync', 'ftruncate', 'link', 'unlink']

export function describeKills(pipeline: Pipeline, minBatches: number): void {
  const { table } = PIPELINES[pipeline]

  describe.skipIf(!available)(`mode ${pipeline}, killed at every call`, () => {
    let counted: ReadonlyMap<Syscall, number> = new Map()
    let expected: ReturnType<typeof outcomeOf>
    let sprk: SerialSprk

    beforeAll(async () => {
      sprk = await startSerialSprk()
      const target = targetOf(pipeline)
      const whole = await trace(target)
      expect(whole, whole.output).toMatchObject({ code: 0 })
      expect(threadsOf(whole.calls)).toBe(1)
      counted = new Map(SYSCALLS.map((name) => [name, whole.calls.filter(({ syscall }) => syscall === name).length]))
      expected = outcomeOf(target.state, table)
      expect(expected).toMatchObject({ integrity: [['ok']], letters: { length: 2 }, ids: [[1, 0]], breaks: [] })
      expect(expected.files).toEqual(['pipeline.db', 'pipeline.db.lock'])
      expect(query(target.state, 'SELECT count(*) FROM sprk_batches')[0]?.[0]).toBeGreaterThanOrEqual(minBatches)
    })

    afterAll(() => sprk.stop())

    test.each(MUST_OCCUR)('there are calls of %s', (syscall) => {
      expect(counted.get(syscall)).toBeGreaterThan(0)
    })

    test.each(SYSCALLS)(
      '%s',
      async (syscall) => {
        const points = counted.get(syscall) ?? 0
        let killed = 0
        for (let point = 1; point <= points; point++) {
          const target = targetOf(pipeline)
          const dead = await killAt(target, syscall, point)
          expect(dead, `${syscall} ${point}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
          killed += 1
          // The first of them as people do it: in a process of its own.
          const resumed = point === 1 ? await runSprk(target.args) : await sprk.run(target.args)
          expect(resumed, `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: SILENT })
          expect(outcomeOf(target.state, table), `after ${syscall} ${point}`).toEqual(expected)
          rmSync(join(target.state, '..', '..'), { recursive: true })
        }
        expect(killed).toBe(counted.get(syscall))
      },
      1_200_000,
    )
  })
}
