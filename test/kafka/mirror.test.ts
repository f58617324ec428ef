// `sprk run` tells a consumer group on a real broker how far it has come, as Kafka's own tools see it.

import { copyFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Admin, Consumer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/cli/system-clock.ts'
import { Brokers } from '../../src/kafka/client/brokers.ts'
import { GroupOffsets } from '../../src/kafka/group/group-offsets.ts'
import { PartitionMap } from '../../src/partition-map.ts'
import { kafkaView } from '../../src/sources/kafka/view.ts'
import { resultOf } from '../support/drain.ts'
import { FAKE_TOPIC, startFakeBroker } from '../support/fake-broker.ts'
import * as kafka from '../support/kafka.ts'
import { byKey } from '../support/partitions.ts'
import { encodeBatch } from '../support/record-batch.ts'
import { runSprk, startSprk } from '../support/sprk.ts'

const FULL = process.env['SPRK_TEST_FULL'] === '1'
const values = (n: number) => Array.from({ length: n }, (_, i) => `v${i}`)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sprk-mirror-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function pipelineOf(brokers: string, topic: string, ...options: readonly string[]): Promise<string> {
  const file = join(folder, 'pipeline.yaml')
  const source = [`brokers: ${brokers}`, `topics: [${topic}]`, 'startingOffsets: earliest', 'format: text', ...options]
  const kafkaLines = source.map((line) => `    ${line}`)
  const lines = [`name: ${topic}`, 'batchInterval: 100ms', 'source:', '  kafka:', ...kafkaLines, 'sink: discard']
  await writeFile(file, lines.join('\n'))
  return file
}

describe.skipIf(!kafka.kafkaAvailable)('the mirror of positions in a consumer group', () => {
  let admin: Admin
  let consumer: Consumer | undefined

  beforeAll(async () => {
    admin = kafka.client().admin()
    await admin.connect()
  })

  afterEach(async () => {
    await consumer?.disconnect()
    consumer = undefined
  })

  afterAll(() => admin.disconnect())

  const pipeline = (topic: string, ...options: readonly string[]) => pipelineOf(kafka.bootstrap(), topic, ...options)

  async function once(file: string, ...args: readonly string[]): Promise<string> {
    const { code, stderr } = await runSprk(['run', file, '--once', ...args])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return stderr
  }

  /** What stands beside offsets of the topic's pipeline. */
  function markOf(topic: string): string {
    const database = new Database(join(folder, `${topic}.db`), { readonly: true })
    const id = database.prepare("SELECT value FROM sprk_meta WHERE key = 'state_id'").pluck().get()
    database.close()
    return `sprk:${id}`
  }

  /** What the group holds: `partition offset metadata`, in order. */
  async function group(groupId: string, topic: string): Promise<string[]> {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
    const held = found?.partitions.filter(({ offset }) => offset !== '-1') ?? []
    return held.map(({ partition, offset, metadata }) => `${partition} ${offset} ${metadata}`).sort()
  }

  /** What commands see of the group. */
  async function kept(topic: string, groupId: string | null) {
    const options = { brokers: [kafka.bootstrap()], clientId: 'test', topics: [topic], groupId }
    const view = kafkaView({ ...options, startingOffsets: 'earliest', onDataLoss: 'fail' }, systemClock)
    const result = await resultOf(view.mirrored(new AbortController().signal))
    await view.close()
    return result
  }

  test('is what kafka-consumer-groups shows, and what is saved', async () => {
    const topic = await kafka.createTopic(undefined, 3)
    await kafka.produce(topic, ...values(5), { partition: 1, value: 'x' })
    const file = await pipeline(topic)
    expect(await once(file)).toBe('')
    const mark = markOf(topic)
    expect(await group(`sprk-${topic}`, topic)).toEqual([`0 5 ${mark}`, `1 1 ${mark}`, `2 0 ${mark}`])
    await kafka.produce(topic, ...values(2), { partition: 2, value: 'y' })
    if (kafka.javaToolsAvailable) {
      const args = ['--bootstrap-server', kafka.bootstrap(), '--describe', '--group', `sprk-${topic}`]
      const printed = await kafka.javaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', args)
      const rows = printed
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/).slice(1, 6).join(' '))
      expect(rows).toEqual([
        'TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG',
        `${topic} 0 5 7 2`,
        `${topic} 1 1 1 0`,
        `${topic} 2 0 1 1`,
      ])
    }
    expect(byKey((await kept(topic, `sprk-${topic}`)) ?? new PartitionMap())).toMatchObject({
      [`${topic}/0`]: { offset: 5, metadata: mark },
      [`${topic}/1`]: { offset: 1, metadata: mark },
      [`${topic}/2`]: { offset: 0, metadata: mark },
    })
    expect((await kept(topic, 'never-written'))?.size).toBe(0)
    expect(await kept(topic, null)).toBeNull()
    // A state file that is restored goes back, and the group with it.
    copyFileSync(join(folder, `${topic}.db`), join(folder, 'backup.db'))
    expect(await once(file)).toBe('')
    expect(await group(`sprk-${topic}`, topic)).toEqual([`0 7 ${mark}`, `1 1 ${mark}`, `2 1 ${mark}`])
    copyFileSync(join(folder, 'backup.db'), join(folder, `${topic}.db`))
    const slow = await pipeline(topic, 'maxRecordsPerBatch: 1')
    expect(await once(slow, '--max-batches', '1')).toBe('')
    expect(await group(`sprk-${topic}`, topic)).not.toContain(`0 7 ${mark}`)
  })

  test('is left alone where it is not wanted, and where nothing was committed', async () => {
    const topic = await kafka.createTopic()
    await kafka.produce(topic, ...values(5))
    expect(await once(await pipeline(topic, 'groupId: of-nobody', 'mirrorOffsets: false'))).toBe('')
    const file = await pipeline(topic, `groupId: named-${topic}`)
    expect(await once(file)).toBe('')
    expect(await group(`sprk-${topic}`, topic)).toEqual([])
    expect(await group(`named-${topic}`, topic)).toEqual([])
    // A commit that was not mirrored, also because of a kill, is mirrored with the next one.
    await kafka.produce(topic, 'more')
    expect(await once(file)).toBe('')
    expect(await group(`named-${topic}`, topic)).toEqual([`0 6 ${markOf(topic)}`])
  })

  test('is not written while the group has members', async () => {
    const topic = await kafka.createTopic()
    await kafka.produce(topic, ...values(5))
    const groupId = `sprk-${topic}`
    consumer = kafka.client().consumer({ groupId })
    await consumer.connect()
    await consumer.subscribe({ topic })
    const joined = new Promise((resolve) => consumer?.on('consumer.group_join', resolve))
    await consumer.run({ autoCommit: false, eachMessage: async () => {} })
    await joined
    const refusal = `kafka: progress is not mirrored: consumer group ${groupId} has members; name another \`groupId\`, or write \`mirrorOffsets: false\``
    expect(await once(await pipeline(topic))).toBe(`sprk: warning: ${refusal}\n`)
    expect(await group(groupId, topic)).toEqual([])
  })

  test.runIf(FULL && kafka.javaToolsAvailable)(
    'is not written while it has members of the newer protocol',
    async () => {
      const topic = await kafka.createTopic()
      await kafka.produce(topic, ...values(5))
      const groupId = `sprk-${topic}`
      const member = kafka.javaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
        ...['--bootstrap-server', kafka.bootstrap(), '--topic', topic, '--group', groupId, '--timeout-ms', '15000'],
        ...['--consumer-property', 'group.protocol=consumer', '--consumer-property', 'enable.auto.commit=false'],
      ])
      const isStable = async () => (await admin.listGroups()).groups.some((each) => each.groupId === groupId)
      await kafka.waitUntil(isStable, 15_000)
      expect(await once(await pipeline(topic))).toMatch(/^sprk: warning: .* has members; /)
      expect(await group(groupId, topic)).toEqual([])
      await member
    },
  )

  test('never sets back what others have brought further', async () => {
    const topic = await kafka.createTopic(undefined, 2)
    const groupId = `sprk-${topic}`
    await kafka.produce(topic, ...values(5), { partition: 1, value: 'x' })
    const others = new GroupOffsets(
      new Brokers({ brokers: [kafka.bootstrap()], clientId: 'others' }, systemClock),
      groupId,
    )
    await others.write([{ topic, partition: 0, offset: 9, leaderEpoch: null, metadata: 'theirs' }])
    await others.close()
    const file = await pipeline(topic)
    expect(await once(file)).toBe(
      `sprk: warning: kafka: progress is not mirrored: consumer group ${groupId} has offsets of others that are ahead: ${topic}/0 (9, here 5); name another \`groupId\`, or write \`mirrorOffsets: false\`\n`,
    )
    const mark = markOf(topic)
    expect(await group(groupId, topic)).toEqual(['0 9 theirs', `1 1 ${mark}`])
    await kafka.produce(topic, ...values(5))
    expect(await once(file)).toContain(`had offsets of others, now written over: ${topic}/0 (9, here 10)`)
    expect(await group(groupId, topic)).toEqual([`0 10 ${mark}`, `1 1 ${mark}`])
  })

  test('is told when a run starts and when it is stopped, too', async () => {
    const topic = await kafka.createTopic()
    await kafka.produce(topic, ...values(2))
    // As a kill between commit and mirror leaves it.
    expect(await once(await pipeline(topic, 'mirrorOffsets: false'))).toBe('')
    const running = startSprk(['run', await pipeline(topic), '-v'])
    const isTold = async () => (await group(`sprk-${topic}`, topic))[0] === `0 2 ${markOf(topic)}`
    await kafka.waitUntil(isTold, 30_000)
    for (const batchId of [2, 3]) {
      await kafka.produce(topic, 'more')
      await running.waitFor(new RegExp(`batch ${batchId}: `))
    }
    running.kill('SIGTERM')
    expect(await running.done).toMatchObject({ code: 0 })
    expect(await group(`sprk-${topic}`, topic)).toEqual([`0 4 ${markOf(topic)}`])
  })
})

describe('a broker that keeps no groups', () => {
  test('is read all the same', async () => {
    const batch = encodeBatch({ baseOffset: 0, records: values(3).map((value) => ({ value })) })
    const broker = await startFakeBroker({ partitions: [[batch]], end: 3 })
    try {
      const { code, stderr } = await runSprk(['run', await pipelineOf(broker.address, FAKE_TOPIC), '--once', '-v'])
      expect(code).toBe(0)
      expect(stderr).toContain('batch 1: 3 records')
      expect(stderr).toMatch(/warning: kafka: progress is not mirrored: .* sent a bad answer/)
    } finally {
      await broker.close()
    }
  })
})
