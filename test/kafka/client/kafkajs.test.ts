// What is used of kafkajs beyond its types: a case for each, which fails when another version of it does that otherwise.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  failureOf,
  type KafkajsBroker,
  type KafkajsOptions,
  kafkajsBrokers,
  sendThrough,
} from '../../../src/kafka/client/kafkajs.ts'
import type { Sasl } from '../../../src/kafka/client/security.ts'
import { framedSocket } from '../../../src/kafka/client/socket.ts'
import { WireWriter } from '../../../src/kafka/protocol/bytes.ts'
import { type FakeBroker, startFakeBroker } from '../../support/fake-broker.ts'

const ECHO = 60
const SASL_HANDSHAKE = 17
const SASL_AUTHENTICATE = 36
/** An object of its own each: kafkajs may write into it. */
const credentials = (): Sasl => ({ mechanism: 'plain', username: 'alice', password: 'secret' })

let broker: FakeBroker
let opened: KafkajsBroker[]
let closers: (() => Promise<unknown>)[]
/** Ports that were connected to, in order. */
let ports: number[]
/** Memory that answers were read into. */
let memory: ArrayBufferLike[]

beforeEach(async () => {
  broker = await startFakeBroker({ partitions: [[]], end: 0 })
  broker.others.set(ECHO, (request) => Buffer.from(`echo ${request.string()}`))
  opened = []
  closers = [() => broker.close()]
  ports = []
  memory = []
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of opened) await each.disconnect()
  for (const close of closers) await close()
})

function makerOf(options: Partial<KafkajsOptions> = {}) {
  return kafkajsBrokers({
    clientId: 'test',
    connectTimeoutMs: 10_000,
    sasl: null,
    socket: (at) => {
      ports.push(at.port)
      const take = (length: number) => {
        const buffer = Buffer.allocUnsafeSlow(length)
        memory.push(buffer.buffer)
        return buffer
      }
      return framedSocket({ ...at, tls: null, take })
    },
    ...options,
  })
}

async function brokerAt(port: number, options: Partial<KafkajsOptions> = {}): Promise<KafkajsBroker> {
  const made = await makerOf(options)({ host: '127.0.0.1', port })
  opened.push(made)
  return made
}

async function connected(options: Partial<KafkajsOptions> = {}): Promise<KafkajsBroker> {
  const made = await brokerAt(broker.port, options)
  await made.connect()
  return made
}

function echo(through: KafkajsBroker, text: string): Promise<Buffer> {
  return sendThrough(through, ECHO, 0, new WireWriter().string(text).finish())
}

async function failureWhere(promise: Promise<unknown>) {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (reason: Error) => reason,
  )
  return failureOf(error)
}

/** A broker that asks for credentials: error codes of its answers, and the mechanisms that it offers. */
function askCredentials({ handshake = 0, mechanisms = ['PLAIN'], authenticate = 0 }) {
  const apis = [18, SASL_HANDSHAKE, SASL_AUTHENTICATE]
  const versions = new WireWriter().int16(0)
  versions.array(apis, (key) => versions.int16(key).int16(0).int16(0)).int32(0)
  const offered = new WireWriter().int16(handshake)
  offered.array(mechanisms, (name) => offered.string(name))
  const verdict = new WireWriter().int16(authenticate).string('wrong password').int32(0)
  broker.others.set(18, () => versions.finish())
  broker.others.set(SASL_HANDSHAKE, () => offered.finish())
  broker.others.set(SASL_AUTHENTICATE, () => verdict.finish())
}

describe('kafkajs', () => {
  it('hands out its cluster, and makes brokers of it, without connecting to anything', async () => {
    await brokerAt(broker.port)
    expect(ports).toEqual([])
  })

  it('connects to the address that is given, and asks only for versions', async () => {
    await connected()
    expect(ports).toEqual([broker.port])
    expect(broker.asked.map((asked) => asked.split(':')[0])).toEqual(['18'])
  })

  it('tells the versions by API key', async () => {
    const { versions } = await connected()
    expect(versions[1]).toEqual({ minVersion: 0, maxVersion: 13 })
    expect(versions[ECHO]).toBeUndefined()
  })

  it('sends a body as it is, and gives the answer after the correlation id', async () => {
    const made = await connected()
    expect((await echo(made, 'São Paulo')).toString()).toBe('echo São Paulo')
    expect(broker.asked.at(-1)).toBe(`${ECHO}:0`)
  })

  it('has a connection for what brokers hold, and another for everything else', async () => {
    const made = await connected()
    await echo(made, 'a')
    expect(ports).toHaveLength(1)
    broker.others.set(1, () => Buffer.from('fetched'))
    const fetched = () => sendThrough(made, 1, 11, Buffer.alloc(0))
    await Promise.all([fetched(), fetched()])
    await echo(made, 'b')
    expect(ports).toHaveLength(2)
  })

  it.each([1, 11, 14])('lets nothing wait behind a request that is held (API %i)', async (key) => {
    const made = await connected()
    let answer = (_: Buffer): void => {}
    broker.others.set(key, () => new Promise<Buffer>((resolve) => (answer = resolve)))
    const held = sendThrough(made, key, 5, Buffer.alloc(0))
    await vi.waitUntil(() => broker.asked.includes(`${key}:5`))
    expect((await echo(made, 'a')).toString()).toBe('echo a')
    answer(Buffer.from('late'))
    expect((await held).toString()).toBe('late')
  })

  it('leaves framing to the socket, and copies no answer', async () => {
    const made = await connected()
    for (const text of ['a', 'b', 'c']) {
      const answer = await echo(made, text)
      expect(answer.buffer).toBe(memory.at(-1))
      expect(answer.byteOffset).toBe(8)
    }
  })

  it('gives the answers to requests that are under way at once to whom they belong', async () => {
    const made = await connected()
    const texts = Array.from({ length: 20 }, (_, i) => `${i}`)
    const answers = await Promise.all(texts.map((text) => echo(made, text)))
    expect(answers.map(String)).toEqual(texts.map((text) => `echo ${text}`))
  })

  it('sets no timer while a request is under way, or between an answer and the next request', async () => {
    const intervals = vi.spyOn(globalThis, 'setInterval')
    const made = await connected()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await echo(made, 'a')
    await sleep(50) // kafkajs's own would have come every millisecond
    await echo(made, 'b')
    expect([...timers.mock.calls, ...intervals.mock.calls]).toEqual([])
  })

  it('lets requests wait while one of its own asks for that, and sends them', async () => {
    const made = await connected()
    const [connection] = made.connectionPool.pool
    if (connection === undefined) throw new Error('there is no connection')
    Object.assign(connection.requestQueue, { throttledUntil: Date.now() + 200 })
    const answer = echo(made, 'late')
    await expect.poll(() => connection.requestQueue.pending, { interval: 5 }).toHaveLength(1)
    expect((await answer).toString()).toBe('echo late')
  })

  it('takes answers without correlation ids while an old broker checks credentials', async () => {
    const port = await startOldBroker()
    const made = await brokerAt(port, { sasl: credentials() })
    await expect(made.connect()).resolves.toBeUndefined()
  })

  it('does not write into the credentials that it is given', async () => {
    askCredentials({})
    const sasl = credentials()
    await connected({ sasl })
    expect(broker.asked.map((asked) => asked.split(':')[0])).toEqual(['18', '17', '36'])
    expect(sasl).toEqual(credentials())
  })
})

describe('an error of kafkajs', () => {
  it('says that the broker closed the connection', async () => {
    const made = await connected()
    broker.others.set(ECHO, () => 'close')
    expect(await failureWhere(echo(made, 'a'))).toMatchObject({ kind: 'closed' })
  })

  it('says that the broker cannot be reached, and why', async () => {
    await broker.close()
    closers = []
    expect(await failureWhere(connected())).toMatchObject({
      kind: 'unreachable',
      code: 'ECONNREFUSED',
      message: expect.stringMatching(/^Connection error: connect ECONNREFUSED/),
      reason: expect.stringMatching(/^connect ECONNREFUSED/),
    })
  })

  it('says with which error the socket was destroyed', async () => {
    const sockets: Socket[] = []
    const socket: KafkajsOptions['socket'] = (at) => {
      sockets.push(framedSocket({ ...at, tls: null, take: Buffer.alloc }))
      return sockets[0] as Socket // just pushed
    }
    const made = await connected({ socket })
    broker.others.set(ECHO, () => {
      sockets[0]?.destroy(Object.assign(new Error('not ours'), { code: 'ERR_TEST' }))
      return Buffer.alloc(0)
    })
    expect(await failureWhere(echo(made, 'a'))).toEqual({
      kind: 'unreachable',
      code: 'ERR_TEST',
      message: 'Connection error: not ours',
      reason: 'not ours',
      offered: [],
    })
  })

  it('is one where there is no socket', async () => {
    const socket = () => {
      throw new Error('dropped')
    }
    const message = 'Failed to connect: dropped'
    expect(await failureWhere(connected({ socket }))).toMatchObject({ kind: 'other', message })
  })

  it('says that the port has no SASL', async () => {
    askCredentials({ handshake: 34 })
    expect(await failureWhere(connected({ sasl: credentials() }))).toMatchObject({ kind: 'no sasl' })
  })

  it.each([
    { handshake: 33, mechanisms: ['SCRAM-SHA-256'] },
    { handshake: 0, mechanisms: ['SCRAM-SHA-256'] },
  ])('says that the broker does not offer the mechanism (error $handshake)', async (answer) => {
    askCredentials(answer)
    expect(await failureWhere(connected({ sasl: credentials() }))).toMatchObject({ kind: 'no mechanism' })
  })

  it('says that credentials are not accepted, and what the broker says of them', async () => {
    askCredentials({ authenticate: 58 })
    const failure = await failureWhere(connected({ sasl: credentials() }))
    expect(failure).toMatchObject({ kind: 'credentials', reason: 'wrong password' })
  })

  it('is told from a bug', () => {
    expect(failureOf(new TypeError('x is not a function'))).toMatchObject({ kind: 'bug' })
  })
})

/** Before Kafka 1.0: after a handshake of Kafka's protocol, credentials go over the connection as they are. */
async function startOldBroker(): Promise<number> {
  const frame = (...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    const head = Buffer.alloc(4)
    head.writeInt32BE(body.length)
    return Buffer.concat([head, body])
  }
  const versions = new WireWriter().int16(0)
  versions.array([18, SASL_HANDSHAKE], (key) => versions.int16(key).int16(0).int16(0))
  const mechanisms = new WireWriter().int16(0)
  mechanisms.array(['PLAIN'], (name) => mechanisms.string(name))
  const answers = [versions.finish(), mechanisms.finish()]
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket
      .on('error', () => {})
      .on('data', (request: Buffer) => {
        const answer = answers.shift()
        socket.write(answer === undefined ? frame(Buffer.from('fine')) : frame(request.subarray(8, 12), answer))
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
