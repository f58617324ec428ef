// What the program prints on a terminal: a pseudo terminal of script(1), whose two streams can be sent elsewhere.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/build.mjs'
import { type FileJob, fileJob } from '../support/file-job.ts'
import { node } from '../support/sprk.ts'

const hasScript = spawnSync('script', ['--version']).status === 0

/** What a terminal gets when it runs the command line. */
function onTerminal({ folder }: FileJob, command: string, env: Readonly<Record<string, string>> = {}): string {
  const line = command.replaceAll('sprk ', `${node} ${join(root, 'bin/sprk.js')} `)
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TERM: 'xterm', ...env },
  })
  return stdout.replaceAll('\r\n', '\n')
}

/** A text as chalk paints it. */
const red = (text: string) => `\x1b[31m${text}\x1b[39m`
const yellow = (text: string) => `\x1b[33m${text}\x1b[39m`
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`

const RED = red('error[E_NO_FILE]')

describe.skipIf(!hasScript)('on a terminal', () => {
  test('errors are red, warnings yellow, and the heads of tables dim', async () => {
    const job = fileJob()
    expect(onTerminal(job, 'sprk run no.yaml')).toContain(`sprk: ${RED}: no.yaml: there is no such file`)
    await job.sprk('run', 'words.yaml', '--once')
    const [head = ''] = onTerminal(job, 'sprk offsets show words.yaml').split('\n')
    expect(head).toBe(dim('topic      partition  next  start  end  lag  last batch             committed'))
    job.write('sink: discard')
    expect(onTerminal(job, 'sprk replay words.yaml --into x.db')).toContain(`sprk: ${yellow('warning')}: no sink`)
  })

  test('a code frame has its frame dim and its mark red', () => {
    const job = fileJob('sinks: discard')
    const [, code, mark] = onTerminal(job, 'sprk validate words.yaml').split('\n')
    expect(code).toBe(`  ${dim('3')} ${dim('|')} sinks: discard`)
    expect(mark).toBe(`    ${dim('|')} ${red('^^^^^')}`)
  })

  test('each stream is coloured where it goes to a terminal', async () => {
    const job = fileJob()
    expect(onTerminal(job, 'sprk run no.yaml | cat')).toContain(RED)
    expect(onTerminal(job, 'sprk run no.yaml 2>&1 | cat')).not.toContain('\x1b')
    await job.sprk('run', 'words.yaml', '--once')
    expect(onTerminal(job, 'sprk offsets show words.yaml --offline | cat')).not.toContain('\x1b')
    expect(onTerminal(job, 'sprk offsets show words.yaml --offline 2>/dev/null')).toContain('\x1b[2m')
  })

  test('NO_COLOR takes colours away, and FORCE_COLOR gives them to a pipe', () => {
    const job = fileJob()
    expect(onTerminal(job, 'sprk run no.yaml', { NO_COLOR: '1' })).not.toContain('\x1b')
    expect(onTerminal(job, 'sprk run no.yaml', { TERM: 'dumb' })).not.toContain('\x1b')
    expect(onTerminal(job, 'sprk run no.yaml', { NO_COLOR: '' })).toContain(RED)
    expect(onTerminal(job, 'sprk run no.yaml 2>&1 | cat', { FORCE_COLOR: '1' })).toContain(RED)
    expect(onTerminal(job, 'sprk run no.yaml', { FORCE_COLOR: '0' })).not.toContain('\x1b')
  })

  test('nothing in a record, a topic or a table reaches it as it is', async () => {
    const hostile = '\x1b]0;title\x07 \x9b31m \x7f \u202e \ufeff'
    const escaped = '\\u001b]0;title\\u0007 \\u009b31m \\u007f \\u202e \\ufeff'
    const job = fileJob('transforms: [{map: {n: cast(value as int)}}]\nonError: deadLetter\nsink: console', {
      lines: [hostile, '1'],
    })
    await job.sprk('run', 'words.yaml', '--once')
    const lines = (shown: string) => shown.replaceAll(/\p{Cc}\[(?:2|22|31|33|39)m|[\t\n]/gu, '')
    const escape = /[\p{Cc}\p{Bidi_Control}\ufeff]/u
    for (const form of ['text', 'json', 'csv']) {
      const shown = onTerminal(job, `sprk dead-letters list words.yaml -o ${form}`)
      expect(shown, form).toContain(escaped)
      expect(lines(shown), form).not.toMatch(escape)
    }
    const printed = onTerminal(job, `sprk run words.yaml --once --set 'transforms=[]' --set state=other.db`)
    expect(lines(printed)).not.toMatch(escape)
    const { stdout } = await job.sprk('dead-letters', 'list', 'words.yaml', '-o', 'json')
    expect(stdout).toContain(escaped)
    expect(JSON.parse(stdout)).toMatchObject({ value: hostile })
    const { stdout: csv } = await job.sprk('dead-letters', 'list', 'words.yaml', '-o', 'csv')
    expect(csv).toContain(hostile)
  })
})
