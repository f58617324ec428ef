// The tests of a disk that fails: the built program says so or goes on, and the file has every record once afterwards.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SerialSprk, startSerialSprk } from '../support/serial-sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, isFull, outcomeOf, PIPELINES, type Pipeline, SILENT, targetOf } from './pipelines.ts'
import { failAt, SYSCALLS, type Syscall, type Target, type TracedCall, trace } from './strace.ts'

/** A disk error, and what becomes of files that cannot be opened. */
const IO = [0, 74]
const OPENING = [0, 73, 74, 77]

/** Each call that touches the state file fails once; with `isThorough` each of every kind, otherwise what syncs. */
export function describeFaults(pipeline: Pipeline, isThorough: boolean): void {
  const { table } = PIPELINES[pipeline]

  describe.skipIf(!available)(`a disk that fails under mode ${pipeline}`, () => {
    let calls: readonly TracedCall[] = []
    let expected: ReturnType<typeof outcomeOf>
    let sprk: SerialSprk
    let batches = 0

    beforeAll(async () => {
      sprk = await startSerialSprk()
      const target = targetOf(pipeline)
      const whole = await trace(target)
      expect(whole, whole.output).toMatchObject({ code: 0 })
      calls = whole.calls
      expected = outcomeOf(target.state, table)
      batches = Number(query(target.state, 'SELECT count(*) FROM sprk_batches')[0]?.[0])
    })

    afterAll(() => sprk.stop())

    /** Both outcomes of a failed COMMIT are right, where positions and rows agree. Gives how the runs ended. */
    async function failEverywhere(
      syscall: Syscall,
      error: string,
      allowed: readonly number[],
      withArgs = (target: Target) => target,
    ): Promise<readonly (number | null)[]> {
      const codes: (number | null)[] = []
      for (let n = 1; n <= calls.filter((call) => call.syscall === syscall).length; n++) {
        const target = targetOf(pipeline)
        const failed = await failAt(withArgs(target), syscall, error, n)
        codes.push(failed.code)
        expect(allowed, `${syscall} ${n}: ${failed.output}`).toContain(failed.code)
        const resumed = await sprk.run(target.args)
        expect(resumed, `after ${syscall} ${n}`).toMatchObject({ code: 0, stderr: SILENT })
        expect(outcomeOf(target.state, table), `after ${syscall} ${n}`).toEqual(expected)
        rmSync(join(target.state, '..', '..'), { recursive: true })
      }
      return codes
    }

    test('to sync: exit 74, or 0 where the commit stands all the same', async () => {
      const codes = await failEverywhere('fsync', 'EIO', IO)
      expect([...new Set(codes)].sort()).toEqual(IO)
    }, 600_000)

    test.runIf(isThorough).each(SYSCALLS.filter((name) => name !== 'fsync'))(
      'at %s: an error, or 0 where nothing depends on it',
      async (syscall) => {
        await failEverywhere(syscall, 'EIO', syscall === 'openat' ? OPENING : IO)
      },
      1_200_000,
    )

    test.skipIf(!isFull)(
      'since it is full: exit 74, or 0 where the commit stands all the same',
      async () => {
        const codes = await failEverywhere('pwrite64', 'ENOSPC', IO)
        expect([...new Set(codes)].sort()).toEqual(IO)
      },
      1_200_000,
    )

    test.runIf(isThorough)(
      'since it is full for a moment: a run that is to go on goes on',
      async () => {
        const forever = ({ args, ...target }: Target): Target => ({
          ...target,
          args: args.map((arg) => (arg === '--once' ? `--max-batches=${batches}` : arg)),
        })
        const codes = await failEverywhere('pwrite64', 'ENOSPC', IO, forever)
        // Only a start cannot wait; the writes of batches, which come later, can.
        const started = codes.lastIndexOf(74) + 1
        expect(codes.slice(started).length).toBeGreaterThan(batches)
        expect(new Set(codes.slice(0, started))).toContain(74)
      },
      1_200_000,
    )
  })
}
