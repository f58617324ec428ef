// The pipelines of the recovery tests: on a real Kafka, each run in a directory of its own.

import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { bootstrap, createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { query } from '../support/sqlite.ts'
import { sprkProgram, straceAvailable, type Target } from './strace.ts'

if (!straceAvailable) {
  if (process.env['CI'] === 'true') throw new Error('strace is missing: the recovery tests need it')
  console.warn('\n*** strace is missing: the recovery tests are SKIPPED ***\n')
}

/** The standard error of a run that says nothing but that it refused the records that are no JSON. */
export const SILENT = expect.stringMatching(/^(sprk: warning: batch \d+: \d+ of \d+ records were refused .*\n)?$/)

/** Whether the tests can run here. */
export const available = straceAvailable && kafkaAvailable

/** Otherwise mode merge stands for the others: each mode takes minutes. */
export const isFull = process.env['SPRK_TEST_FULL'] === '1'

export const PIPELINES = {
  merge: {
    table: 'cities',
    maxRecordsPerBatch: 30,
    steps: `transforms:
  - filter: type = 'track'
  - reduceByKey:
      key: properties.city
      values:
        count: count(*)
        total: sum(cast(amount as decimal(10,2)))
sink:
  sqlite:
    table: cities
    mode: merge`,
  },
  append: {
    table: 'events',
    maxRecordsPerBatch: 12,
    steps: `transforms:
  - map:
      city: cast(properties.city as string)
      amount: cast(amount as decimal(10,2))
sink:
  sqlite:
    table: events
    mode: append`,
  },
  // One partition a key: across partitions nothing says which row is the last.
  upsert: {
    table: 'latest',
    maxRecordsPerBatch: 20,
    steps: `transforms:
  - map:
      city: cast(properties.city as string)
      partition: _metadata.partition
      amount: cast(amount as decimal(10,2))
      gone: type = 'page'
sink:
  sqlite:
    table: latest
    mode: upsert
    key: [partition, city]
    deleteWhen: gone
    drop: gone`,
  },
} as const
export type Pipeline = keyof typeof PIPELINES

let topic = ''
let root = ''

beforeAll(async () => {
  if (!available) return
  root = realpathSync(mkdtempSync(join(tmpdir(), 'sprk-recovery-')))
  topic = await createTopic(undefined, 2)
  const cities = ['Berlin', 'Kraków', null, 'Łódź', 'berlin']
  for (const partition of [0, 1]) {
    const events = Array.from({ length: 30 }, (_, i) => ({
      partition,
      value: JSON.stringify({
        type: i % 7 === 0 ? 'page' : 'track',
        properties: { city: cities[(i + partition) % cities.length] },
        amount: i / 100,
      }),
    }))
    await produce(topic, ...events, { partition, value: 'no JSON' }, { partition, value: '{"amount": 7}' })
  }
})

afterAll(() => {
  if (root !== '') rmSync(root, { recursive: true, force: true })
})

let runs = 0

/**
 * The pipeline in a directory of its own, with nothing in it that is not the state file's. `source`: more lines below
 * `kafka:`.
 */
export function targetOf(pipeline: Pipeline, source: readonly string[] = []): Target {
  const directory = join(root, String(runs++))
  mkdirSync(join(directory, 'state'), { recursive: true })
  const { steps, maxRecordsPerBatch } = PIPELINES[pipeline]
  const file = join(directory, 'pipeline.yaml')
  writeFileSync(
    file,
    `name: recovery
source:
  kafka:
    brokers: ${bootstrap()}
    topics: [${topic}]
    startingOffsets: earliest
    maxRecordsPerBatch: ${maxRecordsPerBatch}
    format: json${source.map((text) => `\n    ${text}`).join('')}
onError: deadLetter
${steps}
state: state/pipeline.db
`,
  )
  return { program: sprkProgram, args: ['run', file, '--once'], state: join(directory, 'state', 'pipeline.db') }
}

/** Everything that two runs over the same records have in common. */
export function outcomeOf(state: string, table: string) {
  return {
    // First: a reader leaves an empty -wal behind.
    files: readdirSync(join(state, '..')),
    integrity: query(state, 'PRAGMA integrity_check'),
    results: [...query(state, `SELECT * FROM ${table}`)].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    offsets: query(state, 'SELECT source, topic, topic_id, partition, next FROM sprk_offsets'),
    records: query(state, 'SELECT sum(processed), sum(filtered), sum(skipped), sum(dead_letters) FROM sprk_batches'),
    letters: query(state, 'SELECT topic, partition, "offset", code, hex(value) FROM sprk_dead_letters ORDER BY 2, 3'),
    ids: query(state, 'SELECT min(batch_id), max(batch_id) - count(*) FROM sprk_batches'),
    // A range that does not begin where the one before ended, or whose batch is missing.
    breaks: query(
      state,
      `SELECT * FROM (
         SELECT *, lag(until_offset, 1, 0) OVER (PARTITION BY source, topic, partition ORDER BY batch_id) AS due
           FROM sprk_batch_ranges)
        WHERE from_offset <> due OR until_offset <= from_offset OR batch_id NOT IN (SELECT batch_id FROM sprk_batches)`,
    ),
    ends: query(state, 'SELECT topic, partition, max(until_offset) FROM sprk_batch_ranges GROUP BY 1, 2 ORDER BY 1, 2'),
  }
}
