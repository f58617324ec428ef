// Commands that look at a state file, through the built program, as an account that may read the file and its folder, and
// write neither.

import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FileJob, fileJob } from '../support/file-job.ts'
import { node, runSprk, startSprk } from '../support/sprk.ts'

const isRoot = process.getuid?.() === 0
/** Root may do everything: the program runs as nobody then. */
const uid = isRoot ? 65_534 : undefined

/** Not from a checkout, or with a Node, that only its owner may read. */
const canRun = await runSprk(['--version'], { uid }).then(
  ({ code }) => code === 0,
  () => false,
)
if (!canRun) console.warn('\n*** another user cannot run this checkout: the tests of readers are SKIPPED ***\n')

const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0
if (!canMount) console.warn('\n*** nothing can be mounted here: the test of a read-only mount is SKIPPED ***\n')

const LOOKS = [
  ['status', 'words.yaml', '-o', 'csv'],
  ['status', 'words.db'],
  ['verify', 'words.db'],
  ['verify', 'words.db', '--against', 'words.yaml'],
  ['offsets', 'show', 'words.yaml'],
  ['offsets', 'show', 'words.db', '-o', 'json'],
  ['offsets', 'reset', 'words.yaml', '--to-earliest'],
  ['offsets', 'reset', 'words.yaml', '--export'],
  ['dead-letters', 'list', 'words.db'],
  ['explain', 'words.yaml'],
  ['validate', 'words.yaml'],
] as const

async function finishedJob(): Promise<FileJob> {
  const job = fileJob(
    'transforms: [{map: {n: cast(value as int)}}]\nonError: deadLetter\nsink: {sqlite: {table: words}}\nstate: {path: words.db, mode: "0644"}',
    { lines: ['1', 'two', '3'] },
  )
  expect(await job.sprk('run', 'words.yaml', '--once')).toMatchObject({ code: 0 })
  chmodSync(job.folder, 0o755)
  return job
}

/** Where the reading account may write: nothing of a copy stays there. */
function scratchFolder(mode = 0o777): string {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-scratch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, mode)
  return folder
}

function closeTo(folder: string): void {
  for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o444)
  chmodSync(folder, 0o555)
  onTestFinished(() => chmodSync(folder, 0o755))
}

function asReader({ folder }: Pick<FileJob, 'folder'>, scratch: string, ...args: readonly string[]) {
  return runSprk(args, { uid, cwd: folder, env: { TMPDIR: scratch } })
}

/** Without what tells the time. */
const timeless = (text: string) => text.replace(/\d+(\.\d+)? m?s ago/g, '… ago')

describe.skipIf(!canRun)('an account that may only read', () => {
  test('sees between two runs what the owner sees, and leaves nothing', async () => {
    const job = await finishedJob()
    const asOwner = []
    for (const look of LOOKS) asOwner.push(await job.sprk(...look))
    const files = readdirSync(job.folder)
    closeTo(job.folder)
    const scratch = scratchFolder()
    for (const [i, look] of LOOKS.entries()) {
      const { code, stdout, stderr } = await asReader(job, scratch, ...look)
      expect([look, code, timeless(stdout), stderr]).toEqual([look, 0, timeless(asOwner[i]?.stdout ?? ''), ''])
    }
    expect([readdirSync(scratch), readdirSync(job.folder)]).toEqual([[], files])
  })

  test('makes a whole backup, on which a run can go on', async () => {
    const job = await finishedJob()
    closeTo(job.folder)
    const scratch = scratchFolder()
    const copy = join(scratch, 'copy.db')
    expect(await asReader(job, scratch, 'backup', 'words.db', copy)).toMatchObject({ code: 0, stderr: '' })
    // In WAL mode, as every state file.
    expect([...readFileSync(copy).subarray(18, 20)]).toEqual([2, 2])
    expect(await job.sprk('verify', copy)).toMatchObject({ code: 0 })
    expect(await job.sprk('run', 'words.yaml', '--once', '--set', `state=${copy}`)).toMatchObject({ code: 0 })
  })

  test('compares a replay with the results', async () => {
    const job = await finishedJob()
    closeTo(job.folder)
    const scratch = scratchFolder()
    const replay = ['replay', 'words.yaml', '--into', join(scratch, 'replayed.db'), '--diff']
    expect(await asReader(job, scratch, ...replay)).toMatchObject({ code: 0 })
  })

  test('sees a run that goes on, and what a kill left', async () => {
    const job = await finishedJob()
    const running = startSprk(['run', 'words.yaml', '--verbose'], { cwd: job.folder })
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/words/)
    const scratch = scratchFolder()
    await expect.poll(() => readdirSync(job.folder)).toContain('words.db-wal')
    const during = await asReader(job, scratch, 'status', 'words.yaml')
    expect(during.stderr + during.stdout).toContain(`running, process ${running.pid}`)
    running.kill('SIGKILL')
    await running.done
    expect(readdirSync(job.folder)).toContain('words.db-wal')
    closeTo(job.folder)
    expect(await asReader(job, scratch, 'verify', 'words.db')).toMatchObject({ code: 0, stderr: '' })
    const left = { folder: scratchFolder(0o755) }
    for (const name of ['words.db', 'words.db-wal']) copyFileSync(join(job.folder, name), join(left.folder, name))
    closeTo(left.folder)
    for (const look of [
      ['verify', 'words.db'],
      ['status', 'words.db'],
      ['dead-letters', 'list', 'words.db'],
    ]) {
      const { code, stdout, stderr } = await asReader(left, scratch, ...look)
      expect([code, stdout]).toEqual([77, ''])
      expect(stderr).toMatch(
        /^sprk: error\[E_PERMISSION\]: .*words\.db: cannot be opened from this account: .*words\.db-wal/,
      )
      expect(stderr).toMatch(
        /\n {2}hint: its owner can copy it with them, `sprk backup .*words\.db copy\.db`, or move them/,
      )
      expect(stderr).not.toContain('not sound')
    }
    // What the hint says is so.
    chmodSync(left.folder, 0o755)
    for (const file of readdirSync(left.folder)) chmodSync(join(left.folder, file), 0o644)
    const copy = join(scratch, 'copy.db')
    expect(await runSprk(['backup', 'words.db', copy], { cwd: left.folder })).toMatchObject({ code: 0 })
    const database = new Database(join(left.folder, 'words.db'))
    database.exec('PRAGMA wal_checkpoint')
    database.close()
    closeTo(left.folder)
    expect(await asReader(left, scratch, 'verify', 'words.db')).toMatchObject({ code: 0, stderr: '' })
  })

  test('is told where no copy can be made', async () => {
    const job = await finishedJob()
    closeTo(job.folder)
    const { code, stdout, stderr } = await asReader(job, scratchFolder(0o555), 'verify', 'words.db')
    expect([code, stdout]).toEqual([77, ''])
    expect(stderr).toMatch(
      /error\[E_PERMISSION\]: .*words\.db: this account may not write its folder, .*cannot be made in/,
    )
    expect(stderr).toContain('\n  hint: name a folder that it may write: TMPDIR=/var/tmp\n')
  })
})

test.skipIf(!canMount)('a state file on a read-only mount can be read', async () => {
  const job = await finishedJob()
  const mount = join(scratchFolder(), 'mount')
  mkdirSync(mount)
  const script = `mount --bind "$1" "$2" && mount -o remount,ro,bind "$2" && cd "$2" && exec "$3" "$4" verify words.db`
  const program = join(import.meta.dirname, '../../bin/sprk.js')
  // In a space of its own: the mount ends with the process.
  const args = ['-m', 'sh', '-c', script, 'sh', job.folder, mount, node, program]
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^ok {5}file:/)
})

test.skipIf(!canMount)('a temporary folder without room for a copy is said', async () => {
  const job = await finishedJob()
  const mount = scratchFolder()
  const script = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && mount -t tmpfs -o size=16k none "$2" && cd "$1" && TMPDIR="$2" exec "$3" "$4" verify words.db`
  const program = join(import.meta.dirname, '../../bin/sprk.js')
  const args = ['-m', 'sh', '-c', script, 'sh', job.folder, mount, node, program]
  const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' })
  expect([status, stderr]).toEqual([
    74,
    expect.stringMatching(/E_DISK_FULL\]: .*no room in .*\n {2}hint: make room there/),
  ])
})
