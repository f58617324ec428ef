import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isStateArgument } from '../../../src/cli/options/state-argument.ts'
import { sprk } from '../../support/offsets.ts'

const HEADER = 'SQLite format 3\0'
const YAML = 'name: counts\n'

function fileOf(name: string, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

test.each<[string, string, string | Buffer, boolean]>([
  ['a state file, whatever its name', 'counts.yaml', `${HEADER}…`, true],
  ['a state file whose header is damaged', 'counts', Buffer.from('SQLite fxrmat 3\0\xff', 'latin1'), true],
  ['an empty file', 'counts', '', true],
  ['bytes that are no text', 'counts', Buffer.from('caf\xe9s are closed', 'latin1'), true],
  ['text with the name of a state file', 'counts.db', YAML, true],
  ['an empty pipeline file', 'counts.yml', '', false],
  ['a pipeline file that is not UTF-8', 'counts.yaml', Buffer.from('name: caf\xe9\n', 'latin1'), false],
  ['a pipeline file', 'counts', YAML, false],
  ['long text, cut in the middle of a character', 'counts', `${YAML}${'€'.repeat(2000)}`, false],
])('%s is told by how it looks', (_, name, content, isState) => {
  expect(isStateArgument(fileOf(name, content))).toBe(isState)
})

test('a damaged state file is not taken for a pipeline file', async () => {
  const garbage = fileOf('counts.db', Buffer.from('SQLite fxrmat 3\0\xff', 'latin1'))
  for (const command of [
    ['verify', garbage],
    ['offsets', 'show', garbage],
    ['backup', garbage, `${garbage}.copy`],
  ]) {
    const { code, stderr } = await sprk(...command)
    expect([code, stderr.split('\n')[0]]).toEqual([
      78,
      `sprk: error[E_STATE_FOREIGN]: ${garbage}: this is no SQLite database, and so no state file of sprk`,
    ])
  }
  expect((await sprk('verify', join(garbage, '..', 'none.db'))).code).toBe(66)
})
