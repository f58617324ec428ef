import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fail } from '../../src/cli/fail.ts'
import { kinds } from '../../src/cli/kinds.ts'
import { program } from '../../src/cli/program.ts'
import type { Kind, Kinds } from '../../src/kind.ts'
import { query } from '../support/sqlite.ts'

const filter = kinds.transforms.get('filter') as Kind<'transforms'>

/** A filter that says it keeps state from batch to batch, in a table that is the sink's here. */
const stateful: Kind<'transforms'> = {
  ...filter,
  compile(options, input) {
    const step = filter.compile(options, input)
    const state = { tables: ['counts'], whenKept: 'rows after a later watermark are dropped as late' }
    return step && { ...step, state }
  },
}
const registry: Kinds = { ...kinds, transforms: new Map([...kinds.transforms, ['filter', stateful]]) }

/** Runs a command with the step above, in this process. */
async function sprk(...args: readonly string[]) {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text)
      return true
    }),
  )
  const code = await program(args, registry).catch(fail)
  for (const spy of spies) spy.mockRestore()
  return { code, ...said }
}

describe('sprk offsets reset, with a step that keeps state', () => {
  test('wants to be told what becomes of it, says what keeping it would do, and clears it with the positions', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [path, state] = [join(folder, 'words.yaml'), join(folder, 'words.db')]
    writeFileSync(join(folder, 'words.txt'), 'to\nbe\n')
    writeFileSync(
      path,
      `name: words
source: {file: {path: words.txt, format: text}}
transforms: [filter: "value <> ''", countByValue]
sink: {sqlite: {table: counts, mode: merge}}
`,
    )
    expect(await sprk('run', path, '--once')).toMatchObject({ code: 0 })
    const reset = (...args: readonly string[]) =>
      sprk('offsets', 'reset', path, '--to-earliest', '--allow-duplicates', ...args)

    const dry = await reset()
    expect(dry.stdout).toContain('step filter, if its state is kept: rows after a later watermark are dropped as late')
    expect(dry.stdout).toContain('--allow-duplicates --state keep --execute')
    const refused = await reset('--execute')
    expect(refused).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('add --state keep|clear to accept this'),
    })
    expect(refused.stderr).toContain('dropped as late')
    expect(await reset('--state', 'clear', '--execute')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('--results keep|clear'),
    })
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[6]])

    expect(await reset('--state', 'clear', '--results', 'clear', '--execute')).toMatchObject({ code: 0, stderr: '' })
    expect(query(state, 'SELECT next FROM sprk_offsets')).toEqual([[0]])
    expect(query(state, 'SELECT * FROM counts')).toEqual([])
    expect(await sprk('run', path, '--once')).toMatchObject({ code: 0 })
    expect(query(state, 'SELECT sum(count) FROM counts')).toEqual([[2]])
  })
})
