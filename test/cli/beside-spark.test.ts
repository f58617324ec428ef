// The random pipelines of scripts/differential/pipelines.py, run to their end, beside what a real Spark gave for them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stored } from '../expressions/differential.ts'
import { startSerialSprk } from '../support/serial-sprk.ts'

interface Answer {
  readonly zone: string
  readonly mode: 'append' | 'merge'
  readonly maxRecordsPerBatch: number
  /** As in a pipeline file. */
  readonly steps: readonly unknown[]
  readonly columns: readonly string[]
  /** Doubles are numbers, all else is text. */
  readonly rows: readonly Row[]
}

type Row = readonly (string | number | null)[]

const [records, ...answers] = stored<Answer | { schema: string; records: string[] }>('pipelines') as [
  { readonly schema: string; readonly records: readonly string[] },
  ...Answer[],
]
const folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))
let sprk: Awaited<ReturnType<typeof startSerialSprk>>

beforeAll(async () => {
  writeFileSync(join(folder, 'records.ndjson'), records.records.map((record) => `${record}\n`).join(''))
  sprk = await startSerialSprk()
})

afterAll(async () => {
  await sprk.stop()
  rmSync(folder, { recursive: true })
})

async function run(answer: Answer, name: string): Promise<Pick<Answer, 'columns' | 'rows'>> {
  const file = {
    path: 'records.ndjson',
    maxRecordsPerBatch: answer.maxRecordsPerBatch,
    format: { json: { schema: records.schema } },
  }
  const path = join(folder, `${name}.yaml`)
  // JSON is YAML, too.
  const pipeline = { name, source: { file }, timeZone: answer.zone, transforms: answer.steps }
  writeFileSync(path, JSON.stringify({ ...pipeline, sink: { sqlite: { table: 'results', mode: answer.mode } } }))
  expect(await sprk.run(['run', path, '--once', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  return resultsOf(join(folder, `${name}.db`))
}

function resultsOf(path: string): Pick<Answer, 'columns' | 'rows'> {
  const database = new Database(path, { readonly: true })
  try {
    const select = database.prepare<[], Row>('SELECT * FROM results').safeIntegers()
    const rows = select.raw().all() as (string | number | bigint | null)[][]
    return {
      columns: select.columns().map((column) => column.name),
      rows: rows.map((row) => row.map((value) => (typeof value === 'bigint' ? `${value}` : value))),
    }
  } finally {
    database.close()
  }
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).sort()

test.each(answers.map((answer, i) => [`q${i}`, answer] as const))('%s', async (name, answer) => {
  const result = await run(answer, name)
  const steps = JSON.stringify(answer.steps)
  expect(result.columns, steps).toEqual(answer.columns)
  expect(sorted(result.rows), steps).toEqual(sorted(answer.rows))
})
