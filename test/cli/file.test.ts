// The source file through the built program: as users run it, killed, and resumed.

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runSprk, startSprk } from '../support/sprk.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-file-'))
  mkdirSync(join(folder, 'data'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const WORDS = `transforms:
  - flatMap: {word: "split(value, ' ')"}
  - reduceByKey: {key: word, values: {n: count(*)}}
sink: {sqlite: {table: words, mode: merge}}
`

/** Writes the pipeline `words.yaml` over `data/words.txt`; `lines` is what stands below `file:`. */
function pipeline(rest = WORDS, ...lines: readonly string[]): string {
  const path = join(folder, 'words.yaml')
  const below = ['path: data/words.txt', ...(lines.length === 0 ? ['format: text'] : lines)]
  writeFileSync(
    path,
    `name: words\nbatchInterval: 10ms\nsource:\n  file:\n${below.map((line) => `    ${line}\n`).join('')}${rest}`,
  )
  return path
}

const data = (text: string) => writeFileSync(join(folder, 'data/words.txt'), text)

function query(sql: string): unknown[] {
  const database = new Database(join(folder, 'words.db'), { readonly: true })
  try {
    return database.prepare(sql).raw().all()
  } finally {
    database.close()
  }
}

const words = () => query('SELECT word, n FROM words ORDER BY word')

describe('sprk run over a file', () => {
  test('finds it beside the pipeline, wherever it is started', async () => {
    data('to be or\nnot to be\n')
    expect(await runSprk(['run', pipeline(), '--once'], { cwd: tmpdir() })).toMatchObject({ code: 0, stderr: '' })
    expect(words()).toEqual([
      ['be', 2],
      ['not', 1],
      ['or', 1],
      ['to', 2],
    ])
    expect(query('SELECT topic, partition, next FROM sprk_offsets')).toEqual([['data/words.txt', 0, 19]])
  })

  test('reads on where it stopped', async () => {
    data('a b\n')
    const path = pipeline()
    for (const added of ['', 'b\n', 'c\n']) {
      appendFileSync(join(folder, 'data/words.txt'), added)
      expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    }
    expect(words()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ])
  })

  test('follows a file that grows', async () => {
    data('a\n')
    const run = startSprk(['run', pipeline(), '--verbose'])
    await run.waitFor(/batch 1:/)
    appendFileSync(join(folder, 'data/words.txt'), 'b\nhalf')
    await run.waitFor(/batch 2:/)
    appendFileSync(join(folder, 'data/words.txt'), ' a\n')
    await run.waitFor(/batch 3:/)
    run.kill('SIGTERM')
    expect((await run.done).code).toBe(0)
    expect(words()).toEqual([
      ['a', 2],
      ['b', 1],
      ['half', 1],
    ])
  })

  test('warns of a last line without a newline, which --once reads', async () => {
    data('a\nb')
    const { code, stderr } = await runSprk(['run', pipeline(), '--once'])
    expect(code).toBe(0)
    expect(stderr).toBe(
      'sprk: warning: data/words.txt: the last line has no newline; it is read as it is, up to byte 3\n',
    )
    expect(words()).toEqual([
      ['a', 1],
      ['b', 1],
    ])
  })

  test('counts every line once, however often it is killed', async () => {
    const lines = 20_000
    data(Array.from({ length: lines }, (_, i) => `all ${i % 7}\n`).join(''))
    const path = pipeline(WORDS, 'format: text', 'maxRecordsPerBatch: 100')
    let kills = 0
    for (let wanted = 5; ; wanted += 31) {
      const run = startSprk(['run', path, '--once', '--verbose'])
      await run.waitFor(new RegExp(`batch ${wanted}:|done, last batch`))
      run.kill('SIGKILL')
      const { stderr, signal } = await run.done
      if (stderr.includes('done')) break
      expect(signal).toBe('SIGKILL')
      kills++
    }
    expect(kills).toBeGreaterThan(3)
    expect(query('SELECT sum(n) FROM words')).toEqual([[2 * lines]])
    expect(words().slice(0, 2)).toEqual([
      ['0', Math.ceil(lines / 7)],
      ['1', Math.ceil((lines - 1) / 7)],
    ])
  })

  test('reads JSON lines and skips blank ones', async () => {
    data('{"word":"a"}\r\n\r\n{"word":"b"}\n \n{"word":"a"}\n')
    const rest =
      'transforms:\n  - reduceByKey: {key: word, values: {n: count(*)}}\nsink: {sqlite: {table: words, mode: merge}}\n'
    expect(await runSprk(['run', pipeline(rest, 'format: json'), '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(words()).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    expect(query('SELECT processed + filtered FROM sprk_batches')).toEqual([[3]])
  })

  test('shows how to look at a line that it cannot read', async () => {
    data(`ok\n`)
    appendFileSync(join(folder, 'data/words.txt'), Buffer.from([0x61, 0x80, 0x0a]))
    const { code, stderr } = await runSprk(['run', pipeline(), '--once'])
    expect(code).toBe(65)
    expect(stderr).toContain('error[E_BAD_TEXT]: data/words.txt/0 offset 3: not valid UTF-8 at byte 1: 0x80\n')
    expect(stderr).toContain(`  hint: look at the record: tail -c +4 '${folder}/data/words.txt' | head -n 1; `)
  })

  test('keeps such a line as a dead letter', async () => {
    data('ok\n')
    appendFileSync(join(folder, 'data/words.txt'), Buffer.from([0x61, 0x80, 0x0a]))
    const { code } = await runSprk(['run', pipeline(`onError: deadLetter\n${WORDS}`), '--once'])
    expect(code).toBe(0)
    const [[topic, offset, value, headers] = []] = query(
      'SELECT topic, offset, hex(value), hex(headers) FROM sprk_dead_letters',
    ) as [unknown[]]
    expect([topic, offset, value, headers]).toEqual(['data/words.txt', 3, '6180', '00'])
  })

  test('exits 66 without the file, and 79 when it is another one', async () => {
    const path = pipeline()
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 66 })
    data('a\nb\n')
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0 })
    data('a\n')
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(code).toBe(79)
    expect(stderr).toContain(
      'error[E_OFFSET_AHEAD]: data/words.txt: it was read up to byte 4, and now has 2 bytes: it was truncated\n',
    )
  })
})

describe('sprk validate of a file source', () => {
  test.each([
    ['path: [a]', '`path` must be a path'],
    ['path: 5', '`path` must be a path, not `5`'],
    ['path: ""', '`path` must be a path, not ``'],
    ['pth: a', 'unknown key `pth` in `file`; did you mean `path`?'],
  ])('refuses %s', async (line, message) => {
    const path = join(folder, 'bad.yaml')
    writeFileSync(path, `name: bad\nsource:\n  file:\n    ${line}\n    format: text\nsink: discard\n`)
    const { code, stderr } = await runSprk(['validate', path])
    expect(stderr).toContain(message)
    expect(code).toBe(78)
  })
})
