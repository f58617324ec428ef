// Cases of Spark's ReliableKafkaStreamSuite, with the log on and off: `createStream` is receiver mode here. One thing differs: Spark
// commits the offset of the last record (29), as ZooKeeper's consumers did; Kafka's commit the next one (30), and so does sprk.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as kafka from '../support/kafka.ts'
import { runSprk } from '../support/sprk.ts'

const DATA = { a: 10, b: 10, c: 10 }

describe.skipIf(!kafka.kafkaAvailable)('ReliableKafkaStreamSuite', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sprk-reliable-'))
  })

  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function topicWithData(): Promise<string> {
    const topic = await kafka.createTopic(kafka.topicName('reliable'), 1)
    const values = Object.entries(DATA).flatMap(([value, times]) => Array.from({ length: times }, () => value))
    await kafka.produce(topic, ...values.map((value) => ({ value, partition: 0 })))
    return topic
  }

  /** Reads all there is, counts by topic and value, and says where the group stands. */
  async function received(topics: readonly string[], isLogOn: boolean) {
    const [group = ''] = topics
    expect(await committed(group, topics)).toEqual(topics.map(() => '-1'))
    const file = join(folder, 'counts.yaml')
    await writeFile(
      file,
      `name: counts
source:
  kafka:
    brokers: ${kafka.bootstrap()}
    topics: [${topics.join(', ')}]
    groupId: ${group}
    startingOffsets: earliest
    format: text
    mode: receiver
    receiver:
      writeAheadLog: ${isLogOn}
      threads: {${topics.map((topic) => `${topic}: 1`).join(', ')}}
transforms:
  - reduceByKey:
      key: {topic: _metadata.topic, value: value}
      values: {count: count(*)}
sink:
  sqlite: {table: counts, mode: merge}
`,
    )
    const { code, stderr } = await runSprk(['run', file, '--once'], { timeoutMs: 60_000 })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const database = new Database(join(folder, 'counts.db'), { readonly: true })
    const counts = database.prepare('SELECT topic, value, "count" FROM counts ORDER BY topic, value').raw().all()
    const blocks = database.prepare('SELECT count(*) FROM sprk_blocks').pluck().get()
    database.close()
    return { counts, blocks, offsets: await committed(group, topics) }
  }

  async function committed(groupId: string, topics: readonly string[]): Promise<string[]> {
    const admin = kafka.client().admin()
    await admin.connect()
    const offsets = await admin.fetchOffsets({ groupId, topics: [...topics] })
    await admin.disconnect()
    return topics.map((topic) => offsets.find((each) => each.topic === topic)?.partitions[0]?.offset ?? '-1')
  }

  const countsOf = (topics: readonly string[]) =>
    [...topics].sort().flatMap((topic) => Object.entries(DATA).map(([value, count]) => [topic, value, count]))

  test.each([true, false])('Reliable Kafka input stream with single topic (log on: %s)', async (isLogOn) => {
    const topics = [await topicWithData()]
    expect(await received(topics, isLogOn)).toEqual({ counts: countsOf(topics), blocks: 0, offsets: ['30'] })
  })

  test('Reliable Kafka input stream with multiple topics', async () => {
    const topics = [await topicWithData(), await topicWithData(), await topicWithData()]
    const offsets = ['30', '30', '30']
    expect(await received(topics, true)).toEqual({ counts: countsOf(topics), blocks: 0, offsets })
  })
})
