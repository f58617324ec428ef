// What is used of kafkajs: TCP connections and the versions that a broker speaks. The only file that imports it, and that
// knows its insides and its errors; each thing that is reached into has a test that fails when kafkajs changes.
//
// Its metadata, retries, timers and framing are left aside: its metadata fails as a whole where one partition has no
// leader, it copies every answer, and its idle connections wake up a thousand times a second.

import type { Socket } from 'node:net'
import { LENGTH_BYTES } from './framer.ts'
import type { Sasl } from './security.ts'

export interface KafkajsOptions {
  readonly clientId: string
  readonly connectTimeoutMs: number
  readonly sasl: Sasl | null
  socket(at: { readonly host: string; readonly port: number; readonly onConnect: () => void }): Socket
}

/** A broker and its connections: one for requests that it may hold for long, one for everything else. */
export interface KafkajsBroker {
  /** By API key; known when it is connected. */
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>
  connect(): Promise<void>
  disconnect(): Promise<void>
  readonly connectionPool: KafkajsPool
}

/** What is used of kafkajs 2.2.4, whose insides these are; the version is pinned. */
export interface KafkajsCluster {
  readonly connectionPoolBuilder: { build(at: { host: string; port: number }): Promise<KafkajsPool> }
  readonly rootLogger: unknown
  readonly brokerPool: { createBroker(options: { connectionPool: KafkajsPool; logger: unknown }): KafkajsBroker }
}
export interface ClusterOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly connectionTimeout: number
  readonly enforceRequestTimeout: boolean
  readonly logger: Logger
  readonly sasl: object | undefined
  readonly socketFactory: KafkajsOptions['socket']
}
interface Logger {
  namespace(name: string): Logger
  error(): void
  warn(): void
  info(): void
  debug(): void
}
interface KafkajsPool {
  /** For everything else, for requests that are held. */
  readonly pool: readonly KafkajsConnection[]
  getConnection(index: number): Promise<KafkajsConnection>
  getConnectionByRequest(request: { readonly request: { readonly apiKey: number } }): Promise<KafkajsConnection>
  send(request: object): Promise<Buffer>
}
interface KafkajsConnection {
  /** Not null while credentials are exchanged with a broker before Kafka 1.0, whose answers have no correlation id. */
  readonly authHandlers: object | null
  readonly sasl: { readonly mechanism: string } | null
  /** Milliseconds until a broker wants credentials again (KIP-368), a Long; 0: it never does. */
  readonly sessionLifetime: { toNumber(): number }
  readonly requestQueue: {
    readonly pending: readonly unknown[]
    scheduleCheckPendingRequests(): void
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void
  }
  connect(): Promise<unknown>
  processData(bytes: Buffer): void
  send(message: Message): Promise<unknown>
}
interface Message {
  readonly request: { readonly apiKey: number }
  readonly response: { parse(answer: object): Promise<unknown> }
}

/**
 * What a broker may hold for long: Fetch, JoinGroup, SyncGroup. It serves one request of a connection after the other, so
 * that heartbeats and commits would wait behind these.
 */
const HELD = new Set([1, 11, 14])

/** Returns what makes a broker at an address, not connected yet. Loads kafkajs for the first one. */
export function kafkajsBrokers(
  options: KafkajsOptions,
): (at: { host: string; port: number }) => Promise<KafkajsBroker> {
  let cluster: Promise<KafkajsCluster> | null = null
  return async (at) => {
    cluster ??= loadCluster(options)
    const { connectionPoolBuilder, brokerPool, rootLogger } = await cluster
    const connectionPool = await connectionPoolBuilder.build(at)
    for (const connection of connectionPool.pool) {
      bypass(connection)
      renewInTime(connection)
      tellMechanisms(connection)
      connectOnce(connection)
    }
    connectionPool.getConnectionByRequest = ({ request }) => {
      return connectionPool.getConnection(HELD.has(request.apiKey) ? 1 : 0)
    }
    return brokerPool.createBroker({ connectionPool, logger: rootLogger })
  }
}

/** Not by `new Kafka`, which also loads producers, consumers and what administers: half of kafkajs. */
async function loadCluster(options: KafkajsOptions): Promise<KafkajsCluster> {
  const { default: Cluster } = await import('kafkajs/src/cluster/index.js')
  const { clientId, connectTimeoutMs, sasl, socket } = options
  const settings: ClusterOptions = {
    brokers: ['unused:1'],
    clientId,
    connectionTimeout: connectTimeoutMs,
    enforceRequestTimeout: false,
    logger: SILENT,
    // A copy, since kafkajs writes into it. TLS is what the socket does.
    sasl: sasl === null ? undefined : { ...sasl },
    socketFactory: ({ host, port, onConnect }) => socket({ host, port, onConnect }),
  }
  return new Cluster(settings)
}

const SILENT: Logger = {
  namespace: () => SILENT,
  error() {},
  warn() {},
  info() {},
  debug() {},
}

/** Sends a request of ours; returns the answer after the correlation id. */
export function sendThrough(broker: KafkajsBroker, apiKey: number, apiVersion: number, body: Buffer): Promise<Buffer> {
  const asItIs = async (bytes: Buffer) => bytes
  return broker.connectionPool.send({
    request: { apiKey, apiVersion, apiName: `api ${apiKey}`, encode: async () => ({ buf: body, buffer: body }) },
    response: { decode: asItIs, parse: asItIs },
    logResponseError: false,
  })
}

/** The broker has SASL, but not with our mechanism. */
export class MechanismError extends Error {
  override readonly name = 'MechanismError'
  /** As the broker writes them. */
  readonly offered: readonly string[]

  constructor(offered: readonly string[]) {
    super(`mechanisms: ${offered.join(', ')}`)
    this.offered = offered
  }
}

/** What an error says about a connection, whether kafkajs, the system or TLS found it. */
export interface Failure {
  /** `credentials`: not accepted; `other`: another one of kafkajs; `bug`: none of kafkajs, and no reason to try again. */
  readonly kind: 'closed' | 'unreachable' | 'no sasl' | 'no mechanism' | 'credentials' | 'other' | 'bug'
  /** Of the system, of OpenSSL, or of the socket. */
  readonly code: string
  readonly message: string
  /** The message without what kafkajs puts before it. */
  readonly reason: string
  /** Of `no mechanism`: the mechanisms that the broker has, as it writes them; empty where it does not say. */
  readonly offered: readonly string[]
}

export function failureOf(error: Error): Failure {
  const { code = '' } = error as { code?: unknown }
  const { message } = error
  const reason = message.replace(/^(Connection error: |SASL .*? failed: )/, '')
  const offered = error instanceof MechanismError ? error.offered : []
  return { kind: kindOf(error, code), code: String(code), message, reason, offered }
}

function kindOf(error: Error, code: unknown): Failure['kind'] {
  const { type } = error as { type?: unknown }
  if (error instanceof MechanismError) return 'no mechanism'
  if (type === 'ILLEGAL_SASL_STATE') return 'no sasl'
  if (type === 'UNSUPPORTED_SASL_MECHANISM' || /mechanism is not supported/.test(error.message)) return 'no mechanism'
  if (error.name === 'KafkaJSSASLAuthenticationError') return 'credentials'
  if (error.name === 'KafkaJSConnectionClosedError') return 'closed'
  if (error.name === 'KafkaJSConnectionError' && typeof code === 'string' && code !== '') return 'unreachable'
  return error.name.startsWith('KafkaJS') ? 'other' : 'bug'
}

/** Leads whole frames past kafkajs's own framing, and stops its timer while no request waits. */
function bypass(connection: KafkajsConnection): void {
  const { requestQueue } = connection
  const processData = connection.processData.bind(connection)
  connection.processData = (frame) => {
    if (connection.authHandlers !== null) return processData(frame)
    const correlationId = frame.readInt32BE(LENGTH_BYTES)
    requestQueue.fulfillRequest({ correlationId, payload: frame.subarray(LENGTH_BYTES + 4), size: frame.length })
  }
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue)
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule()
  }
}

const MAX_THRESHOLD_MS = 10_000

/**
 * kafkajs proves who we are again, before a request, where a session ends within so many milliseconds. Its own 10 s are
 * more than the whole of a short session: it did so before every request, and brokers allow that once a second.
 */
function renewInTime(connection: KafkajsConnection): void {
  Object.defineProperty(connection, 'reauthenticationThreshold', {
    get: () => Math.min(MAX_THRESHOLD_MS, connection.sessionLifetime.toNumber() / 4),
  })
}

/** Those who ask while it connects wait for the same attempt: kafkajs would make another one. */
function connectOnce(connection: KafkajsConnection): void {
  const connect = connection.connect.bind(connection)
  let underWay: Promise<unknown> | null = null
  connection.connect = () => {
    underWay ??= connect().finally(() => {
      underWay = null
    })
    return underWay
  }
}

/** Connects for requests that are held, too, without waiting for it; where that fails, the first of them tries again. */
export function connectForHeld({ connectionPool }: KafkajsBroker): void {
  connectionPool.getConnection(1).catch(() => {})
}

const SASL_HANDSHAKE = 17

/** Brokers tell their mechanisms when they refuse ours; kafkajs throws the error code alone. */
function tellMechanisms(connection: KafkajsConnection): void {
  const send = connection.send.bind(connection)
  connection.send = (message) => {
    if (message.request.apiKey !== SASL_HANDSHAKE) return send(message)
    const parse = async (answer: { readonly enabledMechanisms?: readonly string[] }) => {
      const { enabledMechanisms: offered = [] } = answer
      const mechanism = connection.sasl?.mechanism.toUpperCase() ?? ''
      if (offered.length > 0 && !offered.includes(mechanism)) throw new MechanismError(offered)
      return await message.response.parse(answer)
    }
    return send({ ...message, response: { ...message.response, parse } })
  }
}
