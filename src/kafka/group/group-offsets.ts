// The committed offsets of a consumer group, read and written without being a member of it.

import { Exit, SprkError } from '../../errors.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
import type { Api, Brokers } from '../client/brokers.ts'
import { Fault } from '../client/fault.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { ErrorCode, errorName, isAuthorization, isWaitable } from '../protocol/errors.ts'
import { decodeFindCoordinator, encodeFindCoordinatorRequest, FIND_COORDINATOR } from '../protocol/find-coordinator.ts'
import {
  decodeOffsetCommit,
  encodeOffsetCommitRequest,
  OFFSET_COMMIT,
  type OffsetToCommit,
} from '../protocol/offset-commit.ts'
import {
  type CommittedOffset,
  decodeOffsetFetch,
  encodeOffsetFetchRequest,
  OFFSET_FETCH,
} from '../protocol/offset-fetch.ts'

const REQUEST_TIMEOUT_MS = 10_000

/** A cluster in which no group was used yet makes the topic of their offsets first. */
const COORDINATOR_GRACE_MS = 5000

/**
 * What a coordinator (Kafka's since 0.10) says to a commit of a stranger while the group has members. It is asked at the
 * moment of the commit, so that no member can come between; DescribeGroups knows nothing of groups of KIP-848.
 */
const HAS_MEMBERS = new Set<number>([
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.REBALANCE_IN_PROGRESS,
])

export class GroupOffsets {
  readonly #brokers: Brokers
  readonly #groupId: string
  /** A broker's id. */
  #coordinator: number | null = null

  constructor(brokers: Brokers, groupId: string) {
    this.#brokers = brokers
    this.#groupId = groupId
  }

  /**
   * What is committed, for partitions that have something; null: for all. Throws a Fault where another
   * attempt may help, else a SprkError.
   */
  async read(partitions: readonly TopicPartition[] | null): Promise<ReadonlyPartitionMap<CommittedOffset>> {
    const body = encodeOffsetFetchRequest(this.#groupId, partitions)
    const { errorCode, offsets } = await this.#ask(OFFSET_FETCH, body, decodeOffsetFetch)
    this.#check(errorCode)
    const committed = new PartitionMap<CommittedOffset>()
    for (const offset of offsets) {
      this.#check(offset.errorCode)
      if (offset.offset >= 0) committed.set(offset, offset)
    }
    return committed
  }

  /** Where the group has members, nothing is written. Partitions that do not exist are passed over. Throws as `read`. */
  async write(offsets: readonly OffsetToCommit[]): Promise<void> {
    const body = encodeOffsetCommitRequest(this.#groupId, offsets)
    for (const { errorCode } of await this.#ask(OFFSET_COMMIT, body, decodeOffsetCommit)) this.#check(errorCode)
  }

  /** Its connection too. Never throws, ends in time. */
  close(): Promise<void> {
    return this.#brokers.disconnect()
  }

  async #ask<T>(api: Api, body: Buffer, decode: (bytes: Buffer) => T): Promise<T> {
    const coordinator = this.#coordinator ?? (await this.#findCoordinator())
    try {
      return decode(await this.#brokers.send(coordinator, api.key, api.version, body, REQUEST_TIMEOUT_MS))
    } catch (error) {
      this.#coordinator = null
      if (!(error instanceof MalformedError)) throw error
      const fault = new Fault(`broker ${coordinator} sent a bad answer (${error.message})`, { cause: error })
      this.#brokers.drop(coordinator, fault)
      throw fault
    }
  }

  async #findCoordinator(): Promise<number> {
    await this.#brokers.metadata([]) // the brokers' addresses
    const body = encodeFindCoordinatorRequest(this.#groupId)
    const { errorCode, coordinator } = await this.#brokers.askAny(FIND_COORDINATOR, body, decodeFindCoordinator)
    this.#check(errorCode)
    this.#coordinator = coordinator
    return coordinator
  }

  #check(code: number): void {
    if (code === ErrorCode.NONE || code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return
    const group = `consumer group ${this.#groupId}`
    if (isWaitable(code)) {
      this.#coordinator = null
      throw new Fault(`${group}: ${errorName(code)}`, { graceMs: COORDINATOR_GRACE_MS })
    }
    if (HAS_MEMBERS.has(code)) {
      throw new SprkError(Exit.LOCKED, {
        code: 'E_GROUP_MEMBERS',
        message: `${group} has members`,
        hint: 'name another `groupId`',
      })
    }
    if (isAuthorization(code)) {
      throw new SprkError(Exit.PERMISSION, {
        code: 'E_AUTHORIZATION',
        message: `${group}: the user may not use it (${errorName(code)})`,
        hint: 'grant the user READ on the group',
      })
    }
    throw new SprkError(Exit.PROTOCOL, { code: 'E_KAFKA', message: `${group}: ${errorName(code)}` })
  }
}
