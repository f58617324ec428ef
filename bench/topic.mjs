// @ts-check
// Fills the topic that the benchmarks read: one partition, once for a broker.

import kafkajs from 'kafkajs'
import { emptyTally, generate } from './generate.mjs'

/** One record batch each. */
const recordsPerBatch = 5000

/**
 * @param {string} address
 * @param {number} records
 * @param {(line: string) => void} say
 */
export async function prepareTopic(address, records, say) {
  const topic = `sprk-bench-${records}`
  const kafka = new kafkajs.Kafka({ brokers: [address], clientId: 'sprk-bench', logLevel: kafkajs.logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const full = await isFull(admin, topic, records)
    if (!full) await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
    if (!full) say(`filling ${topic} with ${records.toLocaleString('en')} events`)
    const tally = await fill(kafka, topic, records, !full)
    if (!(await isFull(admin, topic, records))) throw new Error(`${topic} does not hold ${records} records`)
    return { topic, tally }
  } finally {
    await admin.disconnect()
  }
}

/** A topic that was filled by half is deleted. @param {kafkajs.Admin} admin @param {string} topic @param {number} records */
async function isFull(admin, topic, records) {
  if (!(await admin.listTopics()).includes(topic)) return false
  const [offsets] = await admin.fetchTopicOffsets(topic)
  if (offsets !== undefined && Number(offsets.low) === 0 && Number(offsets.high) === records) return true
  await admin.deleteTopics({ topics: [topic] })
  while ((await admin.listTopics()).includes(topic)) await new Promise((resolve) => setTimeout(resolve, 100))
  return false
}

/** Counts the events in any case: results are compared with it. @param {kafkajs.Kafka} kafka @param {string} topic @param {number} records @param {boolean} send */
async function fill(kafka, topic, records, send) {
  const tally = emptyTally()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  if (send) await producer.connect()
  /** @type {{value: string, partition: number}[]} */
  let messages = []
  let sent = 0
  for (const value of generate(records, tally)) {
    messages.push({ value, partition: 0 })
    sent++
    if (messages.length < recordsPerBatch && sent < records) continue
    if (send) await producer.send({ topic, messages, acks: -1 })
    messages = []
  }
  if (send) await producer.disconnect()
  return tally
}
