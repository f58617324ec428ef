// Kills the built program at every system call that touches its state file, and lets it go on: nothing may be lost or
// counted twice, wherever it died.

import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bootstrap, createTopic, kafkaAvailable, produce } from '../support/kafka.ts'
import { runSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'
import {
  killAt,
  SYSCALLS,
  type Syscall,
  sprkProgram,
  straceAvailable,
  type Target,
  threadsOf,
  trace,
} from './strace.ts'

if (!straceAvailable) {
  if (process.env['CI'] === 'true') throw new Error('strace is missing: the recovery tests need it')
  console.warn('\n*** strace is missing: the recovery tests are SKIPPED ***\n')
}

/** SQLite makes, fills, syncs, cuts and deletes files; the checkpoint links one. The others may do without. */
const MUST_OCCUR: readonly Syscall[] = ['openat', 'pwrite64', 'fsync', 'ftruncate', 'link', 'unlink']

const PIPELINES = {
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
} as const
type Pipeline = keyof typeof PIPELINES

/** Kills at a time: each is two processes, and the smallest machine has two cores. */
const AT_ONCE = 2

let topic = ''
let root = ''

beforeAll(async () => {
  if (!straceAvailable || !kafkaAvailable) return
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
    await produce(topic, ...events)
  }
})

afterAll(() => {
  if (root !== '') rmSync(root, { recursive: true, force: true })
})

let runs = 0

/** The pipeline in a directory of its own, with nothing in it that is not the state file's. */
function targetOf(pipeline: Pipeline): Target {
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
    format: json
${steps}
state: state/pipeline.db
`,
  )
  return { program: sprkProgram, args: ['run', file, '--once'], state: join(directory, 'state', 'pipeline.db') }
}

/** Everything that two runs over the same records have in common. */
function outcomeOf(state: string, table: string) {
  return {
    // First: a reader leaves an empty -wal behind.
    files: readdirSync(join(state, '..')),
    integrity: query(state, 'PRAGMA integrity_check'),
    results: [...query(state, `SELECT * FROM ${table}`)].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    offsets: query(state, 'SELECT source, topic, topic_id, partition, next FROM sprk_offsets'),
    records: query(state, 'SELECT sum(processed), sum(filtered), sum(skipped), sum(dead_letters) FROM sprk_batches'),
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

function describeKills(pipeline: Pipeline, minBatches: number): void {
  const { table } = PIPELINES[pipeline]

  describe(`mode ${pipeline}, killed at every call`, () => {
    let counted: ReadonlyMap<Syscall, number> = new Map()
    let expected: ReturnType<typeof outcomeOf>

    beforeAll(async () => {
      const target = targetOf(pipeline)
      const whole = await trace(target)
      expect(whole, whole.output).toMatchObject({ code: 0 })
      expect(threadsOf(whole.calls)).toBe(1)
      counted = new Map(SYSCALLS.map((name) => [name, whole.calls.filter(({ syscall }) => syscall === name).length]))
      expected = outcomeOf(target.state, table)
      expect(expected).toMatchObject({ integrity: [['ok']], ids: [[1, 0]], breaks: [] })
      expect(expected.files).toEqual(['pipeline.db', 'pipeline.db.lock'])
      expect(query(target.state, 'SELECT count(*) FROM sprk_batches')[0]?.[0]).toBeGreaterThanOrEqual(minBatches)
    })

    test.each(MUST_OCCUR)('there are calls of %s', (syscall) => {
      expect(counted.get(syscall)).toBeGreaterThan(0)
    })

    test.each(SYSCALLS)(
      '%s',
      async (syscall) => {
        const points = Array.from({ length: counted.get(syscall) ?? 0 }, (_, i) => i + 1)
        let killed = 0
        const work = async () => {
          for (let point = points.shift(); point !== undefined; point = points.shift()) {
            const target = targetOf(pipeline)
            const dead = await killAt(target, syscall, point)
            expect(dead, `${syscall} ${point}: ${dead.output}`).toMatchObject({ signal: 'SIGKILL' })
            killed += 1
            const resumed = await runSprk(target.args)
            expect(resumed, `after ${syscall} ${point}`).toMatchObject({ code: 0, stderr: '' })
            expect(outcomeOf(target.state, table), `after ${syscall} ${point}`).toEqual(expected)
            rmSync(join(target.state, '..', '..'), { recursive: true })
          }
        }
        await Promise.all(Array.from({ length: AT_ONCE }, work))
        expect(killed).toBe(counted.get(syscall))
      },
      300_000,
    )
  })
}

describe.skipIf(!straceAvailable || !kafkaAvailable)('recovery', () => {
  describeKills('merge', 2)
  if (process.env['SPRK_TEST_FULL'] === '1') describeKills('append', 5)
})
