// Kills `replay --replace` at every system call that touches the state file, and gives the command again: the results are
// always either the old ones or the new ones, whole.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { change } from '../support/replay.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import { available, outcomeOf, SILENT, targetOf } from './pipelines.ts'
import { failAt, killAt, SYSCALLS, type Syscall, sprkProgram, type Target, threadsOf, trace } from './strace.ts'

/** Without SPRK_TEST_FULL only these, and of each kind some: first and last calls, and some between. */
const REDUCED: readonly Syscall[] = ['pwrite64']
const REDUCED_POINTS = 4

/** What a replay that ended well says, also where the one before was killed after its commit. */
const REPLACED = expect.stringMatching(
  /^sprk: \S+: (\d+ tables?, \d+ rows put in place; batches 1 to \d+|the results were put in place before)\n$/,
)

const isFull = process.env['SPRK_TEST_FULL'] === '1'

describe.skipIf(!available)('replay --replace, killed at every call', () => {
  let root = ''
  let prepared = ''
  let counted: ReadonlyMap<Syscall, number> = new Map()
  let before: ReturnType<typeof resultsOf>
  let after: ReturnType<typeof resultsOf>
  let copies = 0

  /** A directory as it is when everything is built, and only the swap is to be done. */
  function copy(): Target {
    const directory = join(root, String(copies++))
    cpSync(prepared, directory, { recursive: true })
    const args = ['replay', join(directory, 'pipeline.yaml'), '--replace']
    return { program: sprkProgram, args, state: join(directory, 'state', 'pipeline.db') }
  }

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'sprk-replace-')))
    const { args, state } = targetOf('merge')
    expect(await runSprk(args)).toMatchObject({ code: 0 })
    change(state, 'CREATE INDEX mine ON cities (total)', 'CREATE VIEW counts AS SELECT count FROM cities')
    const path = String(args[1])
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('count: count(*)', 'most: max(_metadata.offset)\n        count: count(*)'),
    )
    expect(await runSprk(['replay', path])).toMatchObject({ code: 0, stderr: SILENT })
    prepared = join(state, '..', '..')
    before = resultsOf(state)

    const target = copy()
    const whole = await trace(target)
    expect(whole, whole.output).toMatchObject({ code: 0 })
    expect(threadsOf(whole.calls)).toBe(1)
    counted = new Map(SYSCALLS.map((name) => [name, whole.calls.filter(({ syscall }) => syscall === name).length]))
    after = resultsOf(target.state)
    expect(after).not.toEqual(before)
    expect(after.kept).toEqual(before.kept)
  })

  afterAll(() => {
    if (root !== '') rmSync(root, { recursive: true, force: true })
  })

  test.each(isFull ? SYSCALLS : REDUCED)(
    '%s',
    async (syscall) => {
      const count = counted.get(syscall) ?? 0
      if (!isFull) expect(count).toBeGreaterThan(0)
      const seen = new Set<'before' | 'after'>()
      for (const point of pointsOf(count, isFull ? Infinity : REDUCED_POINTS)) {
        const target = copy()
        const dead = await killAt(target, syscall, point)
        expect(dead, `${syscall} ${point}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
        const found = resultsOf(target.state)
        const isAfter = JSON.stringify(found) === JSON.stringify(after)
        seen.add(isAfter ? 'after' : 'before')
        expect(found, `after ${syscall} ${point}`).toEqual(isAfter ? after : before)
        expect(await runSprk(target.args), `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: REPLACED })
        expect(resultsOf(target.state), `after ${syscall} ${point}`).toEqual(after)
        expect(existsSync(target.state.replace('.db', '.replay.db'))).toBe(false)
        const run = await runSprk(['run', String(target.args[1]), '--once'])
        expect(run, `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: SILENT })
        expect(resultsOf(target.state)).toEqual(after)
        rmSync(join(target.state, '..', '..'), { recursive: true })
      }
      if (syscall === 'pwrite64') expect(seen.has('before')).toBe(true)
    },
    600_000,
  )

  test.runIf(isFull).each([
    ['fsync', 'EIO'],
    ['pwrite64', 'ENOSPC'],
  ] as const)(
    'keeps the old results, or has the new ones, where %s fails with %s',
    async (syscall, error) => {
      const codes = new Set<number | null>()
      for (const point of pointsOf(counted.get(syscall) ?? 0, 6)) {
        const target = copy()
        const failed = await failAt(target, syscall, error, point)
        codes.add(failed.code)
        const found = resultsOf(target.state)
        expect([before, after], `after ${syscall} ${point}: ${failed.output}`).toContainEqual(found)
        // A commit whose sync failed may be found in the file.
        if (failed.code === 0) expect(found).toEqual(after)
        else
          expect(await runSprk(target.args), `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: REPLACED })
        expect(resultsOf(target.state), `after ${syscall} ${point}`).toEqual(after)
      }
      for (const code of codes) expect([0, 74]).toContain(code)
      if (syscall === 'pwrite64') expect([...codes]).toContain(74)
    },
    300_000,
  )
})

describe.skipIf(!available || !isFull)('replay, killed at every call', () => {
  test.each(['pwrite64', 'fsync', 'link', 'unlink', 'ftruncate'] as const)(
    '%s',
    async (syscall) => {
      const { args, state } = targetOf('append')
      expect(await runSprk(args)).toMatchObject({ code: 0 })
      const path = String(args[1])
      const expected = outcomeOf(state, 'events')
      let killed = 0
      for (let point = 1; ; point++) {
        const into = join(state, '..', String(point), 'replay.db')
        mkdirSync(join(into, '..'))
        const target = { program: sprkProgram, args: ['replay', path, '--into', into], state: into }
        const dead = await killAt(target, syscall, point)
        if (dead.signal === null) break
        killed += 1
        expect(await runSprk(target.args), `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: SILENT })
        const { files: _left, ...found } = outcomeOf(into, 'events')
        expect({ ...found, files: expected.files }, `after ${syscall} ${point}`).toEqual(expected)
      }
      expect(killed).toBeGreaterThan(0)
    },
    600_000,
  )
})

/** The first, the last, and others between them. */
function pointsOf(count: number, atMost: number): readonly number[] {
  if (count <= atMost) return Array.from({ length: count }, (_, i) => i + 1)
  return Array.from({ length: atMost }, (_, i) => 1 + Math.round((i * (count - 1)) / (atMost - 1)))
}

/** What may only change all at once. */
function resultsOf(state: string) {
  const { files: _files, ...outcome } = outcomeOf(state, 'cities')
  return {
    ...outcome,
    columns: query(state, "SELECT name FROM pragma_table_info('cities')"),
    plan: query(state, "SELECT value FROM sprk_meta WHERE key = 'plan'"),
    digests: query(state, 'SELECT digest FROM sprk_batches'),
    kept: query(state, "SELECT sql FROM sqlite_schema WHERE name IN ('mine', 'counts') ORDER BY name"),
    replaced: query(state, "SELECT action FROM sprk_audit WHERE action = 'replay replace'"),
  }
}
