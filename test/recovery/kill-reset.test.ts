// A reset is killed at every call that touches the state file: positions, moves, audit and epoch change together or not at
// all, and whoever resets and runs again reads everything exactly once more.

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SerialSprk, startSerialSprk } from '../support/serial-sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, isFull, outcomeOf, SILENT, targetOf } from './pipelines.ts'
import { killAt, SYSCALLS, type Syscall, type Target, threadsOf, trace } from './strace.ts'

/** Where not all are asked for: some of the calls that write. */
const SOME: readonly Syscall[] = ['pwrite64', 'fsync']
const [KILLED_AT, STEP] = isFull ? [SYSCALLS, 1] : [SOME, 6]

const resetOf = ({ program, args, state }: Target): Target => {
  return {
    program,
    state,
    args: ['offsets', 'reset', args[1] ?? '', '--to-earliest', '--allow-duplicates', '--execute'],
  }
}

/** Another directory with all that is in this one's. */
function copyOf(target: Target): Target {
  const copy = targetOf('merge')
  cpSync(join(target.state, '..'), join(copy.state, '..'), { recursive: true })
  return copy
}

/** Everything that a reset changes. */
function standing(state: string) {
  return {
    integrity: query(state, 'PRAGMA integrity_check'),
    positions: query(state, 'SELECT partition, next FROM sprk_offsets'),
    moves: query(state, 'SELECT partition, from_offset, to_offset FROM sprk_moves'),
    audit: query(state, 'SELECT action, detail FROM sprk_audit'),
    epoch: query(state, "SELECT value FROM sprk_meta WHERE key = 'epoch'"),
  }
}

describe.skipIf(!available)('a reset, killed at every call', () => {
  let sprk: SerialSprk

  beforeAll(async () => {
    sprk = await startSerialSprk()
  })

  afterAll(() => sprk.stop())

  const run = async (target: Target) => expect(await sprk.run(target.args)).toMatchObject({ code: 0, stderr: SILENT })

  const killEverywhere = async (prepared: Target, check: (target: Target, point: string) => Promise<void>) => {
    const whole = copyOf(prepared)
    const traced = await trace(resetOf(whole))
    expect(traced, traced.output).toMatchObject({ code: 0 })
    expect(threadsOf(traced.calls)).toBe(1)
    for (const syscall of KILLED_AT) {
      const count = traced.calls.filter((call) => call.syscall === syscall).length
      for (let n = 1; n <= count; n += STEP) {
        const target = copyOf(prepared)
        const dead = await killAt(resetOf(target), syscall, n)
        expect(dead, `${syscall} ${n}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
        await check(target, `after ${syscall} ${n}`)
        rmSync(join(target.state, '..', '..'), { recursive: true })
      }
    }
    return whole
  }

  test('has moved everything or nothing', async () => {
    const prepared = targetOf('merge')
    await run(prepared)
    const before = standing(prepared.state)
    const reset = copyOf(prepared)
    await run(resetOf(reset))
    const after = standing(reset.state)
    expect(after.positions).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect([after.moves.length, after.audit.length]).toEqual([2, 1])
    await run(reset)
    const twice = outcomeOf(reset.state, 'cities').results
    const whole = await killEverywhere(prepared, async (target, point) => {
      const found = standing(target.state)
      const isMoved = found.audit.length > 0
      expect(found, point).toEqual(isMoved ? after : before)
      if (!isMoved) await run(resetOf(target))
      await run(target)
      expect(outcomeOf(target.state, 'cities').results, point).toEqual(twice)
    })
    expect(standing(whole.state)).toEqual(after)
  }, 1_200_000)

  test.skipIf(!isFull)(
    'before the first run, has made no state file, or one that a run can use',
    async () => {
      const prepared = targetOf('merge')
      const expected = copyOf(prepared)
      await run(expected)
      const { results } = outcomeOf(expected.state, 'cities')
      await killEverywhere(prepared, async (target, point) => {
        await run(resetOf(target))
        await run(target)
        expect(outcomeOf(target.state, 'cities').results, point).toEqual(results)
      })
    },
    1_200_000,
  )
})
