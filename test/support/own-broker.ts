// A real broker of a test's own, to be killed, stopped and started again.

import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import { type Broker, launch, startBroker, stopBroker, stopBrokerWithThisProcess } from '../../scripts/kafka/broker.mjs'
import { clientOf, createTopics, waitUntil } from './kafka.ts'

export interface OwnBroker {
  readonly address: string
  readonly client: Kafka
  /** The folder of its logs. */
  readonly data: string
  /** SIGKILL and SIGTERM end it: returns when it has ended. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** After its end. Returns when it answers. */
  restart(): Promise<void>
  createTopic(topic: string, numPartitions: number): Promise<void>
  /** Appends values, the nth to partition n modulo `partitions`. */
  produce(topic: string, partitions: number, values: readonly string[]): Promise<void>
  stop(): Promise<void>
}

export async function startOwnBroker(): Promise<OwnBroker> {
  let callOff = (): void => {}
  const onSpawn = (spawned: Broker) => {
    callOff = stopBrokerWithThisProcess(spawned)
  }
  let broker = await startBroker({ onSpawn })
  const { address } = broker
  const client = clientOf(address)
  return {
    address,
    client,
    data: join(broker.folder, 'data'),
    async signal(name) {
      process.kill(broker.pid, name)
      if (name === 'SIGKILL' || name === 'SIGTERM') await waitUntil(() => !isAlive(broker.pid))
    },
    async restart() {
      callOff()
      broker = await launch(broker, onSpawn)
    },
    async createTopic(topic, numPartitions) {
      const admin = client.admin()
      await admin.connect()
      await createTopics(admin, { topic, numPartitions })
      await admin.disconnect()
    },
    async produce(topic, partitions, values) {
      const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 })
      await producer.connect()
      for (let from = 0; from < values.length; from += 5000) {
        const part = values.slice(from, from + 5000)
        const messages = part.map((value, i) => ({ value, partition: (from + i) % partitions }))
        await producer.send({ topic, messages })
      }
      await producer.disconnect()
    },
    async stop() {
      callOff()
      await stopBroker(broker)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
