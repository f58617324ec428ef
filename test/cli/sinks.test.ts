import { readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { type PipelineText, pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

const order = (city: string, amount: unknown) => JSON.stringify({ city, amount })

/** Two tables of one topic: counts of what costs much, the rows of one city. */
const SINKS = `
  - sqlite: {table: expensive, mode: merge}
    transforms:
      - filter: cast(amount as int) >= 10
      - reduceByKey: {key: city, values: {n: count(*)}}
  - transforms:
      - filter: city = 'a'
    sqlite: {table: only_a}`

const TRANSFORMS = `
  - filter: city is not null
  - map: {city: city, amount: amount}`

const twoTables = (text: Partial<PipelineText> & { readonly topic: string }) =>
  pipelineFile({ transforms: TRANSFORMS, sink: SINKS, ...text })

const TABLES = {
  expensive: 'SELECT city, n FROM expensive ORDER BY city',
  only_a: 'SELECT city, amount FROM only_a ORDER BY rowid',
  counts: 'SELECT processed, filtered, skipped, dead_letters FROM sprk_batches ORDER BY batch_id',
  letters: 'SELECT "offset" FROM sprk_dead_letters',
}

function tables(path: string): Readonly<Record<keyof typeof TABLES, unknown[]>> {
  const database = new Database(path, { readonly: true })
  try {
    const rows = (sql: string) => database.prepare(sql).raw().all()
    const { expensive, only_a, counts, letters } = TABLES
    return { expensive: rows(expensive), only_a: rows(only_a), counts: rows(counts), letters: rows(letters) }
  } finally {
    database.close()
  }
}

describe.skipIf(!kafkaAvailable)('a pipeline with two sinks', () => {
  const RECORDS = [order('a', 5), order('b', 50), order('a', 20), order('c', 1), '{"amount": 99}', order('b', 10)]

  test('fills each table through its own steps, and counts a record once', async () => {
    const topic = await createTopic()
    await produce(topic, ...RECORDS)
    const { path, state } = twoTables({ topic })
    expect(await runSprk(['run', path, '--once'])).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
    expect(tables(state)).toEqual({
      expensive: [
        ['a', 1],
        ['b', 2],
      ],
      only_a: [
        ['a', 5],
        ['a', 20],
      ],
      // Neither the cheap record of c nor the one without a city reached a table.
      counts: [[4, 2, 0, 0]],
      letters: [],
    })
  })

  test.each([
    ['skip', [1, 0]],
    ['deadLetter', [0, 1]],
  ] as const)('keeps a record that fails in one branch out of the other: onError %s', async (onError, refused) => {
    const topic = await createTopic()
    // `x` is no number for the first branch; the second would take the record.
    await produce(topic, order('a', 30), order('a', 'x'), order('a', 3))
    const { path, state } = twoTables({ topic, onError })
    const warned = expect.stringMatching(/^sprk: warning: .* 1 of 3 records were refused .*\n$/)
    expect(await runSprk(['run', path, '--once'])).toMatchObject({ code: 0, stderr: warned })
    expect(tables(state)).toEqual({
      expensive: [['a', 1]],
      only_a: [
        ['a', 30],
        ['a', 3],
      ],
      counts: [[2, 0, ...refused]],
      letters: onError === 'skip' ? [] : [[1]],
    })
  })

  test('commits neither table where a record fails and the run with it', async () => {
    const topic = await createTopic()
    await produce(topic, order('a', 30), order('a', 3), order('a', 'x'))
    const { path, state } = twoTables({ topic, maxRecordsPerBatch: 2 })
    const { code, stderr } = await runSprk(['run', path, '--once'])
    expect(code).toBe(65)
    expect(stderr).toContain(`${topic}/0 offset 2: `)
    expect(tables(state)).toMatchObject({
      counts: [[2, 0, 0, 0]],
      only_a: [
        [`a`, 30],
        ['a', 3],
      ],
    })
  })

  test('goes on where sinks change places or come anew, and is refused where one is another or gone', async () => {
    const topic = await createTopic()
    await produce(topic, ...RECORDS)
    const { path, state } = twoTables({ topic })
    expect((await runSprk(['run', path, '--once'])).code).toBe(0)
    const before = readFileSync(path, 'utf8')
    const [head = '', first = '', second = ''] = before.trimEnd().split(/(?=\n {2}- (?:sqlite|transforms))/)
    await produce(topic, order('a', 11))
    writeFileSync(path, `${head}${second}${first}\n  - sqlite: {table: all_of_it}\n`)
    const accepted = await runSprk(['run', path, '--once', '--verbose'])
    expect(accepted.stderr).toContain('the pipeline changed since the last run')
    expect(accepted.code).toBe(0)
    expect(tables(state)).toMatchObject({
      expensive: [
        ['a', 2],
        ['b', 2],
      ],
      only_a: [
        ['a', 5],
        ['a', 20],
        ['a', 11],
      ],
    })

    for (const [what, sinks] of [
      ['sqlite expensive is not what', `${second}${first.replace('key: city', 'key: amount')}`],
      ['sqlite only_a is no longer', first],
    ] as const) {
      writeFileSync(path, `${head}${sinks}\n  - sqlite: {table: all_of_it}\n`)
      const { code, stderr } = await runSprk(['run', path, '--once'])
      expect(stderr).toContain(`error[E_STATE_CHANGED]: ${state}: ${what}`)
      expect(code).toBe(78)
    }
  })

  test('is explained with its source, and sink by sink, each with its way, tables and guarantee', async () => {
    const { path } = twoTables({ topic: 'events' })
    const { stdout } = await runSprk(['explain', path])
    expect(stdout).toContain('\n  backlog: one partition after the other, since no step looks at event time\n')
    const parts = stdout.split('\n\n').filter((part) => part.startsWith('sink '))
    expect(parts).toHaveLength(2)
    expect(parts[0]).toMatch(
      /^sink sqlite ← reduceByKey\n(?: {2}.*\n)+ {2}result: independent of where batches are cut\n {2}tables: expensive\n {2}guarantee: exactly once$/,
    )
    expect(parts[1]).toMatch(
      /^sink sqlite-2 ← filter-3\n(?: {2}.*\n)+ {2}result: independent of where batches are cut\n {2}tables: only_a\n {2}guarantee: exactly once\n$/,
    )
  })

  test('is refused by validate where both write one table', async () => {
    const { path } = pipelineFile({
      topic: 'events',
      transforms: '[{map: {city: city}}]',
      sink: '[{sqlite: {table: t}}, {sqlite: {table: T}}]',
    })
    const { code, stderr } = await runSprk(['validate', path])
    expect(stderr).toContain('error[E_TARGET_TWICE]')
    expect(code).toBe(78)
  })
})
