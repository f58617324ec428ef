// A disk without room: a small file system that fills up under the built program, and gets more room while it waits.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { waitUntil } from '../support/kafka.ts'
import { runSprk, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

/** Only root may, and not in every container. */
const canMount = (() => {
  const path = mkdtempSync(join(tmpdir(), 'sprk-mount-'))
  try {
    mount(path, 'size=64k')
    execFileSync('umount', [path])
    return true
  } catch {
    return false
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})()

if (!canMount) console.warn('\n*** no permission to mount: the tests of a full disk are SKIPPED ***\n')

function mount(path: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' })
}

const LINES = 20_000
const WIDTH = 100

interface Job {
  readonly pipeline: string
  readonly state: string
  makeRoom(): void
}

/** Two megabytes of lines, and a disk of one megabyte for their state file. */
function job(sink: string): Job {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-full-'))
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  mount(disk, 'size=1m')
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk])
    rmSync(folder, { recursive: true, force: true })
  })
  const lines = Array.from({ length: LINES }, (_, i) => `${String(i).padStart(WIDTH, '.')}\n`)
  writeFileSync(join(folder, 'lines.txt'), lines.join(''))
  const pipeline = join(folder, 'lines.yaml')
  writeFileSync(
    pipeline,
    `name: lines
source: {file: {path: lines.txt, format: text, maxRecordsPerBatch: 500}}
batchInterval: 10ms
sink:
  sqlite: ${sink}
state: disk/lines.db
`,
  )
  return {
    pipeline,
    state: join(disk, 'lines.db'),
    makeRoom: () => mount(disk, 'remount,size=64m'),
  }
}

const APPEND = '{table: lines, mode: append}'
const UPSERT = '{table: lines, mode: upsert, key: value}'

function progress(state: string) {
  const [[rows, different, least, greatest] = []] = query(
    state,
    'SELECT count(*), count(DISTINCT value), min(value), max(value) FROM lines',
  )
  const [[processed, next] = []] = query(
    state,
    'SELECT (SELECT sum(processed) FROM sprk_batches), (SELECT next FROM sprk_offsets)',
  )
  return {
    rows,
    different,
    least: Number(String(least).replaceAll('.', '')),
    greatest: Number(String(greatest).replace(/^\.+/, '')),
    processed,
    next,
  }
}

const WHOLE = {
  rows: LINES,
  different: LINES,
  least: 0,
  greatest: LINES - 1,
  processed: LINES,
  next: LINES * (WIDTH + 1),
}

describe.skipIf(!canMount)('a disk that is full', () => {
  test.each([APPEND, UPSERT])('is waited for by a run, which goes on by itself (%s)', async (sink) => {
    const { pipeline, state, makeRoom } = job(sink)
    const running = startSprk(['run', pipeline, '--verbose'], { timeoutMs: 60_000 })
    await running.waitFor(/the disk is full; .*trying again/)
    expect(running.stderr).toMatch(/warning.*lines\.db: the disk is full/)
    makeRoom()
    await running.waitFor(/there is room on the disk again/)
    await waitUntil(() => progress(state).rows === LINES, 30_000)
    running.kill('SIGTERM')
    expect(await running.done).toMatchObject({ code: 0 })
    expect(progress(state)).toEqual(WHOLE)
  })

  test('ends a run with --once, exit 74, and the next goes on', async () => {
    const { pipeline, state, makeRoom } = job(APPEND)
    for (const _ of [1, 2]) {
      const { code, stderr } = await runSprk(['run', pipeline, '--once'])
      expect(code, stderr).toBe(74)
      expect(stderr).toMatch(/^sprk: error\[E_DISK_FULL\]: .*lines\.db: the disk is full/)
    }
    makeRoom()
    expect(await runSprk(['run', pipeline, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(progress(state)).toEqual(WHOLE)
  })

  test('may be met by a kill and by a signal while it is waited for', async () => {
    const { pipeline, state, makeRoom } = job(APPEND)
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const running = startSprk(['run', pipeline])
      await running.waitFor(/the disk is full/)
      running.kill(signal)
      const { code, stderr } = await running.done
      expect(code, stderr).toBe(signal === 'SIGTERM' ? 0 : null)
    }
    makeRoom()
    expect(await runSprk(['run', pipeline, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(progress(state)).toEqual(WHOLE)
  })
})
