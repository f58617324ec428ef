// A state file of version 2, as sprk 0.1.0 left it before the tree was ordered anew (commit 100b809): every later sprk opens it and goes on.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { SCHEMA_VERSION } from '../../src/checkpoint/schema.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const stored = fileURLToPath(new URL('version-2/', import.meta.url))

/** A copy of the pipeline, its input and its state; `main.db` is of commit dff8954, the last one with version 2. */
function unpacked(file = 'orders.db') {
  const folder = mkdtempSync(join(tmpdir(), 'sprk-version-2-'))
  for (const file of ['orders.yaml', 'orders.ndjson']) cpSync(join(stored, file), join(folder, file))
  const state = join(folder, 'orders.db')
  writeFileSync(state, gunzipSync(readFileSync(join(stored, `${file}.gz`))))
  // The copy of a file is another file: its device and inode are part of its identity.
  const database = new Database(state)
  database.exec('UPDATE sprk_offsets SET topic_id = NULL')
  database.close()
  return { pipeline: join(folder, 'orders.yaml'), input: join(folder, 'orders.ndjson'), state }
}

test('is sound, and is told apart from a damaged one', async () => {
  const { state } = unpacked()
  const { code, stdout } = await runSprk(['verify', state])
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('log: which unique indexes it needs is known after the next run'),
  ])
})

test('goes on with the same pipeline, in all its tables', async () => {
  const { pipeline, input, state } = unpacked()
  appendFileSync(input, '{"id":1,"city":"Berlin","amount":4}\n{"id":2,"city":null,"amount":1.01}\n')
  const { code, stderr } = await runSprk(['run', pipeline, '--once', '--verbose'])
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    'sprk: orders: resumed after batch 2',
    expect.stringMatching(/^sprk: batch 3: 2 records/),
  ])
  expect(code).toBe(0)
  expect(query(state, 'SELECT * FROM totals ORDER BY city, id')).toEqual([
    [null, 2, 2, '4.01'],
    ['Berlin', 1, 2, '6.50'],
    ['Bonn', 3, 1, '9.99'],
  ])
  expect(query(state, 'SELECT city, amount FROM latest ORDER BY city')).toEqual([
    [null, '1.01'],
    ['Berlin', '4.00'],
    ['Bonn', '9.99'],
  ])
  expect(query(state, 'SELECT count(*) FROM log')).toEqual([[5]])
  expect(query(state, 'SELECT count(*) FROM sprk_dead_letters')).toEqual([[1]])
  const verified = await runSprk(['verify', state, '-o', 'json'])
  const { sound, checks } = JSON.parse(verified.stdout)
  expect([sound, checks.flatMap(({ unchecked }: { unchecked: string[] }) => unchecked)]).toEqual([true, []])
})

describe('a file of the last sprk with version 2', () => {
  const version = (state: string) => query(state, 'PRAGMA user_version')[0]?.[0]

  test('is looked at as it is', async () => {
    const { pipeline, state } = unpacked('main.db')
    const looks = [
      ['verify', state],
      ['status', pipeline],
      ['offsets', 'show', pipeline],
      ['dead-letters', 'list', pipeline],
    ]
    for (const args of looks) expect(await runSprk(args)).toMatchObject({ code: 0, stderr: '' })
    expect(version(state)).toBe(2)
  })

  test('goes on, and its positions can be moved and its results replaced', async () => {
    const { pipeline, input, state } = unpacked('main.db')
    const moved = ['--to-earliest', '--allow-duplicates', '--execute']
    expect(await runSprk(['offsets', 'reset', pipeline, ...moved])).toMatchObject({ code: 0 })
    expect([version(state), query(state, 'SELECT next FROM sprk_offsets')]).toEqual([SCHEMA_VERSION, [[0]]])
    const { state: other, pipeline: otherPipeline } = unpacked('main.db')
    expect(await runSprk(['replay', otherPipeline, '--replace', '--quiet'])).toMatchObject({ code: 0, stderr: '' })
    expect([version(other), query(other, 'SELECT count(*) FROM log')]).toEqual([SCHEMA_VERSION, [[3]]])
    appendFileSync(input, '{"id":1,"city":"Berlin","amount":4}\n')
    expect(await runSprk(['run', pipeline, '--once', '--quiet'])).toMatchObject({ code: 0 })
    expect(query(state, 'SELECT count(*) FROM log')).toEqual([[7]])
    for (const path of [state, other]) expect(await runSprk(['verify', path])).toMatchObject({ code: 0 })
  })
})
