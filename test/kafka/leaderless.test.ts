// A real cluster of two brokers, one of which is down: what it leads has no leader.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Broker, startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'
import { clientOf, createTopics, javaToolsAvailable } from '../support/kafka.ts'
import { pipelineFile } from '../support/pipeline-file.ts'
import { runSprk } from '../support/sprk.ts'

/** Two more brokers: in `npm test` fake ones stand for them (test/cli/leaderless.test.ts). */
const isFull = process.env['SPRK_TEST_FULL'] === '1'

describe.skipIf(!isFull || !javaToolsAvailable)('a real broker that is down', () => {
  const brokers: Broker[] = []
  const callOffs: (() => void)[] = []

  beforeAll(async () => {
    const onSpawn = (broker: Broker) => void callOffs.push(stopBrokerWithThisProcess(broker))
    const first = await startBroker({ onSpawn })
    brokers.push(first, await startBroker({ onSpawn, join: first }))
  })

  afterAll(async () => {
    for (const callOff of callOffs) callOff()
    for (const broker of brokers.reverse()) await stopBroker(broker)
  })

  test('costs the lag of its own partitions only, at once and when its partitions have no leader', async () => {
    const [first, second] = brokers as [Broker, Broker]
    const client = clientOf(first.address)
    const admin = client.admin()
    await admin.connect()
    const replicaAssignment = [1, 2].map((id, partition) => ({ partition, replicas: [id] }))
    await createTopics(admin, { topic: 'events', replicaAssignment })
    const producer = client.producer()
    await producer.connect()
    const messages = [0, 0, 0, 1].map((partition) => ({ partition, value: '{"city": "a"}' }))
    await producer.send({ topic: 'events', messages })
    await Promise.all([producer.disconnect(), admin.disconnect()])
    const { path } = pipelineFile({ topic: 'events', brokers: first.address })
    const lag = async () => /lag: .*/.exec((await runSprk(['status', path])).stdout)?.[0]
    expect(await lag()).toBe('lag: 4 offsets in 2 partitions')
    process.kill(second.pid, 'SIGKILL')
    await expect.poll(lag).toMatch(/^lag: 3 offsets in 1 of 2 partitions; not known of events\/1 \(/)
    await expect
      .poll(lag, { timeout: 60_000 })
      .toBe('lag: 3 offsets in 1 of 2 partitions; not known of events/1 (no leader)')
    const { code, stdout, stderr } = await runSprk(['offsets', 'show', path, '--timeout', '3s'])
    expect(code).toBe(0)
    expect(stderr).toContain('sprk: warning: not known, and in no total: events/1 (no leader)\n')
    expect(stdout).toMatch(/\ntotal +>= 3 /)
  })
})
