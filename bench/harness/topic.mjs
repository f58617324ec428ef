// @ts-check
// Fills the topics that the benchmarks read, each once for a broker.

import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { textOf, workloads } from '../workloads.mjs'

/** A partition gets its records in several record batches, however many partitions there are. */
const minBatchesPerPartition = 4

/** What one request carries, roughly. */
const maxRequestBytes = 1_000_000

/** How many records a topic has. @param {import('../cases.mjs').Topic} topic @param {number} records  those asked for */
export function recordsOf({ share }, records) {
  return Math.max(1, Math.round(records * share))
}

/**
 * @param {string} address
 * @param {import('../cases.mjs').Topic} topic
 * @param {number} records  those asked for
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its name
 */
export async function prepareTopic(address, topic, records, say) {
  const held = recordsOf(topic, records)
  const name = nameOf(topic, held)
  const kafka = kafkaAt(address)
  const admin = kafka.admin()
  await admin.connect()
  try {
    if (await isFull(admin, name, held)) return name
    say(`filling ${name} with ${held.toLocaleString('en')} records`)
    await create(admin, name, topic)
    await fill(kafka, name, topic, held)
    if (!(await isFull(admin, name, held))) throw new Error(`${name} does not hold ${held} records`)
    return name
  } finally {
    await admin.disconnect()
  }
}

/** Makes an empty topic of one partition. @param {string} address @param {string} name */
export async function createTopic(address, name) {
  const admin = kafkaAt(address).admin()
  await admin.connect()
  await create(admin, name, { partitions: 1, codec: 'uncompressed' })
  await admin.disconnect()
}

/** Deletes the topics whose names begin so. @param {string} address @param {string} prefix */
export async function deleteTopics(address, prefix) {
  const admin = kafkaAt(address).admin()
  await admin.connect()
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  await admin.disconnect()
}

/** @param {string} address */
export function kafkaAt(address) {
  return new kafkajs.Kafka({ brokers: [address], clientId: 'sprk-bench', logLevel: kafkajs.logLevel.NOTHING })
}

/** @param {import('../cases.mjs').Topic} topic @param {number} records */
function nameOf({ workload, partitions, codec }, records) {
  const parts = partitions === 1 ? '' : `-${partitions}-partitions`
  return `sprk-bench-${workload}${codec === 'uncompressed' ? '' : `-${codec}`}${parts}-${records}`
}

/** A topic that was filled by half is deleted. @param {kafkajs.Admin} admin @param {string} name @param {number} records */
async function isFull(admin, name, records) {
  if (!(await admin.listTopics()).includes(name)) return false
  const offsets = await admin.fetchTopicOffsets(name)
  const held = offsets.reduce((sum, { low, high }) => sum + (low === '0' ? Number(high) : Number.NaN), 0)
  if (held === records) return true
  await admin.deleteTopics({ topics: [name] })
  while ((await admin.listTopics()).includes(name)) await sleep(100)
  return false
}

/**
 * The broker compresses what comes, with the libraries that Java programs use.
 *
 * @param {kafkajs.Admin} admin @param {string} topic
 * @param {Pick<import('../cases.mjs').Topic, 'partitions' | 'codec'>} options
 */
async function create(admin, topic, { partitions, codec }) {
  const configEntries = [{ name: 'compression.type', value: codec }]
  const topics = [{ topic, numPartitions: partitions, configEntries }]
  await admin.createTopics({ topics, waitForLeaders: true, timeout: 60_000 })
  // Each partition answers: otherwise a first request is refused by some, and repeated for all.
  for (;;) {
    const offsets = await admin.fetchTopicOffsets(topic).catch(() => [])
    if (offsets.length === partitions) return
    await sleep(50)
  }
}

/** @param {kafkajs.Kafka} kafka @param {string} name @param {import('../cases.mjs').Topic} topic @param {number} records */
async function fill(kafka, name, { workload, partitions }, records) {
  const { events, perBatch } = workloads[workload]
  const batch = Math.min(perBatch, Math.ceil(records / partitions / minBatchesPerPartition))
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  /** @type {{value: string, partition: number}[]} */
  let messages = []
  let bytes = 0
  let sent = 0
  for (const event of events(records)) {
    const value = textOf(event)
    messages.push({ value, partition: Math.floor(sent / batch) % partitions })
    sent++
    bytes += value.length
    // Record batches of one partition in one request would become a single one.
    const isWhole = sent % batch === 0 && (partitions === 1 || bytes + batch * value.length > maxRequestBytes)
    if (!isWhole && sent < records) continue
    await producer.send({ topic: name, messages, acks: -1 })
    messages = []
    bytes = 0
  }
  await producer.disconnect()
}
