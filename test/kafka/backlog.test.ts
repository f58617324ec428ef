// A backlog of ten million records keeps no more memory than one of a million.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../bench/generate.mjs'
import { type Measurement, measure } from '../../bench/measure.mjs'
import { bootstrap, createTopic, deleteTopic, javaTool, javaToolsAvailable } from '../support/kafka.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const hook = fileURLToPath(new URL('../support/kept-memory.cjs', import.meta.url))
const program = fileURLToPath(new URL('../../bin/sprk.js', import.meta.url))
const pipeline = fileURLToPath(new URL('../../bench/pipelines/count.yaml', import.meta.url))

/** `keptMb`: in use at the end, after a collection of garbage. */
type Memory = Measurement & { readonly keptMb: number }

describe.skipIf(!javaToolsAvailable || !FULL)('a backlog', () => {
  let folder: string
  let events: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-backlog-'))
    events = join(folder, 'events.txt')
    await writeFile(events, [...generate(20_000)].join('\n'))
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Of three runs, by the kernel's peak: that of one process goes up and down by a few percent. */
  async function median(records: number): Promise<Memory> {
    const topic = await createTopic()
    await javaTool('org.apache.kafka.tools.ProducerPerformance', [
      ...['--topic', topic, '--num-records', String(records), '--throughput', '-1', '--payload-file', events],
      ...['--producer-props', `bootstrap.servers=${bootstrap()}`, 'batch.size=500000', 'linger.ms=20'],
    ])
    const all: Memory[] = []
    for (let run = 0; run < 3; run++) {
      const state = join(folder, `${topic}-${run}.db`)
      const kept = `${state}.kept`
      const env = { KAFKA_BROKERS: bootstrap(), BENCH_TOPIC: topic, BENCH_STATE: state, KEPT_MEMORY: kept }
      const node = [process.execPath, '--expose-gc', '--require', hook]
      const { measurement } = await measure([...node, program, 'run', pipeline, '--once'], env, true)
      const database = new Database(state, { readonly: true })
      expect(database.prepare('SELECT sum(count) FROM city_counts').pluck().get()).toBe(records)
      database.close()
      all.push({ ...measurement, keptMb: Number(await readFile(kept, 'utf8')) / 2 ** 20 })
    }
    await deleteTopic(topic)
    return all.sort((a, b) => (a.rssMb ?? 0) - (b.rssMb ?? 0))[1] as Memory
  }

  // What V8 holds for garbage and for its compilers grows for some seconds, whatever there is to read: the peak has room for it.
  test('of ten million records keeps at most 10 % more memory than one of a million', async () => {
    const million = await median(1_000_000)
    const tenMillion = await median(10_000_000)
    console.log('1 M:', million, '10 M:', tenMillion)
    expect(tenMillion.keptMb).toBeLessThanOrEqual(million.keptMb * 1.1)
    expect(tenMillion.rssMb).toBeLessThanOrEqual((million.rssMb ?? 0) * 1.25)
  }, 600_000)
})
