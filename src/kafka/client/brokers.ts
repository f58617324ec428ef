// The brokers of a cluster, and our connections to each of them.

import type { Socket } from 'node:net'
import type { Clock } from '../../clock.ts'
import { Exit, messageOf, SprkError } from '../../errors.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { FETCH, FETCH_BY_ID } from '../protocol/fetch.ts'
import { LIST_OFFSETS } from '../protocol/list-offsets.ts'
import {
  type ClusterMetadata,
  decodeMetadata,
  encodeMetadataRequest,
  METADATA,
  METADATA_WITH_IDS,
} from '../protocol/metadata.ts'
import { Advertised } from './advertised.ts'
import { Fault, within } from './fault.ts'
import { FramePool } from './framer.ts'
import { connectForHeld, type KafkajsBroker, kafkajsBrokers, sendThrough } from './kafkajs.ts'
import { speaksPlainKafka, speaksTls } from './probe.ts'
import { type Broken, connectionFault, isUnexplained, needsNoTls, needsTls } from './refusal.ts'
import { type Sasl, secureContext, type Tls } from './security.ts'
import { framedSocket, type TlsConnection } from './socket.ts'

export interface BrokersOptions {
  /** `host:port` */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** By default connections are not encrypted. */
  readonly tls?: Tls | null
  /** By default we do not say who we are. */
  readonly sasl?: Sasl | null
  /** Requests that brokers hold will be sent: connections for them are opened together with the others. */
  readonly isHeld?: boolean
}

const CONNECT_TIMEOUT_MS = 10_000
/** Of the first attempt at an address: who waits for the first time should not wait long for a reason. */
const FIRST_CONNECT_TIMEOUT_MS = 3000
/** Until the next broker is asked. */
const ANY_TIMEOUT_MS = 10_000
const DISCONNECT_TIMEOUT_MS = 1_000

/** A request of Kafka's protocol, in one version. */
export interface Api {
  readonly key: number
  readonly version: number
}

/** Of each, one has to be offered by every broker. */
const NEEDED: readonly (readonly Api[])[] = [[FETCH, FETCH_BY_ID], [LIST_OFFSETS], [METADATA, METADATA_WITH_IDS]]

/** One broker, from the first attempt to connect until it is dropped. */
interface Broker {
  readonly address: string
  readonly connected: Promise<KafkajsBroker>
  readonly sockets: Set<Socket>
  reached: Broken['reached']
  /** The port took a connection. */
  isTaken: boolean
  /** The least time that an answer took; Infinity before the first one. */
  roundTripMs: number
}

export class Brokers {
  readonly clock: Clock
  readonly #seeds: readonly string[]
  readonly #tls: TlsConnection | null
  readonly #sasl: Sasl | null
  readonly #isHeld: boolean
  readonly #makeBroker: (at: { host: string; port: number }) => Promise<KafkajsBroker>
  readonly #frames = new FramePool()
  /** By address. */
  readonly #brokers = new Map<string, Broker>()
  /** Addresses by broker id, from the latest metadata. */
  #addresses: ReadonlyMap<number, string> = new Map()
  readonly #advertised = new Advertised()
  /** Addresses that were tried. */
  readonly #tried = new Set<string>()
  #isClosed = false

  /** Throws a SprkError (exit 78) where certificates or keys cannot be used. */
  constructor({ brokers, clientId, tls = null, sasl = null, isHeld = false }: BrokersOptions, clock: Clock) {
    this.clock = clock
    this.#seeds = brokers
    this.#tls = tls && { context: secureContext(tls), servername: tls.servername }
    this.#sasl = sasl
    this.#isHeld = isHeld
    this.#makeBroker = kafkajsBrokers({
      clientId,
      sasl,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      socket: (at) => this.#socket(at),
    })
  }

  /**
   * Sends a request to a broker that the metadata names; returns the answer after the correlation id. Throws a Fault
   * where the broker is away, closes the connection or does not answer in time, and drops the connection then.
   */
  async send(brokerId: number, apiKey: number, apiVersion: number, body: Buffer, timeoutMs: number): Promise<Buffer> {
    return await this.#sendTo(this.#addressOf(brokerId), { key: apiKey, version: apiVersion }, body, timeoutMs)
  }

  /** Whether a broker that the metadata names has a version of a request. Connects to it; throws as `send` does. */
  async offers(brokerId: number, api: Api): Promise<boolean> {
    return await this.#through(this.#addressOf(brokerId), async (kafkajs) => isOffered(kafkajs, api))
  }

  /** The least time that an answer of a broker took, in milliseconds; 0 where none has come. */
  roundTripMs(brokerId: number): number {
    const { roundTripMs = Infinity } = this.#brokers.get(this.#addresses.get(brokerId) ?? '') ?? {}
    return roundTripMs === Infinity ? 0 : roundTripMs
  }

  #addressOf(brokerId: number): string {
    const address = this.#addresses.get(brokerId)
    if (address === undefined) throw new Fault(`broker ${brokerId} is not in the cluster's metadata`)
    return address
  }

  /** Gives back the memory of an answer whose bytes were read for the last time. */
  release(answer: Buffer): void {
    this.#frames.give(answer)
  }

  /** Topics with their partitions and leaders (null: all topics) from any broker that answers. Throws a Fault. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const { metadata, by } = await this.#any(async (address) => {
      const hasIds = await this.#through(address, async (kafkajs) => isOffered(kafkajs, METADATA_WITH_IDS))
      const api = hasIds ? METADATA_WITH_IDS : METADATA
      const answer = await this.#sendTo(address, api, encodeMetadataRequest(api, topics), ANY_TIMEOUT_MS)
      return { metadata: decodeMetadata(api, answer), by: address }
    })
    const brokers = metadata.brokers.map((broker) => ({ id: broker.id, address: addressOf(broker) }))
    this.#addresses = new Map(brokers.map(({ id, address }) => [id, address]))
    this.#advertised.learn(by, brokers)
    return metadata
  }

  /** Asks one broker after the other until one answers; first those that it is connected to. Throws a Fault. */
  async askAny<T>(api: Api, body: Buffer, decode: (answer: Buffer) => T): Promise<T> {
    return await this.#any(async (address) => decode(await this.#sendTo(address, api, body, ANY_TIMEOUT_MS)))
  }

  async #any<T>(ask: (address: string) => Promise<T>): Promise<T> {
    let last: unknown
    for (const address of new Set([...this.#brokers.keys(), ...this.#seeds, ...this.#addresses.values()])) {
      try {
        return await ask(address)
      } catch (error) {
        if (error instanceof MalformedError) last = new Fault(`${address} sent a bad answer (${messageOf(error)})`)
        else if (error instanceof Fault) last = last instanceof Fault && last.lasting !== null ? last : error
        else throw error
      }
    }
    throw last
  }

  /** Closes the connections to a broker; requests under way fail. The next request connects again. */
  drop(brokerId: number, reason: Error): void {
    const broker = this.#brokers.get(this.#addresses.get(brokerId) ?? '')
    if (broker !== undefined) this.#drop(broker, reason)
  }

  /** For good. Never throws, ends in time. */
  async disconnect(): Promise<void> {
    this.#isClosed = true
    const gone = [...this.#brokers.values()].map(async (broker) => {
      this.#drop(broker, new Error('disconnected'))
      await (await broker.connected).disconnect()
    })
    const late = () => new Fault('disconnecting takes too long')
    await within(Promise.allSettled(gone), DISCONNECT_TIMEOUT_MS, this.clock, late).catch(() => {})
  }

  async #sendTo(address: string, api: Api, body: Buffer, timeoutMs: number): Promise<Buffer> {
    const late = () => new Fault(`${address} does not answer`)
    return await this.#through(address, async (kafkajs, broker) => {
      const sentAt = this.clock.monotonic()
      const answer = await within(sendThrough(kafkajs, api.key, api.version, body), timeoutMs, this.clock, late)
      broker.reached = 'answer'
      broker.roundTripMs = Math.min(broker.roundTripMs, this.clock.monotonic() - sentAt)
      return answer
    })
  }

  /** Uses the connections to a broker, which are opened before, and dropped where that fails. */
  async #through<T>(address: string, use: (kafkajs: KafkajsBroker, broker: Broker) => Promise<T>): Promise<T> {
    const broker = this.#brokers.get(address) ?? this.#open(address)
    try {
      return await use(await broker.connected, broker)
    } catch (error) {
      const broken = { address, error, hasTls: this.#tls !== null, sasl: this.#sasl, reached: broker.reached }
      const fault = this.#advertised.explained(address, connectionFault(broken))
      this.#drop(broker, fault instanceof Error ? fault : new Error(messageOf(fault)))
      throw isUnexplained(broken) ? await this.#explained(broken, fault) : fault
    }
  }

  /** A port that closes connections without an answer may speak another protocol. */
  async #explained({ address, error, hasTls }: Broken, fault: unknown): Promise<unknown> {
    const port = parseAddress(address)
    if (hasTls) return (await speaksPlainKafka(port)) ? needsNoTls(address, error) : fault
    return (await speaksTls(port)) ? needsTls(address, error) : fault
  }

  #open(address: string): Broker {
    if (this.#isClosed) throw new Fault('disconnected')
    const late = () => {
      return new Fault(
        broker.isTaken ? `${address} takes connections and does not answer` : `${address} does not answer`,
      )
    }
    const connected = this.#connect(address, late)
    const broker: Broker = {
      ...{ address, connected, sockets: new Set(), reached: 'nothing', isTaken: false, roundTripMs: Infinity },
    }
    connected.then(
      () => {
        broker.reached = 'greeting'
        this.#advertised.meet(address)
      },
      () => {},
    )
    this.#brokers.set(address, broker)
    return broker
  }

  async #connect(address: string, late: () => Fault): Promise<KafkajsBroker> {
    const kafkajs = await this.#makeBroker(parseAddress(address))
    const timeoutMs = this.#tried.has(address) ? CONNECT_TIMEOUT_MS : FIRST_CONNECT_TIMEOUT_MS
    this.#tried.add(address)
    if (this.#isHeld) connectForHeld(kafkajs)
    await within(kafkajs.connect(), timeoutMs, this.clock, late)
    if (!NEEDED.every((apis) => apis.some((api) => isOffered(kafkajs, api)))) throw unsupported(address)
    return kafkajs
  }

  #drop(broker: Broker, reason: Error): void {
    if (this.#brokers.get(broker.address) === broker) this.#brokers.delete(broker.address)
    for (const socket of broker.sockets) socket.destroy(reason)
  }

  #socket({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }): Socket {
    const broker = this.#brokers.get(addressOf({ host, port }))
    if (broker === undefined) throw new Error('the connection was dropped') // kafkajs takes it for a failure to connect
    const socket = framedSocket({ host, port, onConnect, tls: this.#tls, take: (length) => this.#frames.take(length) })
    broker.sockets.add(socket)
    socket.once('connect', () => (broker.isTaken = true))
    socket.once('close', () => broker.sockets.delete(socket))
    return socket
  }
}

function isOffered({ versions }: KafkajsBroker, { key, version }: Api): boolean {
  const { minVersion, maxVersion } = versions[key] ?? { minVersion: 0, maxVersion: -1 }
  return minVersion <= version && version <= maxVersion
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
