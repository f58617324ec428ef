// @ts-check
// Counts events by properties.city from a topic's start to its present end: kafkajs, JSON.parse, better-sqlite3. Counts and
// offsets are committed in one transaction, so that a restart neither loses nor repeats a record.
//
//   node citycount.mjs BROKER TOPIC FILE    with the versions of the package.json of the whole tree

import process from 'node:process'
import Database from 'better-sqlite3'
import kafkajs from 'kafkajs'

const maxBatch = 200_000
const [broker = '', topic = '', file = ''] = process.argv.slice(2)

const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec(`
  CREATE TABLE IF NOT EXISTS city_counts (city TEXT PRIMARY KEY, "count" INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);`)
const add = database.prepare(
  'INSERT INTO city_counts VALUES (?, ?) ON CONFLICT DO UPDATE SET "count" = "count" + excluded."count"',
)
const move = database.prepare('INSERT INTO offsets VALUES (?, ?) ON CONFLICT DO UPDATE SET next = excluded.next')

/** @type {Map<string, number>} since the last commit */
const counts = new Map()
const saved = /** @type {[number, number][]} */ (database.prepare('SELECT partition, next FROM offsets').raw().all())
/** @type {Map<number, number>} by partition */
const next = new Map(saved)
let records = 0

const commit = database.transaction(() => {
  for (const [city, count] of counts) add.run(city, count)
  for (const [partition, offset] of next) move.run(partition, offset)
})

const kafka = new kafkajs.Kafka({ brokers: [broker], clientId: 'citycount', logLevel: kafkajs.logLevel.ERROR })
const ends = await endsOf(topic)
if (ends.size > 0) await consume()
database.close()

/** The present ends of the partitions that are not read to there. @param {string} name */
async function endsOf(name) {
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(name)
  await admin.disconnect()
  const all = offsets.map(({ partition, high }) => /** @type {const} */ ([partition, Number(high)]))
  return new Map(all.filter(([partition, end]) => (next.get(partition) ?? 0) < end))
}

async function consume() {
  const consumer = kafka.consumer({ groupId: `citycount-${process.pid}`, maxBytesPerPartition: 8 << 20 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const done = new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    const eachBatch = async (/** @type {kafkajs.EachBatchPayload} */ { batch: { partition, messages } }) => {
      for (const message of messages) count(message)
      next.set(partition, Number(messages.at(-1)?.offset) + 1)
      records += messages.length
      if ((next.get(partition) ?? 0) >= (ends.get(partition) ?? 0)) ends.delete(partition)
      if (records >= maxBatch || ends.size === 0) {
        commit()
        counts.clear()
        records = 0
      }
      if (ends.size === 0) resolve(undefined)
    }
    consumer.run({ autoCommit: false, eachBatch }).catch(reject)
    for (const [partition, offset] of next) consumer.seek({ topic, partition, offset: String(offset) })
  })
  await done
  await consumer.disconnect()
}

/** @param {kafkajs.KafkaMessage} message */
function count({ value }) {
  const { city } = JSON.parse(String(value)).properties
  counts.set(city, (counts.get(city) ?? 0) + 1)
}
