// Pipelines of each kind on a real Kafka, and what their state files hold: for tests that repeat what was read.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { bootstrap } from './kafka.ts'
import { runSprk } from './sprk.ts'
import { query } from './sqlite.ts'
import { temporaryDirectory } from './state-file.ts'

export const KINDS = {
  merge: `transforms:
  - reduceByKey: {key: city, values: {n: count(*), total: sum(amount)}}
sink:
  sqlite: {table: results, mode: merge}`,
  append: `transforms:
  - reduceByKey: {key: city, values: {n: count(*), mean: avg(amount)}}
sink:
  sqlite: {table: results, mode: append}`,
  upsert: `transforms:
  - map: {city: city, amount: amount}
sink:
  sqlite: {table: results, mode: upsert, key: city}`,
} as const

export const event = (i: number) => JSON.stringify({ city: `c${i % 4}`, amount: i / 7 })

export interface Files {
  readonly path: string
  readonly state: string
  readonly replayed: string
}

export function pipeline(topic: string, kind: keyof typeof KINDS, maxRecordsPerBatch = 13): Files {
  const directory = temporaryDirectory()
  const path = join(directory, 'pipeline.yaml')
  writeFileSync(
    path,
    `name: cities
source:
  kafka:
    brokers: ${bootstrap()}
    topics: [${topic}]
    startingOffsets: earliest
    maxRecordsPerBatch: ${maxRecordsPerBatch}
    format:
      json:
        schema: "city string, amount double"
onError: deadLetter
${KINDS[kind]}
state: live.db
`,
  )
  return { path, state: join(directory, 'live.db'), replayed: join(directory, 'live.replay.db') }
}

export async function succeed(...args: readonly string[]) {
  const result = await runSprk(args)
  const told = args.includes('--replace')
    ? /^(?:sprk: warning: .* refused .*\n)?sprk: .* put in place.*\n$/
    : /^(?:sprk: warning: .* refused .*\n)?$/
  expect(result, args.join(' ')).toMatchObject({ code: 0 })
  if (args[0] === 'replay') expect(result.stderr, args.join(' ')).toMatch(told)
  return result
}

/** What two files have in common that hold the same. */
export function contents(state: string) {
  return {
    results: query(state, 'SELECT * FROM results').map(String).sort(),
    batches: query(state, 'SELECT batch_id, batch_time, processed, filtered, dead_letters, digest FROM sprk_batches'),
    ranges: query(
      state,
      'SELECT batch_id, topic, partition, from_offset, until_offset FROM sprk_batch_ranges ORDER BY 1, 3',
    ),
    offsets: query(state, 'SELECT source, topic, partition, next FROM sprk_offsets'),
    letters: query(
      state,
      'SELECT batch_id, partition, "offset", code, hex(value) FROM sprk_dead_letters ORDER BY 2, 3',
    ),
  }
}

export function change(state: string, ...statements: readonly string[]): void {
  const database = new Database(state)
  for (const statement of statements) database.exec(statement)
  database.close()
}

/** As `offsets reset` does. */
export function move(state: string, topic: string, partition: number, to: number): void {
  const database = new Database(state)
  database
    .prepare(
      `INSERT INTO sprk_moves (at, batch_id, source, topic, topic_id, partition, from_offset, to_offset, cause)
       SELECT 0, (SELECT max(batch_id) FROM sprk_batches), source, topic, topic_id, partition, next, ?, 'reset'
         FROM sprk_offsets WHERE topic = ? AND partition = ?`,
    )
    .run(to, topic, partition)
  database.prepare('UPDATE sprk_offsets SET next = ? WHERE topic = ? AND partition = ?').run(to, topic, partition)
  database.close()
}
