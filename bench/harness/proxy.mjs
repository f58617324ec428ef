// @ts-check
// A far broker: a proxy before one that hands on everything after half a round trip, in both directions.

import { createServer, connect as tcpConnect } from 'node:net'

/**
 * @typedef {object} Proxy
 * @property {string} address
 * @property {() => boolean} isUsed  whether an answer named the broker, so that clients come here for records
 * @property {() => void} close      ends its connections too
 */

/**
 * Answers name the broker's own address; the proxy writes its own there, or clients would go around it. A new connection
 * waits one round trip more before its first bytes, as for a handshake.
 *
 * @param {string} broker        host:port, the host an IPv4 address or a name, as the broker advertises it
 * @param {number} roundTripMs
 * @returns {Promise<Proxy>}
 */
export async function startProxy(broker, roundTripMs) {
  const colon = broker.lastIndexOf(':')
  const [host, port] = [broker.slice(0, colon), Number(broker.slice(colon + 1))]
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  let isUsed = false
  const server = createServer((near) => {
    const far = tcpConnect(port, host)
    for (const socket of [near.setNoDelay(), far.setNoDelay()]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    }
    delay(near, far, roundTripMs / 2, roundTripMs)
    delay(far, near, roundTripMs / 2, 0, (bytes) => {
      if (rename(bytes, host, port, portOf(server))) isUsed = true
      return bytes
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  return {
    address: `${host}:${portOf(server)}`,
    isUsed: () => isUsed,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * @param {import('node:net').Socket} from @param {import('node:net').Socket} to
 * @param {number} delayMs @param {number} firstMs  more for what comes at first
 * @param {(bytes: Buffer) => Buffer} change
 */
function delay(from, to, delayMs, firstMs, change = (bytes) => bytes) {
  const openAt = performance.now() + firstMs
  /** @type {{dueAt: number, act: () => void}[]} */
  const queue = []
  // One timer at a time: those of different lengths do not keep the order.
  const wait = () => setTimeout(act, Math.max(0, (queue[0]?.dueAt ?? 0) - performance.now()))
  const act = () => {
    while (queue[0] !== undefined && queue[0].dueAt <= performance.now()) queue.shift()?.act()
    if (queue.length > 0) wait()
  }
  const later = (/** @type {() => void} */ act) => {
    if (delayMs === 0) return act()
    queue.push({ dueAt: Math.max(performance.now(), openAt) + delayMs, act })
    if (queue.length === 1) wait()
  }
  from.on('data', (bytes) => later(() => to.writable && to.write(change(bytes))))
  from.on('close', () => later(() => to.destroy()))
}

/**
 * A broker's host in a metadata answer is a text that its port follows, as 32 bits; no event has such bytes.
 *
 * @param {Buffer} bytes @param {string} host @param {number} port @param {number} own
 */
function rename(bytes, host, port, own) {
  let isFound = false
  const name = Buffer.alloc(host.length + 4)
  name.write(host, 'latin1')
  name.writeInt32BE(port, host.length)
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1)) {
    bytes.writeInt32BE(own, at + host.length)
    isFound = true
  }
  return isFound
}

/** @param {import('node:net').Server} server */
function portOf(server) {
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}
