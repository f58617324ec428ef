// What is known of a cluster: the partitions of some topics, who leads them, where their logs begin and end.

import { Exit, SprkError } from '../errors.ts'
import { partitionKey, type TopicPartition } from '../record.ts'
import type { Connection } from './connection.ts'
import { Fault } from './fault.ts'
import { MalformedError } from './protocol/bytes.ts'
import { ErrorCode, errorName, isAuthorization, isWaitable } from './protocol/errors.ts'
import { groupBy } from './protocol/group-by.ts'
import {
  decodeListOffsets,
  encodeListOffsetsRequest,
  type Isolation,
  LIST_OFFSETS,
  type LOG_END,
  type LOG_START,
} from './protocol/list-offsets.ts'
import type { TopicMetadata } from './protocol/metadata.ts'

const REQUEST_TIMEOUT_MS = 15_000

/** Answers in a row that cannot be read, until that is believed. */
const MAX_MALFORMED = 3

/** The brokers do not know some topics (yet, or any more). */
export class MissingTopicsFault extends Fault {
  readonly topics: readonly string[]

  constructor(topics: readonly string[]) {
    super(`topic ${topics.join(', ')} does not exist`)
    this.topics = topics
  }
}

export class Cluster {
  readonly #connection: Connection
  readonly #topics: readonly string[]
  #leaders: ReadonlyMap<string, number> = new Map()
  #malformed = 0
  /** What is known of leaders may be wrong. */
  isStale = true
  clusterId: string | null = null
  partitions: readonly TopicPartition[] = []

  constructor(connection: Connection, topics: readonly string[]) {
    this.#connection = connection
    this.#topics = topics
  }

  /** Asks for partitions and leaders. Throws a Fault, or a SprkError where waiting does not help. */
  async refresh(): Promise<void> {
    const { clusterId, topics } = await this.#connection.metadata(this.#topics)
    const missing = topics.filter(isMissing).map(({ topic }) => topic)
    if (missing.length > 0) throw new MissingTopicsFault(missing)
    for (const { topic, errorCode } of topics) if (errorCode !== ErrorCode.NONE) throw errorOf(topic, errorCode)
    const partitions = topics.flatMap(({ topic, partitions }) => partitions.map((each) => ({ topic, ...each })))
    this.clusterId = clusterId
    this.partitions = partitions.map(({ topic, partition }) => ({ topic, partition }))
    this.#leaders = new Map(partitions.map((each) => [partitionKey(each), each.leader]))
    this.isStale = false
  }

  /** The id of the broker to ask. Throws a Fault where there is none. */
  leaderOf(at: TopicPartition): number {
    const leader = this.#leaders.get(partitionKey(at)) ?? -1
    if (leader >= 0) return leader
    this.isStale = true
    throw new Fault(`${partitionKey(at)} has no leader`)
  }

  /** `partitionKey` → offset. Throws a Fault, or a SprkError where waiting does not help. */
  async listOffsets(
    partitions: readonly TopicPartition[],
    timestamp: typeof LOG_START | typeof LOG_END,
    isolation: Isolation,
  ): Promise<Map<string, number>> {
    if (this.isStale) await this.refresh()
    const byLeader = groupBy(partitions, (at) => this.leaderOf(at))
    const answers = await Promise.all(
      [...byLeader].map(([leader, members]) => {
        const body = encodeListOffsetsRequest(members, timestamp, isolation)
        return this.ask(leader, LIST_OFFSETS, body, 0, decodeListOffsets)
      }),
    )
    const offsets = new Map<string, number>()
    for (const listed of answers.flat()) {
      if (listed.errorCode !== ErrorCode.NONE) throw this.errorOf(listed, listed.errorCode)
      offsets.set(partitionKey(listed), listed.offset)
    }
    for (const at of partitions)
      if (!offsets.has(partitionKey(at))) throw new Fault(`no offset for ${partitionKey(at)}`)
    return offsets
  }

  /** Sends a request; `waitMs` is how long the broker may hold it. After a fault, leaders are looked up again. */
  async ask<T>(
    brokerId: number,
    api: { readonly key: number; readonly version: number },
    body: Buffer,
    waitMs: number,
    decode: (bytes: Buffer) => T,
  ): Promise<T> {
    try {
      const bytes = await this.#connection.send(brokerId, api.key, api.version, body, waitMs + REQUEST_TIMEOUT_MS)
      const answer = decode(bytes)
      this.#malformed = 0
      return answer
    } catch (error) {
      this.isStale = true
      if (!(error instanceof MalformedError)) throw error
      const fault = new Fault(`broker ${brokerId} sent a bad answer (${error.message})`, { cause: error })
      this.#connection.drop(brokerId, fault)
      if (++this.#malformed < MAX_MALFORMED) throw fault
      throw new SprkError(Exit.PROTOCOL, { code: 'E_PROTOCOL', message: `kafka: ${fault.message}` }, { cause: error })
    }
  }

  release(answer: Buffer): void {
    this.#connection.release(answer)
  }

  /** What an error code of a partition means: a Fault where another attempt may help. */
  errorOf(at: TopicPartition, code: number): Fault | SprkError {
    this.isStale = true
    return errorOf(partitionKey(at), code)
  }

  /** Names of existing topics. */
  async topicNames(): Promise<string[]> {
    const { topics } = await this.#connection.metadata(null)
    return topics.map(({ topic }) => topic)
  }
}

function isMissing({ errorCode }: TopicMetadata): boolean {
  return errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.INVALID_TOPIC_EXCEPTION
}

function errorOf(name: string, code: number): Fault | SprkError {
  const message = `${name}: ${errorName(code)}`
  if (isWaitable(code)) return new Fault(message)
  if (isAuthorization(code)) return new SprkError(Exit.PERMISSION, { code: 'E_AUTHORIZATION', message })
  return new SprkError(Exit.PROTOCOL, { code: 'E_KAFKA', message })
}
