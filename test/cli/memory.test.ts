// The memory of a run: what a batch keeps until its commit is bounded, whatever is made of its records.

import { statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type FileJob, fileJob } from '../support/file-job.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'

const digits = Array.from({ length: 1000 }, (_, i) => i % 10).join(' ')
const words = Array.from({ length: 1000 }, (_, i) => `w${i}`).join(' ')

async function runWith(heapMb: number, job: FileJob): Promise<unknown> {
  const env = { NODE_OPTIONS: `--max-old-space-size=${heapMb}` }
  const { code, stderr } = await runSprk(['run', job.path, '--once'], { env, timeoutMs: 200_000 })
  return { code, stderr }
}

const DONE = { code: 0, stderr: '' }

/** Of all batches together, and how many there are. */
function read(job: FileJob): unknown {
  return query(job.state, 'SELECT sum(processed + dead_letters), count(*) > 1 FROM sprk_batches')
}

describe('a run', () => {
  test('keeps the rows of a batch within `maxBytesPerBatch`: 2,000,000 of 4 MB in a heap of 80 MB', async () => {
    const rest = `transforms:
  - flatMap: {word: "split(value, ' ')", line: _metadata.offset, time: _metadata.timestamp}
sink:
  sqlite: {table: last, mode: upsert, key: word}
`
    const lines = Array.from({ length: 2000 }, () => digits)
    const job = fileJob(rest, { lines, more: ', maxBytesPerBatch: 8MB' })
    expect(await runWith(80, job)).toEqual(DONE)
    expect(read(job)).toEqual([[2000, 1]])
    expect(query(job.state, 'SELECT count(*), min(line), max(line) FROM last')).toEqual([
      [10, 1999 * 2000, 1999 * 2000],
    ])
  })
})

describe.skipIf(!FULL)('a run with a heap of 512 MB', () => {
  const append = 'sink:\n  sqlite: {table: rows, mode: append}\n'
  const cases: readonly [name: string, rest: string, lines: readonly string[], rows: number][] = [
    [
      'appends many rows of each record',
      `transforms:\n  - flatMap: {word: "split(value, ' ')", line: _metadata.offset}\n${append}`,
      Array.from({ length: 12_000 }, () => digits),
      12_000_000,
    ],
    [
      'appends a long text with each of many rows',
      `transforms:\n  - flatMap: {word: "split(value, ' ')", line: value}\n${append}`,
      Array.from({ length: 400 }, () => words),
      400_000,
    ],
    [
      'fills several sinks with long texts',
      `sink:
  - sqlite: {table: rows, mode: append}
  - sqlite: {table: more, mode: append}
  - sqlite: {table: last, mode: upsert, key: value}
`,
      Array.from({ length: 50_000 }, (_, i) => `${i}`.padEnd(4000, 'x')),
      50_000,
    ],
    [
      'merges long keys with long extremes',
      `transforms:
  - reduceByKey: {key: {k: value, p: _metadata.partition}, values: {n: count(*), last: max(value)}}
sink:
  sqlite: {table: rows, mode: merge}
`,
      Array.from({ length: 50_000 }, (_, i) => `${i}`.padEnd(4000, 'x')),
      50_000,
    ],
  ]

  test.each(cases)('%s', async (_, rest, lines, rows) => {
    const job = fileJob(rest, { lines: [...lines] })
    expect(await runWith(512, job)).toEqual(DONE)
    expect(read(job)).toEqual([[lines.length, 1]])
    expect(query(job.state, 'SELECT count(*) FROM rows')).toEqual([[rows]])
  })

  test('keeps dead letters of 100 kB', async () => {
    const job = fileJob(`onError: deadLetter\n${append}`, { format: '{json: {schema: "a int"}}' })
    writeFileSync(job.words, `${'x'.repeat(100_000)}\n`.repeat(5000))
    expect(statSync(job.words).size).toBe(100_001 * 5000)
    expect(await runWith(512, job)).toMatchObject({ code: 0 })
    expect(read(job)).toEqual([[5000, 1]])
    expect(query(job.state, 'SELECT count(*) FROM sprk_dead_letters')).toEqual([[5000]])
  })
})
