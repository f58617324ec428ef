// Connections to the brokers of a cluster. kafkajs opens them (TCP, API versions); what is said over them is ours.
//
// kafkajs's own metadata, retries, timers and framing are left aside: its metadata fails as a whole where one partition
// has no leader, it copies every answer, and its idle connections wake up a thousand times a second.

import type { Socket } from 'node:net'
import kafkajs from 'kafkajs'
import type { Clock } from '../clock.ts'
import { Exit, messageOf, SprkError } from '../errors.ts'
import { Fault, within } from './fault.ts'
import { FramePool } from './frames.ts'
import { MalformedError } from './protocol/bytes.ts'
import { FETCH } from './protocol/fetch.ts'
import { type ClusterMetadata, decodeMetadata, encodeMetadataRequest, METADATA } from './protocol/metadata.ts'
import { framedSocket, LENGTH_BYTES } from './socket.ts'

export interface ConnectionOptions {
  /** `host:port` */
  readonly brokers: readonly string[]
  readonly clientId: string
}

const CONNECT_TIMEOUT_MS = 10_000
const METADATA_TIMEOUT_MS = 10_000
const DISCONNECT_TIMEOUT_MS = 1_000

/** What of kafkajs 2.2.4 is used beyond its types; the version is pinned. */
interface KafkajsCluster {
  readonly connectionPoolBuilder: { build(at: { host: string; port: number }): Promise<KafkajsPool> }
  readonly rootLogger: unknown
  readonly brokerPool: { createBroker(options: { connectionPool: KafkajsPool; logger: unknown }): KafkajsBroker }
}
interface KafkajsBroker {
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>
  connect(): Promise<void>
  disconnect(): Promise<void>
}
interface KafkajsPool {
  readonly pool: readonly KafkajsConnection[]
  send(request: object): Promise<Buffer>
}
interface KafkajsConnection {
  readonly authHandlers: object | null
  readonly requestQueue: {
    readonly pending: readonly unknown[]
    scheduleCheckPendingRequests(): void
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void
  }
  processData(bytes: Buffer): void
}

/** One broker, connected. */
interface Node {
  readonly address: string
  readonly broker: KafkajsBroker
  readonly pool: KafkajsPool
}

export class Connection {
  readonly #clock: Clock
  readonly #seeds: readonly string[]
  readonly #cluster: KafkajsCluster
  readonly #frames = new FramePool()
  /** By address. */
  readonly #nodes = new Map<string, Promise<Node>>()
  readonly #sockets = new Map<string, Set<Socket>>()
  /** Addresses by broker id, from the latest metadata. */
  #addresses: ReadonlyMap<number, string> = new Map()

  constructor(options: ConnectionOptions, clock: Clock) {
    this.#clock = clock
    this.#seeds = options.brokers
    this.#cluster = this.#kafkajsCluster(options)
  }

  /**
   * Sends a request to a broker that the metadata names; returns the answer after the correlation id. Throws a Fault
   * where the broker is away, closes the connection or does not answer in time, and drops the connection then.
   */
  async send(brokerId: number, apiKey: number, apiVersion: number, body: Buffer, timeoutMs: number): Promise<Buffer> {
    const address = this.#addresses.get(brokerId)
    if (address === undefined) throw new Fault(`broker ${brokerId} is not in the cluster's metadata`)
    return await this.#sendTo(address, apiKey, apiVersion, body, timeoutMs)
  }

  /** Memory of an answer that nobody reads any more. */
  release(answer: Buffer): void {
    this.#frames.give(answer)
  }

  /** Topics with their partitions and leaders (null: all topics) from any broker that answers. Throws a Fault. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const body = encodeMetadataRequest(topics)
    let last: unknown
    for (const address of new Set([...this.#nodes.keys(), ...this.#seeds, ...this.#addresses.values()])) {
      try {
        const bytes = await this.#sendTo(address, METADATA.key, METADATA.version, body, METADATA_TIMEOUT_MS)
        const metadata = decodeMetadata(bytes)
        this.#addresses = new Map(metadata.brokers.map((broker) => [broker.id, addressOf(broker)]))
        return metadata
      } catch (error) {
        if (error instanceof MalformedError) this.#drop(address, error)
        else if (!(error instanceof Fault)) throw error
        last = error
      }
    }
    throw last instanceof Fault ? last : new Fault(`bad metadata: ${messageOf(last)}`)
  }

  /** Closes the connections to a broker; requests under way fail. The next request connects again. */
  drop(brokerId: number, reason: Error): void {
    const address = this.#addresses.get(brokerId)
    if (address !== undefined) this.#drop(address, reason)
  }

  /** Never throws, ends in time. */
  async disconnect(): Promise<void> {
    const nodes = [...this.#nodes.values()]
    for (const address of this.#sockets.keys()) this.#drop(address, new Error('disconnected'))
    const gone = Promise.allSettled(nodes.map(async (node) => (await node).broker.disconnect()))
    await within(gone, DISCONNECT_TIMEOUT_MS, this.#clock, () => new Fault('disconnecting takes too long')).catch(
      () => {},
    )
  }

  async #sendTo(address: string, apiKey: number, apiVersion: number, body: Buffer, timeoutMs: number): Promise<Buffer> {
    const { pool } = await this.#node(address)
    const request = { apiKey, apiVersion, apiName: `api ${apiKey}`, encode: async () => ({ buf: body, buffer: body }) }
    const response = { decode: async (bytes: Buffer) => bytes, parse: async (bytes: Buffer) => bytes }
    try {
      return await within(pool.send({ request, response, logResponseError: false }), timeoutMs, this.#clock, () => {
        return new Fault(`${address} does not answer`)
      })
    } catch (error) {
      const fault = faultOf(address, error)
      this.#drop(address, fault)
      throw fault
    }
  }

  #node(address: string): Promise<Node> {
    const known = this.#nodes.get(address)
    if (known !== undefined) return known
    const node = this.#open(address)
    this.#nodes.set(address, node)
    node.catch((error) => this.#drop(address, error))
    return node
  }

  async #open(address: string): Promise<Node> {
    const { host, port } = parseAddress(address)
    const pool = await this.#cluster.connectionPoolBuilder.build({ host, port })
    for (const connection of pool.pool) bypass(connection)
    const broker = this.#cluster.brokerPool.createBroker({ connectionPool: pool, logger: this.#cluster.rootLogger })
    try {
      await within(broker.connect(), CONNECT_TIMEOUT_MS, this.#clock, () => new Fault(`${address} does not answer`))
    } catch (error) {
      throw faultOf(address, error)
    }
    for (const api of [FETCH, METADATA]) {
      const supported = broker.versions[api.key]
      const { minVersion = 1, maxVersion = 0 } = supported ?? {}
      if (minVersion > api.version || maxVersion < api.version) throw unsupported(address)
    }
    return { address, broker, pool }
  }

  #drop(address: string, reason: Error): void {
    this.#nodes.delete(address)
    const sockets = this.#sockets.get(address)
    this.#sockets.delete(address)
    for (const socket of sockets ?? []) socket.destroy(reason)
  }

  #kafkajsCluster({ brokers, clientId }: ConnectionOptions): KafkajsCluster {
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      enforceRequestTimeout: false,
      logLevel: kafkajs.logLevel.NOTHING,
      socketFactory: ({ host, port, onConnect }) => this.#socket(host, port, onConnect),
    })
    // A consumer hands its cluster to partition assigners at once, and does nothing on the network before it is run.
    let cluster: KafkajsCluster | undefined
    const assigner = {
      name: 'none',
      version: 0,
      assign: async () => [],
      protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
    }
    kafka.consumer({
      groupId: 'never-joined',
      partitionAssigners: [
        (handed) => {
          cluster = handed.cluster as unknown as KafkajsCluster // see KafkajsCluster
          return assigner
        },
      ],
    })
    if (cluster === undefined) throw new Error('kafkajs no longer hands its cluster to partition assigners')
    return cluster
  }

  #socket(host: string, port: number, onConnect: () => void): Socket {
    const socket = framedSocket({ host, port, onConnect, take: (length) => this.#frames.take(length) })
    const address = addressOf({ host, port })
    const sockets = this.#sockets.get(address) ?? new Set()
    this.#sockets.set(address, sockets.add(socket))
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
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

/** Everything that a connection can suffer is worth another attempt. */
function faultOf(address: string, error: unknown): Fault | SprkError {
  if (error instanceof Fault || error instanceof SprkError) return error
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string') return new Fault(`cannot reach ${address} (${code})`, { cause: error })
  const name = error instanceof Error ? error.name : ''
  if (name === 'KafkaJSConnectionClosedError') return new Fault(`${address} closed the connection`, { cause: error })
  return new Fault(`cannot talk to ${address} (${messageOf(error)})`, { cause: error })
}

function unsupported(address: string): SprkError {
  return new SprkError(Exit.PROTOCOL, {
    code: 'E_BROKER_VERSION',
    message: `${address} cannot be read: it is no broker of Kafka 2.3 or later`,
    hint: 'name the port of a broker, not that of a controller',
  })
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) }
}
