// The program where V8 makes no code from strings, as hardened installations start Node.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runSprk } from '../support/sprk.ts'

const FLAG = '--disallow-code-generation-from-strings'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-strings-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Of each kind that has code of its own at run time: kernels, patterns, formats, casts, lambdas, JSON, hashes. */
const COLUMNS = {
  arithmetic: '(n * 3 + 1) % 7',
  decimal: 'cast(n as decimal(10,2)) / 3',
  upper: 'upper(trim(name))',
  like: "name LIKE 'a%'",
  matches: "name RLIKE '^[a-z]+$'",
  replaced: "regexp_replace(name, '([a-z])\\\\d', '$1')",
  day: "date_format(at, 'yyyy-MM-dd')",
  hour: "date_trunc('HOUR', at)",
  squares: "array_join(transform(sequence(1, n), x -> x * x), '+')",
  total: 'aggregate(sequence(1, n), 0, (sum, x) -> sum + x)',
  city: "get_json_object(json, '$.city')",
  read: "from_json(json, 'city string').city",
  hash: 'sha2(name, 256)',
  kind: "CASE WHEN n > 2 THEN 'many' ELSE 'few' END",
  tried: 'try_cast(name as int)',
  text: "concat_ws('-', lpad(n, 5, '0'), name)",
}

const PIPELINE = `name: p
source:
  file:
    path: in.ndjson
    format:
      json:
        schema: n int, name string, at timestamp, json string
transforms:
  - map:
${Object.entries(COLUMNS)
  .map(([name, source]) => `      ${name}: ${JSON.stringify(source)}\n`)
  .join('')}sink: {sqlite: {table: t}}
`

const RECORD = { n: 3, name: 'ab1', at: '2026-03-28T10:20:30Z', json: '{"city":"Ulm"}' }

test('validates, evaluates and runs without code from strings', async () => {
  writeFileSync(join(folder, 'p.yaml'), PIPELINE)
  writeFileSync(join(folder, 'in.ndjson'), `${JSON.stringify(RECORD)}\n`)
  const run = (...args: string[]) => runSprk(args, { cwd: folder, env: { NODE_OPTIONS: FLAG } })
  const [validated, evaluated, ran] = await Promise.all([
    run('validate', 'p.yaml'),
    run('eval', "regexp_replace('a1', '[0-9]', 'b')", '-o', 'json'),
    run('run', 'p.yaml', '--once'),
  ])
  expect(validated).toMatchObject({ code: 0, stderr: '' })
  expect(evaluated).toMatchObject({ code: 0, stderr: '', stdout: '{"value":"ab"}\n' })
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  const database = new Database(join(folder, 'p.db'), { readonly: true })
  try {
    expect(database.prepare('SELECT * FROM t').get()).toMatchObject({
      arithmetic: 3,
      upper: 'AB1',
      replaced: 'ab',
      day: '2026-03-28',
      squares: '1+4+9',
      total: 6,
      city: 'Ulm',
      read: 'Ulm',
      kind: 'many',
      tried: null,
      text: '00003-ab1',
    })
  } finally {
    database.close()
  }
})
