// What is known of a cluster: the partitions of some topics, who leads them, where their logs begin and end.

import { Exit, SprkError } from '../../errors.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../record.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { ErrorCode, errorName, isAuthorization, isWaitable } from '../protocol/errors.ts'
import { FETCH, FETCH_BY_ID, type FetchApi } from '../protocol/fetch.ts'
import { groupBy } from '../protocol/group-by.ts'
import { decodeListOffsets, encodeListOffsetsRequest, type Isolation, LIST_OFFSETS } from '../protocol/list-offsets.ts'
import type { TopicMetadata } from '../protocol/metadata.ts'
import type { Api, Brokers } from './brokers.ts'
import { Fault } from './fault.ts'
import { FetchSize } from './fetch-size.ts'
import type { Subscription } from './subscription.ts'

const REQUEST_TIMEOUT_MS = 15_000

/** Answers of one API in a row that cannot be read, until that is believed. */
const MAX_MALFORMED = 3

/** The brokers do not know some topics, or some partitions of topics (yet, or any more). */
export class MissingFault extends Fault {
  readonly topics: readonly string[]
  readonly partitions: readonly TopicPartition[]

  constructor(topics: readonly string[], partitions: readonly TopicPartition[]) {
    const message = [
      ...topics.map((topic) => `topic ${topic} does not exist`),
      ...partitions.map(({ topic, partition }) => `topic ${topic} has no partition ${partition}`),
    ].join(', ')
    super(message, { lasting: new SprkError(Exit.NO_INPUT, { code: 'E_TOPIC_MISSING', message }) })
    this.topics = topics
    this.partitions = partitions
  }
}

/** In the place of a broker's id. */
const NO_LEADER = -1

/** Who leads a partition. Another leader, or the same one elected again, may have another log. */
export interface Leadership {
  /** A broker's id, or NO_LEADER. */
  readonly broker: number
  /** Counts the leaders; -1 where unknown. */
  readonly epoch: number
  /** Counts the errors of requests about the partition: after one, its log may be another, though nothing else says so. */
  readonly errors: number
}

export class Cluster {
  readonly #brokers: Brokers
  readonly #subscription: Subscription
  #leaders: ReadonlyPartitionMap<Leadership> = new PartitionMap()
  /** Errors of requests about a partition; absent: none. */
  readonly #errors = new PartitionMap<number>()
  /** Existing topics with their ids. */
  #topics: ReadonlyMap<string, string | null> = new Map()
  /** By API key. */
  readonly #malformed = new Map<number, number>()
  /** By broker. */
  readonly #fetchSizes = new Map<number, FetchSize>()
  #isStale = true
  clusterId: string | null = null
  /** Those of the subscription that exist, in the answers' order; another array after each refresh. */
  partitions: readonly TopicPartition[] = []

  constructor(brokers: Brokers, subscription: Subscription) {
    this.#brokers = brokers
    this.#subscription = subscription
  }

  /** What is known of leaders may be wrong. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** Throws as `refresh` does. */
  async refreshIfStale(): Promise<void> {
    if (this.#isStale) await this.refresh()
  }

  /** Asks for partitions and leaders. Throws a Fault, or a SprkError where waiting does not help. */
  async refresh(): Promise<void> {
    const { clusterId, topics } = await this.#brokers.metadata(this.#subscription.topics)
    const existing = this.#existing(topics)
    for (const { topic, errorCode } of existing) {
      if (errorCode === ErrorCode.NONE) continue
      this.#count((at) => at.topic === topic)
      throw errorOf(topic, errorCode)
    }
    const all = existing.flatMap(({ topic, partitions }) => partitions.map((each) => ({ topic, ...each })))
    const partitions = all.filter((each) => this.#subscription.selects(each))
    this.#leaders = PartitionMap.of(partitions, (each) => {
      return { broker: each.leader, epoch: each.leaderEpoch, errors: this.#errors.get(each) ?? 0 }
    })
    const absent = this.#subscription.partitions.filter((at) => !this.#leaders.has(at))
    if (absent.length > 0) throw new MissingFault([], absent)
    this.clusterId = clusterId
    this.partitions = partitions.map(({ topic, partition }) => ({ topic, partition }))
    this.#topics = new Map(existing.map(({ topic, topicId }) => [topic, topicId]))
    this.#isStale = false
  }

  /** Throws a MissingFault where a named topic does not exist. */
  #existing(topics: readonly TopicMetadata[]): readonly TopicMetadata[] {
    const missing = topics.filter(isMissing)
    if (this.#subscription.topics !== null) {
      if (missing.length === 0) return topics
      const names = missing.map(({ topic }) => topic)
      this.#count((at) => names.includes(at.topic))
      throw new MissingFault(names, [])
    }
    return topics.filter((each) => {
      return !each.isInternal && !missing.includes(each) && this.#subscription.selects({ ...each, partition: 0 })
    })
  }

  /** Whether the topic, which a pattern selected, does not exist any more. */
  isGone({ topic }: TopicPartition): boolean {
    return this.#subscription.topics === null && !this.#topics.has(topic)
  }

  /** 32 hex digits; null where the topic does not exist, or has no id that the brokers tell. */
  topicIdOf({ topic }: TopicPartition): string | null {
    return this.#topics.get(topic) ?? null
  }

  /** Undefined where there is no such partition. */
  leadershipOf(at: TopicPartition): Leadership | undefined {
    return this.#leaders.get(at)
  }

  /** Whether the partition exists, but no broker leads it. */
  isLeaderless(at: TopicPartition): boolean {
    return this.leadershipOf(at)?.broker === NO_LEADER
  }

  hasLeader(at: TopicPartition): boolean {
    return (this.leadershipOf(at)?.broker ?? NO_LEADER) !== NO_LEADER
  }

  /** The id of the broker to ask. Throws a Fault where there is none. */
  leaderOf(at: TopicPartition): number {
    const leadership = this.leadershipOf(at)
    if (leadership !== undefined && leadership.broker !== NO_LEADER) return leadership.broker
    const options = leadership === undefined ? { lasting: partitionGone(at) } : {}
    throw this.#staleBecause(new Fault(`${partitionKey(at)} has no leader`, options))
  }

  /**
   * The first offset of each whose record is at least as late as `timestamp` (-1: none is), or LOG_START or LOG_END. Throws a Fault, or a SprkError where waiting does not help.
   */
  async listOffsets(
    partitions: readonly TopicPartition[],
    timestamp: number,
    isolation: Isolation,
  ): Promise<ReadonlyPartitionMap<number>> {
    await this.refreshIfStale()
    const byLeader = groupBy(partitions, (at) => this.leaderOf(at))
    const answers = await Promise.all(
      [...byLeader].map(([leader, members]) => {
        const body = encodeListOffsetsRequest(members, timestamp, isolation)
        return this.ask(leader, LIST_OFFSETS, body, 0, decodeListOffsets)
      }),
    )
    const offsets = new PartitionMap<number>()
    for (const listed of answers.flat()) {
      if (listed.errorCode !== ErrorCode.NONE) throw this.errorOf(listed, listed.errorCode)
      offsets.set(listed, listed.offset)
    }
    for (const at of partitions) if (!offsets.has(at)) throw new Fault(`no offset for ${partitionKey(at)}`)
    return offsets
  }

  /** Whether a broker has a version of a request. Throws as `ask` does. */
  async offers(brokerId: number, api: Api): Promise<boolean> {
    try {
      return await this.#brokers.offers(brokerId, api)
    } catch (error) {
      this.#count((_, { broker }) => broker === brokerId)
      throw this.#staleBecause(error)
    }
  }

  /** How to fetch from a broker: by ids where it and all topics have them. Throws as `ask` does. */
  async fetchApi(brokerId: number, partitions: readonly { readonly topicId: string | null }[]): Promise<FetchApi> {
    const haveIds = partitions.every(({ topicId }) => topicId !== null)
    return haveIds && (await this.offers(brokerId, FETCH_BY_ID)) ? FETCH_BY_ID : FETCH
  }

  /** How many bytes the next answer of a broker to a fetch should have at most. */
  fetchBytes(brokerId: number): number {
    return this.#fetchSizeOf(brokerId).bytes
  }

  #fetchSizeOf(brokerId: number): FetchSize {
    const known = this.#fetchSizes.get(brokerId)
    if (known !== undefined) return known
    const size = new FetchSize()
    this.#fetchSizes.set(brokerId, size)
    return size
  }

  /** Sends a request; `waitMs` is how long the broker may hold it. After a fault, leaders are looked up again. */
  async ask<T>(brokerId: number, api: Api, body: Buffer, waitMs: number, decode: (bytes: Buffer) => T): Promise<T> {
    const sentAt = this.#brokers.clock.monotonic()
    try {
      const bytes = await this.#brokers.send(brokerId, api.key, api.version, body, waitMs + REQUEST_TIMEOUT_MS)
      const answer = decode(bytes)
      this.#malformed.delete(api.key)
      if (api.key === FETCH.key) this.#cameWhole(brokerId, bytes.length, this.#brokers.clock.monotonic() - sentAt)
      return answer
    } catch (error) {
      if (api.key === FETCH.key) this.#fetchSizeOf(brokerId).broke()
      this.#count((_, { broker }) => broker === brokerId)
      this.#staleBecause(error)
      if (!(error instanceof MalformedError)) throw error
      const fault = new Fault(`broker ${brokerId} sent a bad answer (${error.message})`, { cause: error })
      this.#brokers.drop(brokerId, fault)
      const inARow = (this.#malformed.get(api.key) ?? 0) + 1
      this.#malformed.set(api.key, inARow)
      if (inARow < MAX_MALFORMED) throw fault
      throw new SprkError(Exit.PROTOCOL, { code: 'E_PROTOCOL', message: `kafka: ${fault.message}` }, { cause: error })
    }
  }

  #cameWhole(brokerId: number, bytes: number, ms: number): void {
    const roundTripMs = this.#brokers.roundTripMs(brokerId)
    this.#fetchSizeOf(brokerId).cameWhole({ bytes, ms, roundTripMs })
  }

  release(answer: Buffer): void {
    this.#brokers.release(answer)
  }

  /** What an error code of a partition means: a Fault where another attempt may help. */
  errorOf(at: TopicPartition, code: number): Fault | SprkError {
    this.#count((each) => each.topic === at.topic && each.partition === at.partition)
    return this.#staleBecause(errorOf(partitionKey(at), code))
  }

  /** Notes an error for each of the partitions; the next look at the leaders tells. */
  #count(concerns: (at: TopicPartition, leadership: Leadership) => boolean): void {
    for (const [at, leadership] of this.#leaders) {
      if (concerns(at, leadership)) this.#errors.set(at, (this.#errors.get(at) ?? 0) + 1)
    }
  }

  /** Leaders are looked up again before anything else is asked. Returns the error that is the reason. */
  #staleBecause<E>(error: E): E {
    this.#isStale = true
    return error
  }

  /** Names of existing topics. */
  async topicNames(): Promise<string[]> {
    const { topics } = await this.#brokers.metadata(null)
    return topics.map(({ topic }) => topic)
  }
}

/** The topic exists, but was recreated with fewer partitions. */
export function partitionGone(at: TopicPartition, next?: number): SprkError {
  const came = next === undefined ? '' : `; reading had come to offset ${next}`
  return new SprkError(Exit.DATA_LOSS, {
    code: 'E_PARTITION_GONE',
    message: `${partitionKey(at)}: the partition is gone${came}`,
    hint: `what reading the topic as it is now would mean: sprk offsets reset <pipeline> --topic ${at.topic} --to-earliest`,
  })
}

function isMissing({ errorCode }: TopicMetadata): boolean {
  return errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION
}

function errorOf(name: string, code: number): Fault | SprkError {
  const message = `${name}: ${errorName(code)}`
  if (isWaitable(code)) return new Fault(message)
  if (isAuthorization(code)) return notAllowed(name, code)
  return new SprkError(Exit.PROTOCOL, { code: 'E_KAFKA', message })
}

function notAllowed(name: string, code: number): SprkError {
  return new SprkError(Exit.PERMISSION, {
    code: 'E_AUTHORIZATION',
    message: `${name}: the user may not read this (${errorName(code)})`,
    hint: 'grant the user READ and DESCRIBE on the topic',
  })
}
