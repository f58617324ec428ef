// What tests do to a real Kafka. Importing this file starts it, where it can be started:
//
//   describe.skipIf(!kafkaAvailable)('…', () => { … })

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Admin, type ITopicConfig, Kafka, logLevel, type Message, type Producer } from 'kafkajs'
import { afterAll, inject } from 'vitest'
import { javaOptions } from '../../scripts/kafka/broker.mjs'
import type { KafkaAnswer } from './kafka-global.ts'

const kafka = await findKafka()

/** How long a broker may take to do what was asked for, on a machine that has much else to do. */
const PATIENCE_MS = 30_000

/** False where there is no Java; tests are then skipped, and the run says so. */
export const kafkaAvailable = kafka !== undefined

/** False where there is no Java, though SPRK_TEST_BROKER may name a broker. */
export const javaToolsAvailable = typeof kafka?.jars === 'string'

/** The broker's address, `host:port`. */
export function bootstrap(): string {
  if (kafka === undefined) throw new Error('no Kafka: wrap the tests in describe.skipIf(!kafkaAvailable)')
  return kafka.address
}

/** A topic name that nobody else uses. */
export function topicName(prefix = 'test'): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`
}

/** Creates a topic and waits for its leaders; returns its name. */
export async function createTopic(
  topic = topicName(),
  numPartitions = 1,
  config: Readonly<Record<string, string>> = {},
): Promise<string> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await createTopics(await admin(), { topic, numPartitions, configEntries })
  return topic
}

/**
 * As {@link createTopic}, on any broker. A broker learns of a topic a moment after the controller, and leads it a moment
 * after that: kafkajs, which would wait for leaders, fails meanwhile.
 */
export async function createTopics(by: Admin, ...topics: ITopicConfig[]): Promise<void> {
  const created = await by.createTopics({ topics, waitForLeaders: false, timeout: PATIENCE_MS })
  if (!created) throw new Error(`topics exist already: ${topics.map(({ topic }) => topic)}`)
  for (const { topic, numPartitions, replicaAssignment } of topics) {
    const count = numPartitions ?? replicaAssignment?.length ?? 1
    await waitUntil(async () => (await by.fetchTopicOffsets(topic).catch(() => [])).length === count)
  }
}

/** Adds partitions to a topic, up to `count`, and waits for their leaders. */
export async function createPartitions(topic: string, count: number): Promise<void> {
  await (await admin()).createPartitions({ topicPartitions: [{ topic, count }], timeout: PATIENCE_MS })
  await waitUntil(async () => {
    await forgetClients()
    return (await offsets(topic).catch(() => [])).length === count
  })
}

/** Returns when the name is free. */
export async function deleteTopic(topic: string): Promise<void> {
  await (await admin()).deleteTopics({ topics: [topic], timeout: PATIENCE_MS })
  await waitUntil(async () => !(await (await admin()).listTopics()).includes(topic))
  await forgetClients()
}

/** An empty topic with a name that other tests may have used before. */
export async function recreateTopic(topic: string, numPartitions = 1): Promise<void> {
  const topics = await (await admin()).listTopics()
  if (topics.includes(topic)) await deleteTopic(topic)
  await createTopic(topic, numPartitions)
}

/** A message's value, or a whole message; the partition is 0 where none is named. */
export type TestMessage = string | Partial<Message>

/** Appends messages, acknowledged when it returns. */
export async function produce(topic: string, ...messages: readonly TestMessage[]): Promise<void> {
  await send(await producer(), topic, messages)
}

export interface Transaction {
  send(topic: string, ...messages: readonly TestMessage[]): Promise<void>
  /** Its markers are written soon after: wait with {@link waitForStableOffset}. */
  commit(): Promise<void>
  /** As {@link commit}. */
  abort(): Promise<void>
}

/** Opens a transaction of its own producer, so that several may overlap. */
export async function beginTransaction(): Promise<Transaction> {
  const owner = client().producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 })
  await owner.connect()
  const transaction = await owner.transaction()
  const end = async (how: 'commit' | 'abort') => {
    await transaction[how]()
    await owner.disconnect()
  }
  return {
    send: (topic, ...messages) => send(transaction, topic, messages),
    commit: () => end('commit'),
    abort: () => end('abort'),
  }
}

/** Per partition the log start and the last stable offset. */
export async function offsets(topic: string): Promise<{ start: number; stable: number }[]> {
  const answer = await (await admin()).fetchTopicOffsets(topic)
  return answer
    .sort((a, b) => a.partition - b.partition)
    .map(({ low, offset }) => ({ start: Number(low), stable: Number(offset) }))
}

/** Waits until the last stable offset of a partition is at least `offset`: a transaction's marker takes one too. */
export async function waitForStableOffset(topic: string, partition: number, offset: number): Promise<void> {
  await waitUntil(async () => ((await offsets(topic))[partition]?.stable ?? 0) >= offset)
}

/** Polls a condition; fails after `timeoutMs`. */
export async function waitUntil(condition: () => Promise<boolean> | boolean, timeoutMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Moves the log start of a partition up to `offset`. */
export async function deleteRecords(topic: string, partition: number, offset: number): Promise<void> {
  // kafkajs looks for the leader before it has asked for the topic's metadata.
  await offsets(topic)
  await (await admin()).deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
}

/** Runs one of Kafka's own tools, for example `org.apache.kafka.tools.ConsoleProducer`; returns its output. */
export async function javaTool(mainClass: string, args: readonly string[], stdin = ''): Promise<string> {
  if (typeof kafka?.jars !== 'string')
    throw new Error('no Java: wrap the tests in describe.skipIf(!javaToolsAvailable)')
  const child = spawn('java', [...javaOptions(kafka.jars, '-Xmx256m'), mainClass, ...args])
  child.stdin.on('error', () => {}).end(stdin)
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new Error(`${mainClass} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}

/** A kafkajs client, for what the functions here do not do; disconnect what you connect. */
export function client(): Kafka {
  return clientOf(bootstrap())
}

/** A kafkajs client of any broker. Where vitest runs it, kafkajs's delays grow to 1 s at most: 30 are half a minute. */
export function clientOf(address: string): Kafka {
  return new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 30 } })
}

let sharedAdmin: Promise<Admin> | undefined
let sharedProducer: Promise<Producer> | undefined

afterAll(forgetClients)

function admin(): Promise<Admin> {
  sharedAdmin ??= connected(client().admin())
  return sharedAdmin
}

function producer(): Promise<Producer> {
  sharedProducer ??= connected(client().producer())
  return sharedProducer
}

/** Clients of kafkajs neither look for new partitions nor get over a topic that is gone. */
async function forgetClients(): Promise<void> {
  const before = [sharedAdmin, sharedProducer]
  sharedAdmin = undefined
  sharedProducer = undefined
  for (const one of before) await (await one)?.disconnect()
}

async function connected<T extends Admin | Producer>(one: T): Promise<T> {
  await one.connect()
  return one
}

async function send(to: Pick<Producer, 'send'>, topic: string, messages: readonly TestMessage[]): Promise<void> {
  const whole = messages.map((message) => ({
    partition: 0,
    value: null,
    ...(typeof message === 'string' ? { value: message } : message),
  }))
  const answer = await to.send({ topic, messages: whole, acks: -1 })
  // kafkajs drops messages silently whose partition is not in its metadata.
  const expected = new Set(whole.map(({ partition }) => partition)).size
  if (answer.length !== expected) throw new Error(`${topic}: ${answer.length} of ${expected} partitions were written`)
}

async function findKafka(): Promise<{ address: string; jars: string | null } | undefined> {
  const context = inject('kafka')
  if (context.kind === 'missing') return undefined
  if (context.kind === 'given') return context
  // Not fetch(): its time limits are shorter than the first download of Kafka.
  const body = await new Promise<string>((resolve, reject) => {
    get(context.url, { agent: false }, (response) => text(response).then(resolve, reject)).on('error', reject)
  })
  const answer: KafkaAnswer = JSON.parse(body)
  if ('error' in answer) throw new Error(answer.error)
  return answer
}
