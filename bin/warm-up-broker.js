// @ts-check
// A Kafka broker of one small topic, for the runs that make-cache.js makes: it says just what these ask.
// The messages are described in kafka.apache.org/protocol; src/kafka/protocol/ has their other halves.
'use strict'

const { once } = require('node:events')
const { createServer } = require('node:net')

const HOST = '127.0.0.1'
const TOPIC_ID = Buffer.alloc(16, 7)

/**
 * Returns its port, and what ends it.
 *
 * @param {string} topic @param {readonly string[]} values
 */
async function startBroker(topic, values) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  const server = createServer((socket) => {
    sockets.add(socket)
    let unread = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      unread = Buffer.concat([unread, bytes])
      while (unread.length > 4 && unread.length >= 4 + unread.readInt32BE(0)) {
        const request = unread.subarray(4, 4 + unread.readInt32BE(0))
        unread = unread.subarray(4 + request.length)
        const answer = answerTo(request, topic, values, socket.localPort ?? 0)
        // After the correlation id; a request that is not expected ends the connection.
        if (answer === null) socket.destroy()
        else socket.write(pack('iix', 4 + answer.length, request.readInt32BE(4), answer))
      }
    })
  })
  await once(server.listen(0, HOST), 'listening')
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { port: address.port, close }
}

/** @param {Buffer} request @param {string} topic @param {readonly string[]} values @param {number} port */
function answerTo(request, topic, values, port) {
  const end = values.length
  switch (request.readInt16BE(0)) {
    case 1: {
      // Fetch 13. From behind, since what follows the offset has one length.
      const records = request.readBigInt64BE(request.length - 29) < end ? recordBatch(values) : Buffer.alloc(0)
      const head = pack('bihivxvihlll', 0, 0, 0, 0, 2, TOPIC_ID, 2, 0, 0, end, end, 0)
      return pack('xvivxbbb', head, 1, -1, records.length + 1, records, 0, 0, 0)
    }
    case 2: {
      // ListOffsets 5
      const isStart = request.readBigInt64BE(request.length - 8) === -2n
      return pack('iisiihlli', 0, 1, topic, 1, 0, 0, -1, isStart ? 0 : end, 0)
    }
    case 3: {
      // Metadata 12
      const cluster = pack('bivicivbci', 0, 0, 2, 1, HOST, port, 0, 0, 'warm-up', 1)
      const partition = pack('hiiivvvb', 0, 0, 1, 0, 1, 1, 1, 0)
      return pack('xvhcxbvxibb', cluster, 2, 0, topic, TOPIC_ID, 0, 2, partition, 0, 0, 0)
    }
    case 8: // OffsetCommit 7
      return pack('iisiih', 0, 1, topic, 1, 0, 0)
    case 9: // OffsetFetch 3
      return pack('iisiilshh', 0, 1, topic, 1, 0, -1, '', 0, 0)
    case 10: // FindCoordinator 1
      return pack('ihsisi', 0, 0, '', 1, HOST, port)
    case 18: // ApiVersions 2
      return pack('hixi', 0, VERSIONS.length, Buffer.concat(VERSIONS), 0)
    case 23: // OffsetForLeaderEpoch 3
      return pack('iisihiil', 0, 1, topic, 1, 0, 0, 0, end)
    default:
      return null
  }
}

/** The first and the last version of each API. */
const VERSIONS = [
  [1, 13],
  [2, 5],
  [3, 12],
  [8, 7],
  [9, 3],
  [10, 1],
  [18, 2],
  [23, 3],
].map(([key = 0, version = 0]) => pack('hhh', key, 0, version))

/** One batch with all of them. @param {readonly string[]} values */
function recordBatch(values) {
  const records = values.map((value, index) => {
    const body = pack('bzzzzxz', 0, 0, index, -1, Buffer.byteLength(value), Buffer.from(value), 0)
    return pack('zx', body.length, body)
  })
  const last = values.length - 1
  const checked = pack('hilllhiix', 0, last, 0, 0, -1, -1, -1, values.length, Buffer.concat(records))
  return pack('liibix', 0, checked.length + 9, 0, 2, crc32c(checked), checked)
}

/** CRC-32C, bit by bit. @param {Buffer} bytes */
function crc32c(bytes) {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc
}

/**
 * Values one behind the other, each of the type that its letter says: b, h, i, l integers of 1, 2, 4, 8 bytes, v an unsigned
 * varint, z a signed one, s a string, c a compact one, x bytes.
 *
 * @param {string} types @param {...(number | string | Buffer)} values
 */
function pack(types, ...values) {
  return Buffer.concat(values.map((value, index) => packed(types[index] ?? '', value)))
}

/** @param {string} type @param {any} value @returns {Buffer} */
function packed(type, value) {
  const bytes = Buffer.alloc(8)
  switch (type) {
    case 'b':
      return bytes.subarray(0, bytes.writeInt8(value))
    case 'h':
      return bytes.subarray(0, bytes.writeInt16BE(value))
    case 'i':
      return bytes.subarray(0, bytes.writeInt32BE(value))
    case 'l':
      return bytes.subarray(0, bytes.writeBigInt64BE(BigInt(value)))
    case 'v':
      return value < 128
        ? Buffer.from([value])
        : Buffer.concat([Buffer.from([(value & 127) | 128]), packed('v', value >> 7)])
    case 'z':
      return packed('v', value < 0 ? -2 * value - 1 : 2 * value)
    case 's':
      return pack('hx', Buffer.byteLength(value), Buffer.from(value))
    case 'c':
      return pack('vx', Buffer.byteLength(value) + 1, Buffer.from(value))
    case 'x':
      return value
    default:
      throw new Error(`no type ${type}`)
  }
}

module.exports = { startBroker }
