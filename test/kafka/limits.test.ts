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

  const COUNT = `transforms:
  - reduceByKey: {key: {partition: _metadata.partition}, values: {n: count(*)}}
`

  async function pipelineOf(topic: string, transforms = COUNT, mode = 'merge'): Promise<string> {
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
${transforms}sink:
  sqlite: {table: counts, mode: ${mode}}
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

  test('keeps the records of a batch within `maxBytesPerBatch`, however small they come: 800 MB in a heap of 512 MB', async () => {
    await broker.createTopic('compressed', 1)
    const producer = broker.client.producer()
    await producer.connect()
    const messages = Array.from({ length: 250 }, (_, i) => ({ value: `${i}`.padEnd(4000, 'x') }))
    for (let i = 0; i < 800; i++) await producer.send({ topic: 'compressed', compression: 1, messages })
    await producer.disconnect()
    const file = await pipelineOf('compressed', '', 'append')
    const command = [process.execPath, '--max-old-space-size=512', program, 'run', file, '--once']
    const { measurement } = await measure(command)
    console.log('800 MB of records in 5 MB of batches:', measurement)
    const database = new Database(join(folder, 'compressed.db'), { readonly: true })
    const rows = database.prepare('SELECT count(*), count(DISTINCT _rowid_) FROM counts').raw().all()
    database.close()
    expect(rows).toEqual([[200_000, 200_000]])
    // Less than the heap alone would be with all of them in one batch.
    expect(measurement.rssMb ?? 0).toBeLessThan(512)
  }, 240_000)
})
