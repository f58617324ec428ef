// What a member of a consumer group and its coordinator say to each other: joining, heartbeats, commits, leaving. It keeps
// what the answers mean for the membership; member.ts decides when to ask.

import type { Clock } from '../../clock.ts'
import type { TopicPartition } from '../../record.ts'
import type { Brokers } from '../client/brokers.ts'
import { Fault } from '../client/fault.ts'
import { decodeAssignment, encodeAssignment, encodeSubscription } from '../protocol/consumer-protocol.ts'
import { DESCRIBE_GROUPS, DESCRIBE_GROUPS_WITHOUT_NAMES } from '../protocol/describe-groups.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { HEARTBEAT } from '../protocol/heartbeat.ts'
import { JOIN_GROUP } from '../protocol/join-group.ts'
import { LEAVE_GROUP } from '../protocol/leave-group.ts'
import { OFFSET_COMMIT, type OffsetToCommit, offsetCommit } from '../protocol/offset-commit.ts'
import { SYNC_GROUP } from '../protocol/sync-group.ts'
import type { Assignor } from './assignor.ts'
import { cooperativeSticky } from './cooperative-sticky.ts'
import { Coordinator } from './coordinator.ts'
import { type Answered, Leading } from './leading.ts'
import { range } from './range.ts'
import { DEAD, ofNewerProtocol, otherKind, PROTOCOL_TYPE, refusalOf } from './refusals.ts'

/** In the order of the Java client's defaults: brokers choose the first one that all members have. */
const ASSIGNORS: readonly Assignor[] = [range, cooperativeSticky]

export interface SessionOptions {
  readonly groupId: string
  /** The name of a static member (KIP-345): it may go and come back within the session time-out without a rebalance. */
  readonly instanceId: string | null
  readonly sessionTimeoutMs: number
  /** How long the group waits for a member that has to give up partitions and join again. */
  readonly rebalanceTimeoutMs: number
}

/** A member of the group, as DescribeGroups tells it. */
export interface GroupMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  /** `/127.0.0.1`: an address as Java prints it. */
  readonly host: string
  readonly partitions: readonly TopicPartition[]
}

/** What SyncGroup gave. */
export interface Joined {
  readonly assignor: Assignor
  readonly partitions: readonly TopicPartition[]
}

export class Session {
  readonly #options: SessionOptions
  readonly #clock: Clock
  readonly #coordinator: Coordinator
  readonly #leading: Leading
  #memberId = ''
  #generation = -1
  #assignor: Assignor | null = null
  /** The group gave partitions to this member, and has not said since that it is none any more. */
  #isIn = false
  /** The answers to a JoinGroup and its SyncGroup decide; heartbeats of the generation before say nothing. */
  #isJoining = false
  /** When the last heartbeat that succeeded was sent, monotonic: the session lasts at least from then on. */
  #heardAt = -Infinity
  #topics: readonly string[] = []

  constructor(brokers: Brokers, options: SessionOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#coordinator = new Coordinator(brokers, options.groupId)
    this.#leading = new Leading(brokers)
  }

  get memberId(): string {
    return this.#memberId
  }

  get generation(): number {
    return this.#generation
  }

  /** Whether the group has not expelled this member, as far as is known. */
  get isIn(): boolean {
    return this.#isIn
  }

  /** Whether the last answer is recent enough, too, for the group to have waited for this member. */
  get isSure(): boolean {
    return this.#isIn && this.#clock.monotonic() - this.#heardAt < this.#options.sessionTimeoutMs
  }

  /** Whether partitions may be kept while the group rebalances. */
  get isCooperative(): boolean {
    return this.#assignor?.isCooperative === true
  }

  /** Those of the last JoinGroup. */
  get topics(): readonly string[] {
    return this.#topics
  }

  /**
   * Joins with the topics to read and the partitions that are kept. Null: the group rebalances again or has expelled this
   * member (`isIn` says so); whoever calls gives up partitions accordingly, and joins again.
   */
  async join(topics: readonly string[], owned: readonly TopicPartition[]): Promise<Joined | null> {
    if (owned.length > 0 && !this.#isIn) return null
    this.#isJoining = true
    this.#topics = topics
    try {
      const answer = await this.#joinGroup(topics, owned)
      return answer === null ? null : await this.#sync(answer)
    } finally {
      this.#isJoining = false
    }
  }

  async #joinGroup(topics: readonly string[], owned: readonly TopicPartition[]): Promise<Answered | null> {
    const { groupId, instanceId, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options
    const generation = owned.length > 0 ? this.#generation : -1
    const protocols = ASSIGNORS.map(({ name, userData }) => {
      const subscription = { topics, userData: userData(generation), owned, generation, rack: null }
      return { name, metadata: encodeSubscription(subscription) }
    })
    const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs }
    const request = {
      groupId,
      ...timeouts,
      memberId: this.#memberId,
      instanceId,
      protocolType: PROTOCOL_TYPE,
      protocols,
    }
    const answer = await this.#coordinator.ask(JOIN_GROUP, request, rebalanceTimeoutMs)
    if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
      this.#memberId = answer.memberId
      return await this.#joinGroup(topics, owned)
    }
    if (this.#isExpelled(answer.errorCode)) return null
    if (answer.errorCode === ErrorCode.INCONSISTENT_GROUP_PROTOCOL) throw otherKind(await this.#group(), ASSIGNORS)
    this.#check(answer.errorCode)
    this.#memberId = answer.memberId
    this.#generation = answer.generation
    return answer
  }

  async #sync(answer: Answered): Promise<Joined | null> {
    const assignor = ASSIGNORS.find(({ name }) => name === answer.protocol)
    if (assignor === undefined) throw new Fault(`consumer group ${this.#options.groupId} chose \`${answer.protocol}\``)
    const assigned = await this.#leading.assign(answer, assignor)
    const assignments = assigned.map(({ memberId, partitions }) => {
      return { memberId, assignment: encodeAssignment(partitions) }
    })
    const sentAt = this.#clock.monotonic()
    const request = { ...this.#identity(), assignments }
    const { errorCode, assignment } = await this.#coordinator.ask(SYNC_GROUP, request, this.#options.rebalanceTimeoutMs)
    if (errorCode === ErrorCode.REBALANCE_IN_PROGRESS || this.#isExpelled(errorCode)) return null
    this.#check(errorCode)
    this.#assignor = assignor
    this.#isIn = true
    this.#heardAt = sentAt
    return { assignor, partitions: decodeAssignment(assignment) }
  }

  /** Says that this member lives. Returns whether there is a reason to join again; while it joins there is none. */
  async beat(): Promise<boolean> {
    if (this.#generation < 0) return false
    const [sentAt, identity, wasJoining] = [this.#clock.monotonic(), this.#identity(), this.#isJoining]
    const { errorCode } = await this.#coordinator.ask(HEARTBEAT, identity)
    if (!this.#isCurrent(identity)) return false
    const isRebalancing = errorCode === ErrorCode.REBALANCE_IN_PROGRESS
    if (errorCode === ErrorCode.NONE || isRebalancing) this.#heardAt = sentAt
    if (isRebalancing) return !wasJoining && !this.#isJoining
    return this.#hear(errorCode)
  }

  /**
   * `refused`: the coordinator took it for no member's at this moment, nothing was written; `again`: the same, and there is
   * a reason to join again. Partitions that do not exist are passed over.
   */
  async commit(offsets: readonly OffsetToCommit[]): Promise<'written' | 'refused' | 'again'> {
    const [identity, wasJoining] = [this.#identity(), this.#isJoining]
    const request = offsetCommit(this.#options.groupId, identity, offsets)
    const { topics } = await this.#coordinator.ask(OFFSET_COMMIT, request)
    const codes = topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
    const refusal = codes.find((code) => NOT_A_MEMBER.has(code))
    if (refusal === undefined) {
      for (const code of codes) if (code !== ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) this.#check(code)
      return 'written'
    }
    return !wasJoining && this.#isCurrent(identity) && this.#hear(refusal) ? 'again' : 'refused'
  }

  /** All members of the group. */
  async describe(): Promise<readonly GroupMember[]> {
    const { groupId } = this.#options
    const { state, members } = await this.#group()
    const described = members.map(({ memberId, instanceId, clientId, host, assignment }) => {
      return { memberId, instanceId, clientId, host, partitions: decodeAssignment(assignment) }
    })
    // Groups of KIP-848 exist for newer requests only.
    if (state === DEAD)
      throw new Fault(`consumer group ${groupId} cannot be described`, {
        lasting: ofNewerProtocol(groupId),
        attempts: 5,
      })
    if (state === 'Stable') this.#leading.watch(described, this.#topics)
    return described
  }

  /** Whether partitions were added to topics, or taken away with a topic, since this member assigned them as the leader. */
  async haveTopicsChanged(): Promise<boolean> {
    return await this.#leading.haveTopicsChanged()
  }

  /** A static member does not say that it goes: it is expected back. */
  async leave(): Promise<void> {
    const { groupId, instanceId } = this.#options
    this.#isIn = false
    if (this.#memberId === '' || instanceId !== null) return
    await this.#coordinator.ask(LEAVE_GROUP, { groupId, memberId: this.#memberId })
  }

  #identity() {
    const { groupId, instanceId } = this.#options
    return { groupId, generation: this.#generation, memberId: this.#memberId, instanceId }
  }

  /** Whether an answer to a request of this identity still says something. */
  #isCurrent({ generation, memberId }: { readonly generation: number; readonly memberId: string }): boolean {
    return generation === this.#generation && memberId === this.#memberId
  }

  /** Takes an error code of a heartbeat or a commit. Returns whether there is a reason to join again. */
  #hear(code: number): boolean {
    if (this.#isJoining && NOT_A_MEMBER.has(code)) return false
    if (code === ErrorCode.REBALANCE_IN_PROGRESS || this.#isExpelled(code)) return true
    this.#check(code)
    return false
  }

  #isExpelled(code: number): boolean {
    if (!EXPELLED.has(code)) return false
    this.#isIn = false
    this.#generation = -1
    if (code === ErrorCode.UNKNOWN_MEMBER_ID) this.#memberId = ''
    return true
  }

  /**
   * Lets members leave that were killed: else the group would wait for each of them until its session is over. A static one
   * is expected back, and needs nobody else's word.
   */
  async dismiss(isGone: (clientId: string) => boolean): Promise<void> {
    const { groupId } = this.#options
    const { members } = await this.#group()
    for (const { memberId, instanceId, clientId } of members) {
      if (instanceId === null && isGone(clientId)) await this.#coordinator.ask(LEAVE_GROUP, { groupId, memberId })
    }
  }

  async #group() {
    const { groupId } = this.#options
    const request = { groups: [groupId], includeAuthorizedOperations: false }
    const hasNames = await this.#coordinator.offers(DESCRIBE_GROUPS)
    const message = hasNames ? DESCRIBE_GROUPS : DESCRIBE_GROUPS_WITHOUT_NAMES
    const { groups } = await this.#coordinator.ask(message, request)
    const [group] = groups
    if (group === undefined) throw new Fault(`consumer group ${groupId}: no answer`)
    this.#check(group.errorCode)
    return group
  }

  #check(code: number): void {
    const refusal = refusalOf(code, this.#options)
    if (refusal !== null) throw refusal
    this.#coordinator.check(code, 'READ and DESCRIBE on the group')
  }
}

const EXPELLED = new Set<number>([ErrorCode.ILLEGAL_GENERATION, ErrorCode.UNKNOWN_MEMBER_ID])
const NOT_A_MEMBER = new Set<number>([...EXPELLED, ErrorCode.REBALANCE_IN_PROGRESS])
