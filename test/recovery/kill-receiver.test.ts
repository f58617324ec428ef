// Receivers that are killed at every call that touches their state file. Static members take over at once what they had.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomFrom } from '../support/random.ts'
import { type SerialSprk, startSerialSprk } from '../support/serial-sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, isFull, outcomeOf, PIPELINES, SILENT, targetOf } from './pipelines.ts'
import { failAt, killAt, SYSCALLS, type Syscall, trace } from './strace.ts'

const isAll = process.env['SPRK_TEST_ALL'] === '1'
const seed = Number(process.env['SPRK_TEST_SEED'] ?? Date.now() % 100_000)

/** Of each kind of call, unless all are killed: SPRK_TEST_ALL. */
const SAMPLE = isFull ? 8 : 2

/** Slow enough for several blocks. */
function receiverOf(isLogOn: boolean) {
  const id = `r-${Math.random().toString(36).slice(2)}`
  const receiver = {
    writeAheadLog: isLogOn,
    blockInterval: '50ms',
    maxRate: 150,
    groupInstanceId: id,
    restartDelay: '0s',
  }
  return targetOf('append', ['mode: receiver', `groupId: ${id}`, `receiver: ${JSON.stringify(receiver)}`])
}

describe.skipIf(!available)(`receivers (seed ${seed})`, () => {
  const random = randomFrom(seed)
  let expected: ReturnType<typeof outcomeOf>
  let sprk: SerialSprk

  beforeAll(async () => {
    sprk = await startSerialSprk()
    const direct = targetOf('append')
    expect(await sprk.run(direct.args)).toMatchObject({ code: 0 })
    expected = outcomeOf(direct.state, PIPELINES.append.table)
  })

  afterAll(() => sprk.stop())

  async function countOf(isLogOn: boolean, syscall: Syscall): Promise<number> {
    const target = receiverOf(isLogOn)
    const whole = await trace(target)
    expect(whole, whole.output).toMatchObject({ code: 0 })
    expect(outcomeOf(target.state, PIPELINES.append.table)).toEqual(expected)
    return whole.calls.filter((call) => call.syscall === syscall).length
  }

  function sampleOf(points: number): readonly number[] {
    if (isAll) return Array.from({ length: points }, (_, i) => i + 1)
    return Array.from({ length: SAMPLE }, () => 1 + Math.floor(random() * points * 0.9))
  }

  const cases = [true, false].flatMap((isLogOn) => {
    return (isFull ? SYSCALLS : (['pwrite64', 'fsync'] as const)).map((syscall) => [isLogOn, syscall] as const)
  })

  test.each(cases)(
    'lose nothing and double nothing when they are killed (log %s, at %s)',
    async (isLogOn, syscall) => {
      const points = await countOf(isLogOn, syscall)
      for (const point of sampleOf(points)) {
        const target = receiverOf(isLogOn)
        const dead = await killAt(target, syscall, point)
        // How many calls there are depends on how fast records come.
        if (dead.code !== 0) expect(dead, `${syscall} ${point}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
        const resumed = await sprk.run(target.args)
        expect(resumed, `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: SILENT })
        expect(outcomeOf(target.state, PIPELINES.append.table), `after ${syscall} ${point}`).toEqual(expected)
        expect(query(target.state, 'SELECT count(*) FROM sprk_blocks')).toEqual([[0]])
        rmSync(join(target.state, '..', '..'), { recursive: true })
      }
    },
    1_200_000,
  )

  test.skipIf(!isFull).each(['EIO', 'ENOSPC'])(
    'say what a disk does that fails once (%s), and go on or end with exit 74',
    async (error) => {
      for (const syscall of ['fsync', 'pwrite64'] as const) {
        const points = await countOf(true, syscall)
        for (const point of sampleOf(points)) {
          const target = receiverOf(true)
          const failed = await failAt(target, syscall, error, point)
          expect([0, 74], `${syscall} ${point}: ${failed.output}`).toContain(failed.code)
          const resumed = await sprk.run(target.args)
          expect(resumed, `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: SILENT })
          expect(outcomeOf(target.state, PIPELINES.append.table), `after ${syscall} ${point}`).toEqual(expected)
          rmSync(join(target.state, '..', '..'), { recursive: true })
        }
      }
    },
    1_200_000,
  )
})
