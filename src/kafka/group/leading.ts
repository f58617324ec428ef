// The part of a group's leader: it knows what all members subscribe to and how many partitions there are, and assigns
// them.

import { Exit, SprkError } from '../../errors.ts'
import type { TopicPartition } from '../../record.ts'
import type { Brokers } from '../client/brokers.ts'
import { MalformedError } from '../protocol/bytes.ts'
import { decodeSubscription } from '../protocol/consumer-protocol.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { groupBy } from '../protocol/group-by.ts'
import type { JOIN_GROUP } from '../protocol/join-group.ts'
import type { Assignor, SubscribedMember } from './assignor.ts'

/** An answer to JoinGroup. */
export type Answered = ReturnType<typeof JOIN_GROUP.response.decode>

export interface Assigned {
  readonly memberId: string
  readonly partitions: readonly TopicPartition[]
}

export class Leading {
  readonly #brokers: Brokers
  /** Topic → partitions, as they were assigned last; null where another member leads. */
  #counts: ReadonlyMap<string, number> | null = null
  #topics: readonly string[] = []
  /** A member's id. */
  #leader = ''

  constructor(brokers: Brokers) {
    this.#brokers = brokers
  }

  /** What each member is assigned; nothing where another member leads. Throws a Fault where brokers are away. */
  async assign({ leader, memberId, members }: Answered, assignor: Assignor): Promise<Assigned[]> {
    this.#counts = null
    this.#leader = leader
    if (leader !== memberId) return []
    const subscribed = members.map(subscribedMember)
    this.#topics = [...new Set(subscribed.flatMap(({ topics }) => topics))].sort()
    const counts = await this.#lookUp()
    this.#counts = counts
    return [...assignor.assign(subscribed, counts)].map(([id, partitions]) => ({ memberId: id, partitions }))
  }

  /**
   * A static leader that comes back with another id is told that the old one leads (KIP-345), and assigns nothing. It
   * watches over its own topics then, as they were assigned.
   */
  watch(members: readonly Assigned[], topics: readonly string[]): void {
    if (this.#counts !== null || members.some(({ memberId }) => memberId === this.#leader)) return
    const assigned = groupBy(
      members.flatMap(({ partitions }) => partitions),
      ({ topic }) => topic,
    )
    this.#topics = topics
    this.#counts = new Map([...assigned].map(([topic, partitions]) => [topic, partitions.length]))
  }

  async haveTopicsChanged(): Promise<boolean> {
    const before = this.#counts
    if (before === null) return false
    const now = await this.#lookUp()
    return this.#topics.some((topic) => before.get(topic) !== now.get(topic))
  }

  /** Topics that do not exist, or that the user may not see, have no partitions. */
  async #lookUp(): Promise<ReadonlyMap<string, number>> {
    const { topics } = await this.#brokers.metadata(this.#topics)
    const existing = topics.filter(({ errorCode }) => errorCode === ErrorCode.NONE)
    return new Map(existing.map(({ topic, partitions }) => [topic, partitions.length]))
  }
}

function subscribedMember({ memberId, instanceId, metadata }: Answered['members'][number]): SubscribedMember {
  try {
    return { memberId, instanceId, ...decodeSubscription(metadata) }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    const message = `what member ${memberId} of the consumer group subscribes to cannot be read (${error.message})`
    throw new SprkError(Exit.PROTOCOL, { code: 'E_PROTOCOL', message }, { cause: error })
  }
}
