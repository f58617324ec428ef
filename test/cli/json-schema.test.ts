// JSON with a schema through the built program.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runSprk } from '../support/sprk.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sprk-schema-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const RECORDS = [
  { type: 'track', properties: { city: 'Berlin' }, amount: 1.1, timestamp: '2026-01-01T00:00:00Z', other: 1 },
  { type: 'track', properties: { city: 'Berlin' }, amount: '2.2', timestamp: '2026-01-02T00:00:00Z', other: 'x' },
  { type: 'page', properties: null, amount: 5, timestamp: null },
  { type: 'track', properties: {}, amount: null },
]

function files(steps: string, records: readonly object[] = RECORDS): string {
  writeFileSync(join(folder, 'events.ndjson'), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const path = join(folder, 'p.yaml')
  writeFileSync(
    path,
    `name: p
source:
  file:
    path: events.ndjson
    format:
      json:
        schema: "type string, properties struct<city: string>, amount decimal(10,2), timestamp timestamp"
${steps}`,
  )
  return path
}

function query(sql: string): unknown[] {
  const database = new Database(join(folder, 'p.db'), { readonly: true })
  try {
    return database.prepare(sql).raw().all()
  } finally {
    database.close()
  }
}

describe('JSON with a schema', () => {
  test('has typed columns, which need no cast', async () => {
    const path = files(`transforms:
  - filter: type = 'track'
  - reduceByKey: {key: properties.city, values: {n: count(*), total: sum(amount), last: max(timestamp)}}
sink: {sqlite: {table: t, mode: merge}}
`)
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(query('SELECT city, n, total, last FROM t ORDER BY city')).toEqual([
      [null, 1, null, null],
      ['Berlin', 2, '3.30', '2026-01-02T00:00:00.000000Z'],
    ])
  })

  test('goes into a table as it is', async () => {
    const path = files('sink: {sqlite: {table: t}}\n')
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(query('SELECT * FROM t')).toEqual([
      ['track', '{"city":"Berlin"}', '1.10', '2026-01-01T00:00:00.000000Z'],
      ['track', '{"city":"Berlin"}', '2.20', '2026-01-02T00:00:00.000000Z'],
      ['page', null, '5.00', null],
      ['track', '{"city":null}', null, null],
    ])
  })

  test('may be changed column by column', async () => {
    const path = files(`transforms:
  - withColumns: {amount: amount * 2, city: properties.city}
  - drop: [properties, timestamp]
  - filter: city is not null
sink: {sqlite: {table: t}}
`)
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: '' })
    expect(query('SELECT type, CAST(amount AS REAL), city FROM t')).toEqual([
      ['track', 2.2, 'Berlin'],
      ['track', 4.4, 'Berlin'],
    ])
    expect(query("SELECT group_concat(name) FROM pragma_table_info('t')")).toEqual([['type,amount,city']])
  })

  test('checks the types of what the plan needs, record by record', async () => {
    const steps = (onError: string) => `onError: ${onError}
transforms:
  - reduceByKey: {key: properties.city, values: {total: sum(amount)}}
sink: {sqlite: {table: t, mode: merge}}
`
    const records = [...RECORDS, { type: 5, timestamp: 'never' }, { properties: 'x', amount: 1 }, { amount: 'much' }]
    const failed = await runSprk(['run', files(steps('fail'), records), '--once'])
    expect(failed.code).toBe(65)
    expect(failed.stderr).toMatch(
      /error\[E_BAD_FIELD\]: events.ndjson\/0 offset \d+: properties: a JSON object is expected\n/,
    )
    expect((await runSprk(['run', files(steps('deadLetter'), records), '--once'])).code).toBe(0)
    expect(query('SELECT code, reason FROM sprk_dead_letters ORDER BY offset')).toEqual([
      ['E_BAD_FIELD', 'properties: a JSON object is expected'],
      ['E_BAD_FIELD', 'amount: "much" cannot be cast to decimal(10,2)'],
    ])
    expect(query("SELECT total FROM t WHERE city = 'Berlin'")).toEqual([['3.30']])
  })

  test('is what `sprk explain` shows', async () => {
    const { stdout } = await runSprk(['explain', files('sink: discard\n')])
    expect(stdout).toContain(
      '  format: json, columns type string, properties struct<city: string>, amount decimal(10,2)',
    )
  })
})
