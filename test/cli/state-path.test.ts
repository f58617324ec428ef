// State files in places that do not work, through the built program, as a user who is not root.

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runSprk, type SprkResult } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const isRoot = process.getuid?.() === 0
/** Root may do everything: the program runs as nobody then. */
const uid = isRoot ? 65_534 : undefined

/** Not from a checkout, or with a Node, that only its owner may read. */
const canRun = await runSprk(['--version'], { uid }).then(
  ({ code }) => code === 0,
  () => false,
)
if (!canRun) console.warn('\n*** another user cannot run this checkout: the tests of permissions are SKIPPED ***\n')

interface Job {
  readonly folder: string
  /** Where the state file is to be. */
  readonly data: string
  readonly state: string
  run(): Promise<SprkResult>
}

function job(state = 'data/words.db'): Job {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-path-'))
  const data = join(folder, 'data')
  onTestFinished(() => {
    if (existsSync(data) && statSync(data).isDirectory()) chmodSync(data, 0o755)
    rmSync(folder, { recursive: true, force: true })
  })
  mkdirSync(data)
  writeFileSync(join(folder, 'words.txt'), 'to\nbe\n')
  const pipeline = join(folder, 'words.yaml')
  writeFileSync(
    pipeline,
    `name: words\nsource: {file: {path: words.txt, format: text}}\nsink: {sqlite: {table: words}}\nstate: ${state}\n`,
  )
  if (uid !== undefined) for (const path of [folder, data]) chownSync(path, uid, uid)
  return { folder, data, state: join(folder, state), run: () => runSprk(['run', pipeline, '--once'], { uid }) }
}

async function expectRefused({ run }: Job, code: number, said: RegExp): Promise<void> {
  const { stderr, ...result } = await run()
  expect({ ...result, stderr }).toMatchObject({ code, stdout: '' })
  expect(stderr).toMatch(said)
  expect(stderr.match(/^sprk: /gm)).toHaveLength(1)
}

const OK = { code: 0, stdout: '', stderr: '' }
const wordsOf = (state: string) => query(state, 'SELECT value FROM words').flat()

describe.skipIf(!canRun)('a state file', () => {
  test('in a directory that does not exist is exit 73, and nothing is made', async () => {
    const missing = job('nowhere/words.db')
    await expectRefused(
      missing,
      73,
      /E_NO_DIRECTORY.*words\.db: its directory does not exist\n {2}hint: make the directory/,
    )
    expect(readdirSync(missing.folder).sort()).toEqual(['data', 'words.txt', 'words.yaml'])
  })

  test('below a file is exit 73', async () => {
    await expectRefused(job('words.txt/words.db'), 73, /E_NO_DIRECTORY/)
  })

  test('that is a directory is exit 73', async () => {
    const directory = job('data')
    await expectRefused(directory, 73, /E_CANNOT_CREATE.*data/)
    expect(readdirSync(directory.folder).sort()).toEqual(['data', 'words.txt', 'words.yaml'])
  })

  test('in a read-only directory is exit 77', async () => {
    const readOnly = job()
    chmodSync(readOnly.data, 0o555)
    await expectRefused(readOnly, 77, /E_PERMISSION.*words\.db.*\n {2}hint: .*`--set state=\/data\/words\.db`/)
    expect(readdirSync(readOnly.data)).toEqual([])
    chmodSync(readOnly.data, 0o755)
    expect(await readOnly.run()).toMatchObject(OK)
    expect(wordsOf(readOnly.state)).toEqual(['to', 'be'])
  })

  test('in a directory that has become read-only is exit 77, and goes on later', async () => {
    const readOnly = job()
    expect(await readOnly.run()).toMatchObject(OK)
    writeFileSync(join(readOnly.folder, 'words.txt'), 'to\nbe\nor\n')
    chmodSync(readOnly.data, 0o555)
    await expectRefused(readOnly, 77, /E_PERMISSION.*words\.db/)
    chmodSync(readOnly.data, 0o755)
    expect(await readOnly.run()).toMatchObject(OK)
    expect(wordsOf(readOnly.state)).toEqual(['to', 'be', 'or'])
  })

  test.each([
    ['that cannot be written', '', 0o444],
    ['that cannot be read', '', 0o000],
    ['whose lock cannot be written', '.lock', 0o444],
    ['whose lock cannot be read', '.lock', 0o000],
  ])('%s is exit 77, and is not changed', async (_, suffix, mode) => {
    const closed = job()
    expect(await closed.run()).toMatchObject(OK)
    chmodSync(`${closed.state}${suffix}`, mode)
    await expectRefused(closed, 77, /E_PERMISSION.*words\.db/)
    chmodSync(`${closed.state}${suffix}`, 0o600)
    expect(await closed.run()).toMatchObject(OK)
    expect(wordsOf(closed.state)).toEqual(['to', 'be'])
  })

  test.runIf(isRoot)('of another owner is exit 77, and is not changed', async () => {
    const foreign = job()
    expect(await foreign.run()).toMatchObject(OK)
    chownSync(foreign.state, 0, 0)
    await expectRefused(foreign, 77, /E_PERMISSION.*words\.db/)
    expect(statSync(foreign.state)).toMatchObject({ uid: 0, mode: 0o100600 })
    expect(wordsOf(foreign.state)).toEqual(['to', 'be'])
  })

  test.runIf(isRoot)('that may only be read, in a folder that may only be read, can be read', async () => {
    const foreign = job()
    expect(await foreign.run()).toMatchObject(OK)
    for (const path of [foreign.state, foreign.data]) chownSync(path, 0, 0)
    chmodSync(foreign.state, 0o644)
    expect(await runSprk(['verify', foreign.state], { uid })).toMatchObject({ code: 0, stderr: '' })
    chmodSync(foreign.state, 0o600)
    expect(await runSprk(['verify', foreign.state], { uid })).toMatchObject({ code: 77, stdout: '' })
  })
})
