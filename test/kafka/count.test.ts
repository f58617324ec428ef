// Events on a real Kafka: the table that sprk makes equals recounts by programs that share no code with it.

import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../bench/generate.mjs'
import { javaOptions } from '../../scripts/kafka/broker.mjs'
import { kafkaJars } from '../../scripts/kafka/jars.mjs'
import {
  beginTransaction,
  bootstrap,
  createTopic,
  javaToolsAvailable,
  kafkaAvailable,
  offsets,
  produce,
  waitForStableOffset,
} from '../support/kafka.ts'
import { runSprk } from '../support/sprk.ts'

const EVENTS = process.env['SPRK_TEST_FULL'] === '1' ? 1_000_000 : 200_000
const PARTITIONS = 3

type Counts = readonly (readonly [string | null, number])[]

describe.skipIf(!kafkaAvailable)(`counting ${EVENTS} events by a nested field`, () => {
  let folder: string
  let topic: string
  let committed: number
  let table: Counts

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-count-'))
    topic = await createTopic(undefined, PARTITIONS)
    committed = await fill(topic)
    table = await count(folder, topic)
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('counts every committed record once', () => {
    expect(table.reduce((sum, [, n]) => sum + n, 0)).toBe(committed)
    expect(table.map(([city]) => city)).toEqual(['Berlin', 'London', 'New York', 'São Paulo', 'Tokyo', null, '東京'])
  })

  test.skipIf(!javaToolsAvailable)('equals the recount of what the Java consumer prints', async () => {
    const consumer = [
      ...javaOptions(await kafkaJars(() => {}), '-Xmx256m'),
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...['--bootstrap-server', bootstrap(), '--topic', topic, '--from-beginning'],
      ...['--isolation-level', 'read_committed', '--max-messages', String(committed), '--timeout-ms', '30000'],
    ]
    expect(await recount('java', consumer)).toEqual(table)
  })

  test.skipIf(spawnSync('kcat', ['-V']).status !== 0)('equals the recount of what kcat prints', async () => {
    const isolation = ['-X', 'isolation.level=read_committed']
    expect(await recount('kcat', ['-C', '-b', bootstrap(), '-t', topic, '-e', '-q', '-Z', ...isolation])).toEqual(table)
  })
})

/** Events, tombstones, keys, other alphabets, and transactions that were aborted while they overlapped. */
async function fill(topic: string): Promise<number> {
  let events: { value: string; partition: number }[] = []
  const flush = async () => {
    await produce(topic, ...events)
    events = []
  }
  for (const value of generate(EVENTS)) {
    if (events.push({ value, partition: Math.floor(events.length / 500) % PARTITIONS }) === 20_000) await flush()
  }
  await flush()
  const city = (name: string) => JSON.stringify({ properties: { city: name } })
  await produce(topic, { value: null, key: 'gone' }, { value: null, key: null }, { value: city('東京'), key: 'ключ' })

  const before = (await offsets(topic))[0]?.stable ?? 0
  const first = await beginTransaction()
  const second = await beginTransaction()
  const third = await beginTransaction()
  for (const transaction of [first, second, first, second]) await transaction.send(topic, city('never'))
  await third.send(topic, city('Tokyo'))
  await second.abort()
  await third.send(topic, city('東京'))
  await first.abort()
  await third.commit()
  await produce(topic, city('Berlin'))
  // Six records in transactions, a marker for each of the three, one record behind them.
  await waitForStableOffset(topic, 0, before + 10)
  return EVENTS + 3 + 2 + 1
}

async function count(folder: string, topic: string): Promise<Counts> {
  const pipeline = join(folder, 'count.yaml')
  await writeFile(
    pipeline,
    `name: count
source:
  kafka:
    brokers: ${bootstrap()}
    topics: [${topic}]
    startingOffsets: earliest
    format: json
transforms:
  - reduceByKey: {key: properties.city, values: {n: count(*)}}
sink:
  sqlite: {table: counts, mode: merge}
`,
  )
  const { code, stderr } = await runSprk(['run', pipeline, '--once'], { timeoutMs: 120_000 })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const database = new Database(join(folder, 'count.db'), { readonly: true })
  const rows = database.prepare('SELECT city, n FROM counts').raw().all() as [string | null, number][]
  database.close()
  return rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
}

async function recount(program: string, args: readonly string[]): Promise<Counts> {
  const consumer = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const counter = spawn(process.execPath, [fileURLToPath(new URL('../support/recount.mjs', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  consumer.stdout.pipe(counter.stdin)
  return JSON.parse(await text(counter.stdout))
}
