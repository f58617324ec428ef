// A backlog of ten million records takes no more memory than one of a million.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../bench/generate.mjs'
import { type Measurement, measure } from '../../bench/measure.mjs'
import { bootstrap, createTopic, deleteTopic, javaTool, javaToolsAvailable } from '../support/kafka.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const program = fileURLToPath(new URL('../../bin/sprk.js', import.meta.url))
const pipeline = fileURLToPath(new URL('../../bench/pipelines/count.yaml', import.meta.url))

describe.skipIf(!javaToolsAvailable || !FULL)('a backlog', () => {
  let folder: string
  let events: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-backlog-'))
    events = join(folder, 'events.txt')
    await writeFile(events, [...generate(20_000)].join('\n'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Of three runs, by memory: the kernel's peak of one process goes up and down by a few percent. */
  async function median(records: number): Promise<Measurement> {
    const topic = await createTopic()
    await javaTool('org.apache.kafka.tools.ProducerPerformance', [
      ...['--topic', topic, '--num-records', String(records), '--throughput', '-1', '--payload-file', events],
      ...['--producer-props', `bootstrap.servers=${bootstrap()}`, 'batch.size=500000', 'linger.ms=20'],
    ])
    const all: Measurement[] = []
    for (let run = 0; run < 3; run++) {
      const state = join(folder, `${topic}-${run}.db`)
      const env = { KAFKA_BROKERS: bootstrap(), BENCH_TOPIC: topic, BENCH_STATE: state }
      const { measurement } = await measure([process.execPath, program, 'run', pipeline, '--once'], env, true)
      const database = new Database(state, { readonly: true })
      expect(database.prepare('SELECT sum(count) FROM city_counts').pluck().get()).toBe(records)
      database.close()
      all.push(measurement)
    }
    await deleteTopic(topic)
    return all.sort((a, b) => (a.rssMb ?? 0) - (b.rssMb ?? 0))[1] as Measurement
  }

  test('of ten million records needs at most 10 % more memory than one of a million', async () => {
    const million = await median(1_000_000)
    const tenMillion = await median(10_000_000)
    console.log('1 M:', million, '10 M:', tenMillion)
    expect(tenMillion.rssMb).toBeLessThanOrEqual((million.rssMb ?? 0) * 1.1)
  }, 600_000)
})
