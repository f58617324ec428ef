// What a run says of what changed, of what it refuses, and of where its state file cannot lie.

import { appendFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { withStateHint } from '../../src/cli/print/state-hint.ts'
import { Exit, SprkError } from '../../src/errors.ts'
import { fileJob } from '../support/file-job.ts'
import { startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const CAST = 'transforms: [{map: {n: cast(value as int)}}]\nonError: skip\nsink: {sqlite: {table: ns}}'

describe('--max-rejects', () => {
  const lines = ['1', 'x', '2', 'y', '3']

  test.each([
    ['2', 0],
    ['1', 80],
    ['0', 80],
    ['50%', 0],
  ])('%s ends with exit %d where 2 of 5 are refused', async (bound, code) => {
    const job = fileJob(CAST, { lines })
    const result = await job.sprk('run', 'words.yaml', '--once', '--max-rejects', bound)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(query(job.state, 'SELECT count(*) FROM ns')).toEqual([[code === 0 ? 3 : 0]])
    if (code === 0) return
    expect(result.stderr).toMatch(/^sprk: error\[E_TOO_MANY_REJECTS\]: 2 of 5 records .* --max-rejects \d allows\n/)
    expect(result.stderr).toContain('no batch yet')
  })

  test('counts a share from 1,000 records on', async () => {
    const job = fileJob(CAST, { lines: Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 'x' : '1')) })
    expect(await job.sprk('run', 'words.yaml', '--once', '--max-rejects', '9.9%')).toMatchObject({ code: 80 })
    expect(await job.sprk('run', 'words.yaml', '--once', '--max-rejects', '10%')).toMatchObject({ code: 0 })
  })

  test.each(['-1', '1.5', '101%', 'many', '5 %', ''])('refuses %j', async (bound) => {
    const job = fileJob(CAST)
    expect(await job.sprk('run', 'words.yaml', `--max-rejects=${bound}`)).toMatchObject({ code: 64 })
  })
})

describe('a changed pipeline', () => {
  const counted = (filter: string) =>
    `transforms: [{filter: ${filter}}, {countByValue: {}}]\nsink: {sqlite: {table: words, mode: merge}}`

  test('is a warning once, where steps before a table have changed', async () => {
    const job = fileJob(counted(`value <> 'x'`))
    await job.sprk('run', 'words.yaml', '--once')
    job.write(counted(`value <> 'the'`))
    const warned = await job.sprk('run', 'words.yaml', '--once')
    expect(warned).toMatchObject({ code: 0, stdout: '' })
    expect(warned.stderr).toMatch(
      /^sprk: warning: .*words\.db: filter was changed since the last run: results of batches up to 1 were made without it; `sprk replay words\.yaml --replace` makes them again\n$/,
    )
    expect(await job.sprk('run', 'words.yaml', '--once')).toMatchObject({ code: 0, stderr: '' })
    const again = await job.sprk('replay', 'words.yaml', '--replace')
    expect(again).toMatchObject({ code: 0, stdout: '' })
    expect(again.stderr).toMatch(/^sprk: .*words\.db: 1 table, 2 rows put in place; batches 1 to 1\n$/)
    expect(await job.sprk('replay', 'words.yaml', '--replace', '-q')).toMatchObject({ code: 0, stderr: '' })
  })

  test('is only information where something else has, and nothing while there is no batch', async () => {
    const job = fileJob(counted(`value <> 'x'`), { lines: [] })
    await job.sprk('run', 'words.yaml', '--once')
    job.write(counted(`value <> 'the'`))
    const unused = await job.sprk('run', 'words.yaml', '--once', '-v')
    expect(unused.stderr).not.toContain('changed')
    appendFileSync(job.words, 'to\n')
    await job.sprk('run', 'words.yaml', '--once')
    job.write(`${counted(`value <> 'the'`)}\nonError: skip`)
    expect(await job.sprk('run', 'words.yaml', '--once')).toMatchObject({ code: 0, stderr: '' })
    job.write(counted(`value <> 'the'`))
    const told = await job.sprk('run', 'words.yaml', '--once', '-v')
    expect(told.stderr).toContain('the pipeline changed since the last run (2 lines of its plan')
  })
})

describe('replay', () => {
  test('refuses a range that ends before it begins', async () => {
    const job = fileJob()
    await job.sprk('run', 'words.yaml', '--once')
    for (const range of [
      ['--from-offset', '10', '--to-offset', '5'],
      ['--from-offset', 'words.txt:0:10', '--to-offset', '5'],
      ['--from-offset', '10', '--to-offset', 'words.txt:0:5'],
      ['--from-time', '2026-02-01', '--to-time', '2026-01-01'],
    ]) {
      const { code, stderr } = await job.sprk('replay', 'words.yaml', ...range)
      expect([code, stderr], range.join(' ')).toEqual([64, expect.stringContaining('before it begins at')])
    }
    const behind = await job.sprk('replay', 'words.yaml', '--from-offset', '99999')
    expect(behind).toMatchObject({ code: 64, stderr: expect.stringContaining('`sprk offsets show words.yaml`') })
  })

  test('says how far it was when it is stopped, and goes on', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => String(i % 10))
    const job = fileJob(undefined, { lines, more: ', maxRecordsPerBatch: 100' })
    await job.sprk('run', 'words.yaml', '--once', '--set', 'source.file.maxRecordsPerBatch=60000')
    const args = ['replay', job.path, '--rebatch', '--json']
    const running = startSprk(args)
    onTestFinished(() => running.kill('SIGKILL'))
    await running.waitFor(/"batchId":2,/)
    running.kill('SIGINT')
    const { code, stderr } = await running.done
    expect([code, stderr]).toEqual([130, expect.stringMatching(/^sprk: stopped at \d+ %; the same command goes on\n$/)])
    expect(await job.sprk(...args, '--diff')).toMatchObject({ code: 0, stderr: '' })
  })

  test('--json --diff has nothing but JSON on stdout', async () => {
    const job = fileJob()
    await job.sprk('run', 'words.yaml', '--once')
    const { code, stdout } = await job.sprk('replay', 'words.yaml', '--json', '--diff')
    expect(code).toBe(0)
    const [batch, diff] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([batch.batchId, diff.equal]).toEqual([1, true])
  })
})

describe('a state file', () => {
  const refused = (message: string) =>
    new SprkError(Exit.PERMISSION, { code: 'E_PERMISSION', message: `/pipelines/words.db${message}` })
  const hintOf = (error: SprkError, state: Parameters<typeof withStateHint>[1]) =>
    withStateHint(error, state).problems[0]?.hint

  test('that cannot lie beside its pipeline gets a hint that puts it elsewhere', () => {
    const error = refused('.lock: no permission: EROFS: read-only file system')
    const path = '/pipelines/words.db'
    expect(hintOf(error, { path, isBeside: true, exists: false })).toBe(
      'the state file lies beside the pipeline; `--set state=/data/words.db` puts it elsewhere',
    )
    expect(hintOf(error, { path, isBeside: false, exists: false })).toContain('such as `--set state=/data/words.db`')
    expect(hintOf(error, { path, isBeside: true, exists: true })).not.toContain('--set')
    expect(hintOf(error, { path: '/elsewhere/other.db', isBeside: true, exists: false })).toBeUndefined()
  })

  test('with a name that leaves no room for the files beside it is refused', async () => {
    const job = fileJob()
    for (const length of [240, 241, 255, 4000]) {
      const { code, stderr } = await job.sprk(
        'run',
        'words.yaml',
        '--once',
        '--set',
        `state=${'x'.repeat(length - 3)}.db`,
      )
      expect(code, String(length)).toBe(length === 240 ? 0 : 78)
      if (code !== 0) expect(stderr).toContain('`state` must be a path of names of at most 240 bytes')
    }
  })
})
