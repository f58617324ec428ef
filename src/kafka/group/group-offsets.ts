// The committed offsets of a consumer group, read and written without being a member of it.

import { Exit, SprkError } from '../../errors.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import type { TopicPartition } from '../../record.ts'
import type { Brokers } from '../client/brokers.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { OFFSET_COMMIT, type OffsetToCommit, offsetCommit, STRANGER } from '../protocol/offset-commit.ts'
import { type CommittedOffset, committedOffsets, OFFSET_FETCH, offsetFetch } from '../protocol/offset-fetch.ts'
import { Coordinator } from './coordinator.ts'

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
  readonly #coordinator: Coordinator

  constructor(brokers: Brokers, groupId: string) {
    this.#brokers = brokers
    this.#groupId = groupId
    this.#coordinator = new Coordinator(brokers, groupId)
  }

  /**
   * What is committed, for partitions that have something; null: for all. Throws a Fault where another
   * attempt may help, else a SprkError.
   */
  async read(partitions: readonly TopicPartition[] | null): Promise<ReadonlyPartitionMap<CommittedOffset>> {
    const answer = await this.#coordinator.ask(OFFSET_FETCH, offsetFetch(this.#groupId, partitions))
    this.#check(answer.errorCode)
    const committed = new PartitionMap<CommittedOffset>()
    for (const offset of committedOffsets(answer)) {
      this.#check(offset.errorCode)
      if (offset.offset >= 0) committed.set(offset, offset)
    }
    return committed
  }

  /** Where the group has members, nothing is written. Partitions that do not exist are passed over. Throws as `read`. */
  async write(offsets: readonly OffsetToCommit[]): Promise<void> {
    const { topics } = await this.#coordinator.ask(OFFSET_COMMIT, offsetCommit(this.#groupId, STRANGER, offsets))
    for (const { errorCode } of topics.flatMap(({ partitions }) => partitions)) this.#check(errorCode)
  }

  /** Its connection too. Never throws, ends in time. */
  close(): Promise<void> {
    return this.#brokers.disconnect()
  }

  #check(code: number): void {
    if (code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return
    if (HAS_MEMBERS.has(code)) {
      throw new SprkError(Exit.LOCKED, {
        code: 'E_GROUP_MEMBERS',
        message: `consumer group ${this.#groupId} has members`,
        hint: 'name another `groupId`',
      })
    }
    this.#coordinator.check(code, 'READ on the group')
  }
}
