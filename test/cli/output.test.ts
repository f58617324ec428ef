// Outputs that cannot be written, and signals that are none of the program's: nothing is lost, nothing is opened.

import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../scripts/build.mjs'
import { type FileJob, fileJob } from '../support/file-job.ts'
import { node, startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const program = `${node} ${join(root, 'bin/sprk.js')}`

function shell({ folder }: FileJob, command: string) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command.replaceAll('sprk ', `${program} `)], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe.skipIf(!existsSync('/dev/full'))('an output on a full disk', () => {
  const LINE = (name: string) =>
    new RegExp(`^sprk: error\\[E_OUTPUT\\]: ${name} cannot be written: ENOSPC.*\\n {2}hint: make room.*\\n$`)

  test.each(['run words.yaml --once --json', 'schema', '--help', 'validate words.yaml'])(
    'ends `sprk %s` with one line on the other stream and exit 74',
    (args) => {
      const job = fileJob()
      expect(shell(job, `sprk ${args} > /dev/full`)).toEqual({
        status: 74,
        stdout: '',
        stderr: expect.stringMatching(LINE('stdout')),
      })
    },
  )

  test('loses no batch: the next run goes on', async () => {
    const job = fileJob()
    shell(job, 'sprk run words.yaml --once --json > /dev/full')
    await job.sprk('run', 'words.yaml', '--once')
    expect(query(job.state, 'SELECT value, count FROM words ORDER BY value')).toEqual([
      ['be', 1],
      ['to', 2],
    ])
  })

  test('is told on stdout where stderr is the full one, and nowhere where both are', () => {
    const job = fileJob()
    expect(shell(job, 'sprk run no.yaml 2> /dev/full')).toEqual({
      status: 74,
      stdout: expect.stringMatching(LINE('stderr')),
      stderr: '',
    })
    expect(shell(job, 'sprk run no.yaml > /dev/full 2>&1')).toMatchObject({ status: 74 })
  })
})

test('SIGUSR1 opens no inspector', async () => {
  const job = fileJob('sink: discard')
  const running = startSprk(['run', job.path, '--verbose'])
  onTestFinished(() => running.kill('SIGKILL'))
  await running.waitFor(/batch 1:/)
  running.kill('SIGUSR1')
  appendFileSync(job.words, 'or\n')
  await running.waitFor(/batch 2:/)
  running.kill('SIGTERM')
  expect(await running.done).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/[Dd]ebugger/) })
})
