// A partition that moves to another broker of a real cluster while it is read.

import type { Kafka } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Broker, startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'
import { clientOf, createTopics, javaToolsAvailable, waitUntil } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { startSprk } from '../support/sprk.ts'
import { query } from '../support/sqlite.ts'

const RECORDS = 20_000

/** Two more brokers: in `npm test` a fake one moves its leaders. */
const isFull = process.env['SPRK_TEST_FULL'] === '1'

describe.skipIf(!isFull || !javaToolsAvailable)('a leader that moves to another real broker', () => {
  const brokers: Broker[] = []
  const callOffs: (() => void)[] = []
  let client: Kafka

  beforeAll(async () => {
    const onSpawn = (broker: Broker) => void callOffs.push(stopBrokerWithThisProcess(broker))
    const first = await startBroker({ onSpawn })
    brokers.push(first)
    brokers.push(await startBroker({ onSpawn, join: first }))
    client = clientOf(first.address)
  })

  afterAll(async () => {
    for (const callOff of callOffs) callOff()
    for (const broker of brokers.reverse()) await stopBroker(broker)
  })

  test('is followed: every record is counted once', async () => {
    const admin = client.admin()
    await admin.connect()
    const replicaAssignment = [{ partition: 0, replicas: [1] }]
    await createTopics(admin, { topic: 'events', replicaAssignment })
    await produce(RECORDS)

    const { path, state } = pipelineFile({
      topic: 'events',
      brokers: brokers.map(({ address }) => address).join(','),
      maxRecordsPerBatch: 1000,
    })
    const running = startSprk(['run', path, '--verbose'], { timeoutMs: 100_000 })
    await running.waitFor(/batch 2:/)
    await admin.alterPartitionReassignments({
      topics: [{ topic: 'events', partitionAssignment: [{ partition: 0, replicas: [2] }] }],
    })
    await waitUntil(async () => (await leader(admin)) === 2, 60_000)
    await produce(RECORDS)
    await waitUntil(() => query(state, 'SELECT next FROM sprk_offsets')[0]?.[0] === 2 * RECORDS, 60_000)
    running.kill('SIGTERM')
    expect((await running.done).code).toBe(0)
    expect(query(state, 'SELECT city, n FROM counts ORDER BY city')).toEqual([
      ['c0', RECORDS],
      ['c1', RECORDS],
    ])
    await admin.disconnect()
  })

  async function produce(count: number): Promise<void> {
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    for (let from = 0; from < count; from += 5000) {
      const messages = Array.from({ length: 5000 }, (_, i) => ({
        value: JSON.stringify({ city: `c${i % 2}` }),
        partition: 0,
      }))
      await producer.send({ topic: 'events', messages })
    }
    await producer.disconnect()
  }
})

async function leader(admin: ReturnType<Kafka['admin']>): Promise<number | undefined> {
  const { topics } = await admin.fetchTopicMetadata({ topics: ['events'] })
  return topics[0]?.partitions[0]?.leader
}
