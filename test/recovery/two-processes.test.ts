// Two processes on one state file: one works, the other is told who; and a process that was frozen finds out.

import { mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildVariant, type RunningSprk, startSprk } from '../support/sprk.ts'
import { hasSqliteShell, query, shell } from '../support/sqlite.ts'

let program = ''

beforeAll(async () => {
  program = await buildVariant('frozen-main.ts')
})

afterAll(() => rmSync(join(program, '..'), { recursive: true, force: true }))

/** A pipeline over 80 records in batches of 30. */
function pipeline() {
  const directory = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'pipeline.yaml')
  writeFileSync(
    file,
    `name: two
source:
  kafka: {brokers: nowhere:9092, topics: [events], maxRecordsPerBatch: 30, format: json}
transforms:
  - reduceByKey:
      key: city
      values:
        count: count(*)
sink:
  sqlite: {table: cities, mode: merge}
`,
  )
  return { file, state: join(directory, 'two.db') }
}

function start(args: readonly string[], freeze = false): RunningSprk {
  const running = startSprk(['run', ...args], { program, env: freeze ? { SPRK_TEST_FREEZE: '1' } : {} })
  onTestFinished(() => running.kill('SIGKILL'))
  return running
}

/** Waits until a signal has stopped it: state T of proc(5). */
async function frozen(running: RunningSprk): Promise<void> {
  const state = () => readFileSync(`/proc/${running.pid}/stat`, 'utf8').split(') ')[1]?.[0]
  const ended = running.done.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))
  ended.catch(() => {})
  await Promise.race([ended, expect.poll(state, { timeout: 60_000, interval: 20 }).toBe('T')])
}

const counts = (state: string) => query(state, 'SELECT sum(count), count(*) FROM cities')
const everything = (state: string) => [
  query(state, 'SELECT * FROM cities ORDER BY city'),
  query(state, 'SELECT * FROM sprk_offsets'),
  query(state, 'SELECT * FROM sprk_batches'),
  query(state, 'SELECT * FROM sprk_batch_ranges'),
  query(state, 'SELECT * FROM sprk_audit'),
]

describe('two processes on one state file', () => {
  test('the second is refused and told of the first, and reading goes on', async () => {
    const { file, state } = pipeline()
    const first = start([file])
    await expect.poll(() => readable(state), { timeout: 60_000, interval: 20 }).toEqual([[80, 7]])
    const second = await start([file, '--once']).done
    expect(second.code).toBe(75)
    expect(second.stderr).toMatch(
      new RegExp(`^sprk: error\\[E_LOCKED\\]: .*two\\.db: process ${first.pid} on \\S+, since 20`),
    )
    expect(second.stderr).toContain('waited 2 s')
    if (hasSqliteShell) expect(shell(state, 'SELECT sum(count) FROM cities')).toBe('80\n')
    first.kill('SIGTERM')
    expect(await first.done).toMatchObject({ code: 0 })
    expect(await start([file, '--once']).done).toMatchObject({ code: 0 })
    expect(counts(state)).toEqual([[80, 7]])
  })

  test('the second goes on where the first was killed', async () => {
    const { file, state } = pipeline()
    const first = start([file, '--once'], true)
    await frozen(first)
    expect(await start([file, '--once', '--wait-lock', '100ms']).done).toMatchObject({ code: 75 })
    first.kill('SIGKILL')
    await first.done
    expect(await start([file, '--once']).done).toMatchObject({ code: 0, stderr: '' })
    expect(counts(state)).toEqual([[80, 7]])
  })

  test('a frozen one whose lock was deleted changes nothing after another worked', async () => {
    const { file, state } = pipeline()
    const first = start([file, '--once'], true)
    await frozen(first)
    unlinkSync(`${state}.lock`)
    expect(await start([file, '--once']).done).toMatchObject({ code: 0, stderr: '' })
    const before = everything(state)
    expect(counts(state)).toEqual([[80, 7]])
    first.kill('SIGCONT')
    const thawed = await first.done
    expect(thawed.code).toBe(75)
    expect(thawed.stderr).toMatch(/^sprk: error\[E_FENCED\]: /)
    expect(everything(state)).toEqual(before)
  })
})

/** Null as long as the first process is making the file. */
function readable(state: string): unknown {
  try {
    return counts(state)
  } catch {
    return null
  }
}
