// @ts-check
// The floor: fetches a topic's one partition through kafkajs's connection and drops the bytes. Of what comes only the
// headers of record batches are looked at, for the next offset. No program on this connection can be faster.
//
//   node bench/floor.mjs BROKER TOPIC    prints how many records and bytes there were

import process from 'node:process'
import kafkajs from 'kafkajs'

const maxBytes = 4 * 1024 * 1024
const waitMs = 500

const [address = '', topic = ''] = process.argv.slice(2)
const cluster = clusterOf(
  new kafkajs.Kafka({ brokers: [address], clientId: 'floor', logLevel: kafkajs.logLevel.ERROR }),
)
await cluster.connect()
await cluster.addMultipleTargetTopics([topic])
const [partition] = cluster.findTopicPartitionMetadata(topic)
const broker = await cluster.findBroker({ nodeId: String(partition.leader) })
const [from, until] = await Promise.all([listOffset('-2'), listOffset('-1')])
process.stdout.write(`${JSON.stringify({ records: until - from, bytes: await readAll(from, until) })}\n`)
await cluster.disconnect()

/**
 * One request is always on its way, as in any reader that hides the network.
 *
 * @param {number} from
 * @param {number} until
 */
async function readAll(from, until) {
  let bytes = 0
  let answer = from < until ? fetch(from) : undefined
  while (answer !== undefined) {
    const recordSet = recordSetOf(await answer)
    const next = offsetAfter(recordSet)
    answer = next < until ? fetch(next) : undefined
    bytes += recordSet.length
  }
  return bytes
}

/** @param {number} offset @returns {Promise<Buffer>} the answer of Fetch v11 behind the correlation id */
function fetch(offset) {
  return broker.connectionPool.send({
    request: { apiKey: 1, apiVersion: 11, apiName: 'Fetch', encode: async () => encoded(fetchRequest(offset)) },
    response: { decode: async (/** @type {Buffer} */ answer) => answer, parse: async (/** @type {Buffer} */ it) => it },
    requestTimeout: 30_000,
  })
}

/** All that kafkajs wants of an encoder. @param {Buffer} bytes */
function encoded(bytes) {
  return { buf: bytes, buffer: bytes }
}

/** @param {number} offset */
function fetchRequest(offset) {
  const name = Buffer.from(topic)
  const request = Buffer.alloc(69 + name.length)
  let at = 0
  const int32 = (/** @type {number} */ value) => {
    at = request.writeInt32BE(value, at)
  }
  int32(-1) // replica
  int32(waitMs)
  int32(1) // min bytes
  int32(maxBytes)
  at = request.writeInt8(1, at) // read_committed
  int32(0) // no session
  int32(-1)
  int32(1) // topics
  at = request.writeInt16BE(name.length, at)
  at += name.copy(request, at)
  int32(1) // partitions
  int32(partition.partitionId)
  int32(-1) // leader epoch
  at = request.writeBigInt64BE(BigInt(offset), at)
  at = request.writeBigInt64BE(-1n, at) // log start
  int32(maxBytes)
  int32(0) // forgotten topics
  request.writeInt16BE(0, at) // rack
  return request
}

/** @param {Buffer} answer */
function recordSetOf(answer) {
  const partitionAt = 4 + 2 + 4 + 4 + 2 + Buffer.byteLength(topic) + 4
  const errorCode = answer.readInt16BE(partitionAt + 4)
  if (errorCode !== 0) throw new Error(`Fetch: error ${errorCode}`)
  const abortedAt = partitionAt + 4 + 2 + 3 * 8
  const aborted = Math.max(0, answer.readInt32BE(abortedAt))
  const lengthAt = abortedAt + 4 + aborted * 16 + 4
  return answer.subarray(lengthAt + 4, lengthAt + 4 + answer.readInt32BE(lengthAt))
}

/** By the header of the last batch that came whole. @param {Buffer} recordSet */
function offsetAfter(recordSet) {
  let offset = -1
  for (let at = 0; at + 61 <= recordSet.length; ) {
    const end = at + 12 + recordSet.readInt32BE(at + 8)
    if (end > recordSet.length) break
    offset = Number(recordSet.readBigInt64BE(at)) + recordSet.readInt32BE(at + 23) + 1
    at = end
  }
  if (offset < 0) throw new Error('Fetch: no whole batch')
  return offset
}

/** @param {string} timestamp */
async function listOffset(timestamp) {
  const partitions = [{ partition: partition.partitionId, timestamp }]
  const { responses } = await broker.listOffsets({ isolationLevel: 1, topics: [{ topic, partitions }] })
  return Number(responses[0].partitions[0].offset)
}

/**
 * kafkajs hands its cluster, connections and all, to the factory of a consumer's assigner.
 *
 * @param {import('kafkajs').Kafka} kafka
 * @returns {any} more than kafkajs's types tell: `broker.connectionPool`, `broker.listOffsets`
 */
function clusterOf(kafka) {
  let found
  kafka.consumer({
    groupId: 'floor',
    readUncommitted: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster
        const protocol = () => ({ name: 'none', metadata: Buffer.alloc(0) })
        return { name: 'none', version: 0, assign: async () => [], protocol }
      },
    ],
  })
  return found
}
