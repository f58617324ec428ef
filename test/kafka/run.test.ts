// `sprk run` on a real broker: what it reads, and when, recounted by known numbers or by Kafka's own consumer.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foreignValues } from '../support/foreign.ts'
import * as kafka from '../support/kafka.ts'
import { type RunningSprk, runSprk, startSprk } from '../support/sprk.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'

describe.skipIf(!kafka.kafkaAvailable)('sprk run on a real broker', () => {
  let folder: string
  let running: RunningSprk | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-run-'))
  })

  afterEach(async () => {
    running?.kill('SIGKILL')
    await running?.done
    running = undefined
    await rm(folder, { recursive: true, force: true })
  })

  /** A pipeline that keeps every record's topic, partition, offset and the length of its value. */
  async function pipelineOf(read: string, startingOffsets = 'earliest'): Promise<string> {
    const file = join(folder, 'log.yaml')
    await writeFile(
      file,
      `name: log
source:
  kafka:
    brokers: ${kafka.bootstrap()}
    ${read}
    startingOffsets: ${startingOffsets}
    format: text
batchInterval: 100ms
transforms:
  - map:
      at: concat(_metadata.topic, '/', cast(_metadata.partition AS string))
      offset: _metadata.offset
      length: length(value)
      value: substring(value, 1, 20)
sink:
  sqlite: {table: log}
`,
    )
    return file
  }

  async function once(file: string): Promise<string> {
    const { code, stderr } = await runSprk(['run', file, '--once'], { timeoutMs: 60_000 })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return stderr
  }

  function table(columns: string): unknown[] {
    const path = join(folder, 'log.db')
    if (!existsSync(path)) return []
    const database = new Database(path, { readonly: true })
    const rows = database.prepare(`SELECT ${columns} FROM log ORDER BY at, "offset"`).raw().all()
    database.close()
    return rows.map((row) => (columns.includes(',') ? row : (row as unknown[])[0]))
  }

  /** The table holds what another client reads. */
  function expectRecounted(...topics: readonly string[]): void {
    const values = table('value').map(String).sort()
    expect(values).toEqual(foreignValues(topics) ?? values)
  }

  async function stop(): Promise<void> {
    running?.kill('SIGTERM')
    expect((await running?.done)?.code).toBe(0)
  }

  test('waits at an open transaction, and goes on when it is ended', async () => {
    const topic = await kafka.createTopic()
    await kafka.produce(topic, 'before')
    const [open, aborted] = [await kafka.beginTransaction(), await kafka.beginTransaction()]
    await aborted.send(topic, 'never')
    await open.send(topic, 'within')
    await aborted.send(topic, 'never')
    await kafka.produce(topic, 'after')
    await aborted.abort()
    const file = await pipelineOf(`topics: [${topic}]`)
    expect(await once(file)).toBe('')
    expect(table('value')).toEqual(['before'])
    running = startSprk(['run', file], { timeoutMs: 60_000 })
    await open.send(topic, 'within, later')
    await open.commit()
    await kafka.waitUntil(() => table('value').length === 4)
    expect(table('value')).toEqual(['before', 'within', 'after', 'within, later'])
    expectRecounted(topic)
    await stop()
  })

  test('reads messages of 10 MiB', async () => {
    const topic = await kafka.createTopic(undefined, 2, { 'max.message.bytes': '20000000' })
    const size = 10 * 1024 * 1024
    for (let i = 0; i < 2; i++) {
      for (const partition of [0, 1]) {
        await kafka.produce(topic, { partition, value: 'x'.repeat(size + i) }, { partition, value: 'small' })
      }
    }
    expect(await once(await pipelineOf(`topics: [${topic}]`))).toBe('')
    expect(table('length')).toEqual([0, 1].flatMap(() => [size, 5, size + 1, 5]))
    const lengths = foreignValues([topic])?.map(({ length }) => length)
    expect(table('length').map(Number).sort()).toEqual(lengths?.sort() ?? expect.anything())
  })

  test('meets topics and partitions between two runs, from their beginning', async () => {
    const prefix = kafka.topicName('met')
    const file = await pipelineOf(`topicPattern: ${prefix}-.*`, 'latest')
    expect(await once(file)).toBe(`sprk: warning: kafka: no topic matches topicPattern ${prefix}-.* yet\n`)
    const first = await kafka.createTopic(`${prefix}-a`)
    await kafka.produce(first, 'a0')
    expect(await once(file)).toBe('')
    await kafka.createPartitions(first, 2)
    const second = await kafka.createTopic(`${prefix}-b`)
    await kafka.produce(first, 'a1', { partition: 1, value: 'a2' })
    await kafka.produce(second, 'b0')
    expect(await once(file)).toBe('')
    expect(table('at, value')).toEqual([
      [`${first}/0`, 'a0'],
      [`${first}/0`, 'a1'],
      [`${first}/1`, 'a2'],
      [`${second}/0`, 'b0'],
    ])
    expectRecounted(first, second)
    // A topic that vanished is no fault, and its position stays for when it comes back.
    await kafka.deleteTopic(second)
    expect(await once(file)).toBe('')
  })

  test.runIf(FULL)('meets partitions and topics while it runs', async () => {
    const prefix = kafka.topicName('met')
    const first = await kafka.createTopic(`${prefix}-a`)
    running = startSprk(['run', await pipelineOf(`topicPattern: ${prefix}-.*`), '-v'], { timeoutMs: 110_000 })
    await kafka.produce(first, 'a0')
    await kafka.waitUntil(() => table('value').length === 1)
    await kafka.createPartitions(first, 2)
    const second = await kafka.createTopic(`${prefix}-b`)
    await kafka.produce(first, 'a1', { partition: 1, value: 'a2' })
    await kafka.produce(second, 'b0')
    await kafka.waitUntil(() => table('value').length === 4, 60_000)
    expect(table('value')).toEqual(['a0', 'a1', 'a2', 'b0'])
    expectRecounted(first, second)
    await stop()
    expect((await running.done).stderr).toContain(`kafka: new, read from the beginning: ${first}/1, ${second}/0`)
  })

  test.runIf(FULL && kafka.javaToolsAvailable)(
    'reads a compacted topic with transactions as the Java consumer does',
    async () => {
      const quickly = { 'cleanup.policy': 'compact', 'segment.ms': '50', 'min.cleanable.dirty.ratio': '0' }
      const topic = await kafka.createTopic(undefined, 1, quickly)
      for (let round = 0; round < 20; round++) {
        const [committed, aborted] = [await kafka.beginTransaction(), await kafka.beginTransaction()]
        const keyed = (name: string) =>
          ['a', 'b', 'c', `${round}`].map((key) => ({ key, value: `${name}${round}.${key}` }))
        for (const message of keyed('c')) await committed.send(topic, message)
        for (const message of keyed('x')) await aborted.send(topic, message)
        await aborted.abort()
        await committed.commit()
      }
      const args = [
        '--bootstrap-server',
        kafka.bootstrap(),
        '--topic',
        topic,
        '--from-beginning',
        '--timeout-ms',
        '10000',
      ]
      const consumer = [...args, '--isolation-level', 'read_committed', '--formatter-property', 'print.offset=true']
      const file = await pipelineOf(`topics: [${topic}]`)
      const recount = async () => {
        const text = await kafka.javaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', consumer)
        return text
          .trim()
          .split('\n')
          .map((line) => line.replace('Offset:', '').split('\t'))
      }
      // The cleaner goes on while both read: until it does not change what they see.
      await kafka.waitUntil(async () => {
        const before = await recount()
        await rm(join(folder, 'log.db'), { force: true })
        expect(await once(file)).toBe('')
        if (JSON.stringify(await recount()) !== JSON.stringify(before) || before.length > 60 || before.length < 2)
          return false
        expect(table('"offset", value').map((row) => (row as unknown[]).map(String))).toEqual(before)
        return true
      }, 90_000)
    },
  )
})
