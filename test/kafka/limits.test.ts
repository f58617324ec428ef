// A pipeline on a real broker that throttles it, and on one with a thousand partitions.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measure } from '../../bench/measure.mjs'
import { javaTool, javaToolsAvailable } from '../support/kafka.ts'
import { type OwnBroker, startOwnBroker } from '../support/own-broker.ts'
import { runSprk } from '../support/sprk.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const program = fileURLToPath(new URL('../../bin/sprk.js', import.meta.url))

describe.skipIf(!javaToolsAvailable || !FULL)('a pipeline', () => {
  let broker: OwnBroker
  let folder: string

  beforeAll(async () => {
    broker = await startOwnBroker()
    folder = await mkdtemp(join(tmpdir(), 'sprk-limits-'))
  })

  afterAll(async () => {
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function pipelineOf(topic: string): Promise<string> {
    const file = join(folder, `${topic}.yaml`)
    await writeFile(
      file,
      `name: ${topic}
source:
  kafka:
    brokers: ${broker.address}
    topics: [${topic}]
    startingOffsets: earliest
    format: text
transforms:
  - reduceByKey: {key: {partition: _metadata.partition}, values: {n: count(*)}}
sink:
  sqlite: {table: counts, mode: merge}
`,
    )
    return file
  }

  function counts(topic: string): unknown[] {
    const database = new Database(join(folder, `${topic}.db`), { readonly: true })
    const rows = database.prepare('SELECT partition, n FROM counts ORDER BY partition').raw().all()
    database.close()
    return rows
  }

  test('that a quota throttles is slow, silent and exact', async () => {
    await broker.createTopic('throttled', 2)
    await broker.produce(
      'throttled',
      2,
      Array.from({ length: 20_000 }, (_, i) => `${i}`.padEnd(1000, 'x')),
    )
    const quota = ['--alter', '--add-config', 'consumer_byte_rate=1000000', '--entity-type', 'clients']
    const args = ['--bootstrap-server', broker.address, ...quota, '--entity-default']
    await javaTool('org.apache.kafka.tools.ConfigCommand', args).catch(() =>
      javaTool('kafka.admin.ConfigCommand', args),
    )
    const startedAt = performance.now()
    const { code, stderr } = await runSprk(['run', await pipelineOf('throttled'), '--once'], { timeoutMs: 110_000 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(counts('throttled')).toEqual([
      [0, 10_000],
      [1, 10_000],
    ])
    // 20 MB at 1 MB/s, of which the broker allows 11 s at once; else it was not throttled at all.
    expect(performance.now() - startedAt).toBeGreaterThan(4000)
    await javaTool('kafka.admin.ConfigCommand', [
      ...['--bootstrap-server', broker.address, '--alter', '--delete-config', 'consumer_byte_rate'],
      ...['--entity-type', 'clients', '--entity-default'],
    ])
  })

  test('of a thousand partitions counts all of them', async () => {
    const partitions = 1000
    await broker.createTopic('wide', partitions)
    await broker.produce(
      'wide',
      partitions,
      Array.from({ length: 100 * partitions }, (_, i) => `${i}`),
    )
    const file = await pipelineOf('wide')
    const { measurement } = await measure([process.execPath, program, 'run', file, '--once', '--max-batches', '1'])
    const all = Array.from({ length: partitions }, (_, partition) => [partition, 100])
    expect(counts('wide')).toEqual(all)
    console.log('1,000 partitions, start to end of the first batch:', measurement)
    const { code, stderr } = await runSprk(['run', file, '--once'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(counts('wide')).toEqual(all)
  }, 240_000)
})
