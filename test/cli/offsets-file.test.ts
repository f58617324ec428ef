import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { counted, done, once, pasted, positions, reset, show, sprk } from '../support/offsets.ts'
import type { PipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

/** Lines that begin at 0, 3, 6 and 11, and one that has no end yet. */
const LINES = 'to\nbe\nor be\nnot\nto '

function fileOfLines(): PipelineFile {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lines.yaml')
  writeFileSync(join(folder, 'lines.txt'), LINES)
  writeFileSync(
    path,
    `name: lines
source: {file: {path: lines.txt, format: text}}
transforms: [{reduceByKey: {key: value, values: {n: count(*)}}}]
sink: {sqlite: {table: counts, mode: merge}}
`,
  )
  return { topic: 'lines.txt', folder, path, state: join(folder, 'lines.db') }
}

describe('sprk offsets of a file', () => {
  test('are bytes, and begin where a line does', async () => {
    const lines = fileOfLines()
    const { partitions } = await show(lines)
    expect(partitions).toMatchObject([{ topic: 'lines.txt', partition: 0, next: 0, end: LINES.length, status: 'new' }])
    expect(await reset(lines, '--to-offset', '6', '--topic', 'lines.txt:0', '--allow-loss', '--execute')).toMatchObject(
      done,
    )
    writeFileSync(join(lines.folder, 'lines.txt'), `${LINES}be\n`)
    await once(lines)
    expect([positions(lines.state), counted(lines.state)]).toEqual([[LINES.length + 3], 3])

    const dry = await reset(lines, '--shift-by', '-6')
    expect(dry.stdout).toContain('6 bytes would be read again')
    expect(await pasted(dry.stdout)).toMatchObject(done)
    await once(lines)
    expect([positions(lines.state), counted(lines.state)]).toEqual([[LINES.length + 3], 4])
    // A short file that has grown is still the same.
    writeFileSync(join(lines.folder, 'lines.txt'), `${LINES}be\nor\n`)
    expect((await show(lines)).partitions).toMatchObject([{ next: LINES.length + 3, lag: 3, status: 'ok' }])
    await once(lines)
    const { stdout } = await runSprk(['verify', lines.state, '--against', lines.path])
    expect(stdout.match(/^ok /gm)).toHaveLength(8)
    expect(stdout).not.toMatch(/^[^o]/m)
  })

  test('are not read from a CSV file that is none', async () => {
    const lines = fileOfLines()
    for (const [csv, words] of [
      ['none.csv', 'there is no such file'],
      ['.', 'this is a directory, not a CSV file'],
    ] as const) {
      const refused = await reset(lines, '--from-file', csv)
      expect([refused.code, refused.stderr]).toEqual([66, `sprk: error[E_NO_FILE]: --from-file ${csv}: ${words}\n`])
    }
  })

  test('know a file that has grown from one that has taken its place', async () => {
    const lines = fileOfLines()
    const [file, other] = [join(lines.folder, 'lines.txt'), join(lines.folder, 'other.txt')]
    writeFileSync(file, 'to\nbe\n')
    await once(lines)
    writeFileSync(file, 'to\nbe\nor\n')
    expect((await show(lines)).partitions).toMatchObject([{ next: 6, end: 9, lag: 3, status: 'ok' }])
    expect((await reset(lines, '--shift-by', '-3')).stdout).toContain('3 bytes would be read again')

    writeFileSync(other, 'not\nto\nbe\n')
    renameSync(other, file)
    expect((await show(lines)).partitions).toMatchObject([{ next: 6, end: 10, lag: null, status: 'recreated' }])
    expect((await sprk('offsets', 'show', lines.path)).stdout).toContain(
      'lines.txt/0: lost: replaced: 6 is of another file, in whose place this one is\n',
    )
    const failed = await sprk('run', lines.path, '--once')
    expect(failed).toMatchObject({ code: 79, stderr: expect.stringContaining('E_FILE_REPLACED') })
    expect(await pasted(failed.stderr)).toMatchObject(done)
    await once(lines)
    expect([positions(lines.state), counted(lines.state)]).toEqual([[10], 5])
  })

  test('go on behind a file that was cut by the line of the error', async () => {
    const lines = fileOfLines()
    await sprk('run', lines.path, '--once')
    writeFileSync(join(lines.folder, 'lines.txt'), 'to\n')
    const failed = await sprk('run', lines.path, '--once')
    expect(failed).toMatchObject({ code: 79, stderr: expect.stringContaining('E_OFFSET_AHEAD') })
    expect(await pasted(failed.stderr)).toMatchObject(done)
    await once(lines)
    expect(positions(lines.state)).toEqual([3])
  })

  test.each([
    [['--to-offset', '4'], 79, 'lines.txt/0: reading cannot begin there: byte 4 is not where a line begins'],
    [['--to-latest'], 79, `byte ${LINES.length} is not where a line begins`],
    [['--to-offset', '99'], 79, 'offset 99 is not in the log, which goes from 0 to'],
    [['--by-duration', '1h'], 64, 'the lines of a file have no times'],
    [['--to-earliest', '--topic', 'line.txt'], 66, 'the pipeline reads no topic line.txt'],
  ])('refuses %j with exit %i', async (args, code, words) => {
    expect(await reset(fileOfLines(), ...args, '--execute')).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(words),
    })
  })
})
