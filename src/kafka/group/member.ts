// A member of a consumer group: it joins, says that it lives, joins again when the group rebalances, and leaves.
//
// Laws: heartbeats have a timer of their own and wait neither for who reads the partitions nor for a JoinGroup; a
// partition is given up only after its reader has stopped, unless the group has expelled this member; events come one
// after the other.

import type { Clock } from '../../clock.ts'
import type { Notice } from '../../notice.ts'
import { PartitionMap, type ReadonlyPartitionMap } from '../../partition-map.ts'
import { byTopicPartition, type TopicPartition } from '../../record.ts'
import type { Brokers } from '../client/brokers.ts'
import { Fault, unlessAborted, within } from '../client/fault.ts'
import { Outage } from '../client/outage.ts'
import type { OffsetToCommit } from '../protocol/offset-commit.ts'
import type { CommittedOffset } from '../protocol/offset-fetch.ts'
import { GroupOffsets } from './group-offsets.ts'
import { type GroupMember, type Joined, Session, type SessionOptions } from './session.ts'

/** How often the leader looks whether topics have other partitions than it assigned. */
const LOOK_INTERVAL_MS = 30_000

/** Between two attempts to join where a rebalance or an expulsion came in between. */
const REJOIN_DELAY_MS = 100

const LEAVE_TIMEOUT_MS = 5000

export interface MemberOptions extends SessionOptions {
  readonly heartbeatMs: number
  /** The topics to read as of now; another answer than at the last join makes the member join again (patterns). */
  topics(): readonly string[]
  /** Whether a client id is of a member that is known to be dead; absent: none is. Asked before the member joins for the first time. */
  isGone?(clientId: string): boolean
}

export interface Assignment {
  /** All partitions that this member owns now, in (topic, partition) order, and those of them that are new. */
  readonly owned: readonly TopicPartition[]
  readonly added: readonly TopicPartition[]
  /** All members of the group, this one too. Their partitions are empty where another rebalance has begun. */
  readonly members: readonly GroupMember[]
  readonly generation: number
  readonly memberId: string
}

/** What a member calls, one after the other. What they throw ends the member. */
export interface MemberEvents {
  /**
   * Called before partitions go to another member. Whoever reads them stops and stores what was read, and may commit it;
   * the member joins again when the promise resolves, which it should within the rebalance time-out: else the group
   * expels the member, and `isMember` says so. `isLost`: the partitions are given away already, and nothing can be
   * committed for them.
   */
  revoked(partitions: readonly TopicPartition[], isLost: boolean): Promise<void>
  /** Called after each SyncGroup. */
  assigned(assignment: Assignment): Promise<void>
  /** Called with lines for people: the coordinator is away, or works again. */
  notice(notice: Notice): void
}

export class Member {
  readonly #options: MemberOptions
  readonly #events: MemberEvents
  readonly #clock: Clock
  readonly #session: Session
  readonly #offsets: GroupOffsets
  /** Of what joining asks for, and of heartbeats. */
  readonly #outages: { readonly joining: Outage; readonly beating: Outage }
  #owned: ReadonlyPartitionMap<TopicPartition> = new PartitionMap()
  /** Aborted when there is a reason to join again. */
  #again = new AbortController()
  /** Joining tells of faults; heartbeats need not do that, too. */
  #isJoining = false

  /** The brokers are of this member alone, and fetch nothing. Connects to nothing yet. */
  constructor(brokers: Brokers, options: MemberOptions, events: MemberEvents, clock: Clock) {
    this.#options = options
    this.#events = events
    this.#clock = clock
    this.#session = new Session(brokers, options, clock)
    this.#offsets = new GroupOffsets(brokers, options.groupId)
    this.#outages = { joining: new Outage(clock), beating: new Outage(clock) }
  }

  get generation(): number {
    return this.#session.generation
  }

  /** Empty until the group has given one. */
  get memberId(): string {
    return this.#session.memberId
  }

  /**
   * Whether it holds its partitions for sure. False from the moment that the coordinator says otherwise, and where the
   * last successful heartbeat is longer ago than the session time-out: the event loop may have been blocked.
   */
  isMember(): boolean {
    return this.#session.isSure
  }

  /**
   * Stores offsets of partitions that it owns, as a member. False: it is none at this moment, or does not own all of
   * them; nothing was written. Throws a Fault where another attempt may help, else a SprkError.
   */
  async commit(offsets: readonly OffsetToCommit[]): Promise<boolean> {
    if (!this.isMember() || !offsets.every((at) => this.#owned.has(at))) return false
    const outcome = await this.#session.commit(offsets)
    if (outcome === 'again') this.#again.abort()
    return outcome === 'written'
  }

  /** What the group has committed, for partitions that have something. Throws as `commit` does. */
  async committed(partitions: readonly TopicPartition[]): Promise<ReadonlyPartitionMap<CommittedOffset>> {
    return await this.#offsets.read(partitions)
  }

  /**
   * Is a member until the signal is aborted; then leaves, within 5 s, without another event. Throws what waiting cannot
   * mend as a SprkError, and what an event throws.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    const loops = [this.#live(stop.signal), this.#beat(stop.signal)].map((loop) => loop.finally(onAbort))
    try {
      await Promise.all(loops)
    } catch (error) {
      if (error !== stop.signal.reason) throw error
    } finally {
      signal.removeEventListener('abort', onAbort)
      await Promise.allSettled(loops)
      await this.#leave()
    }
  }

  async #live(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#again.abort())
    const { isGone } = this.#options
    if (isGone !== undefined) await this.#persist(() => this.#session.dismiss(isGone), this.#outages.joining, signal)
    while (!signal.aborted) {
      this.#again = new AbortController()
      await this.#giveUp(signal)
      const joined = await this.#join(signal)
      if (joined === null) await this.#clock.sleep(REJOIN_DELAY_MS, signal)
      else {
        await this.#take(joined, signal)
        await this.#rest()
      }
    }
  }

  /** Before it joins again: all partitions where the group shares them out from scratch, or has expelled this member. */
  async #giveUp(signal: AbortSignal): Promise<void> {
    const isLost = !this.#session.isIn
    if (isLost || !this.#session.isCooperative) await this.#revoke([...this.#owned.keys()], isLost, signal)
  }

  async #revoke(partitions: readonly TopicPartition[], isLost: boolean, signal: AbortSignal): Promise<void> {
    if (partitions.length === 0) return
    await unlessAborted(this.#events.revoked(partitions, isLost), signal)
    const gone = PartitionMap.of(partitions)
    this.#owned = PartitionMap.of([...this.#owned.keys()].filter((at) => !gone.has(at)))
  }

  async #join(signal: AbortSignal): Promise<Joined | null> {
    const owned = [...this.#owned.keys()]
    return await this.#whileJoining(() => this.#session.join([...this.#options.topics()], owned), signal)
  }

  async #whileJoining<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#isJoining = true
    try {
      return await this.#persist(attempt, this.#outages.joining, signal)
    } finally {
      this.#isJoining = false
    }
  }

  /** Takes up what SyncGroup gave. Of a cooperative group, who gave up something joins again, so that others can have it. */
  async #take({ assignor, partitions }: Joined, signal: AbortSignal): Promise<void> {
    const given = PartitionMap.of(partitions)
    const gone = [...this.#owned.keys()].filter((at) => !given.has(at))
    await this.#revoke(gone, !assignor.isCooperative, signal)
    const before = this.#owned
    const owned = partitions.toSorted(byTopicPartition)
    this.#owned = PartitionMap.of(owned)
    const members = await this.#whileJoining(() => this.#session.describe(), signal)
    if (gone.length > 0 && assignor.isCooperative) this.#again.abort()
    if (!this.#session.isIn) return
    const { generation, memberId } = this.#session
    const added = owned.filter((at) => !before.has(at))
    await unlessAborted(this.#events.assigned({ owned, added, members, generation, memberId }), signal)
  }

  /** Until there is a reason to join again. */
  async #rest(): Promise<void> {
    const { signal } = this.#again
    while (!signal.aborted) {
      await this.#clock.sleep(LOOK_INTERVAL_MS, signal)
      if (!signal.aborted && (await this.#haveTopicsChanged())) return
    }
  }

  /** Heartbeats tell of brokers that are away. */
  async #haveTopicsChanged(): Promise<boolean> {
    try {
      return await this.#session.haveTopicsChanged()
    } catch (error) {
      if (error instanceof Fault) return false
      throw error
    }
  }

  async #beat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(this.#options.heartbeatMs, signal)
      if (signal.aborted) return
      await this.#beatOnce(signal)
    }
  }

  async #beatOnce(signal: AbortSignal): Promise<void> {
    try {
      const attempt = () => this.#session.beat()
      const { beating } = this.#outages
      const isDue = this.#isJoining
        ? await unlessAborted(attempt(), signal)
        : await this.#persist(attempt, beating, signal)
      if (isDue || this.#haveTopicsOtherNames()) this.#again.abort()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
    }
  }

  #haveTopicsOtherNames(): boolean {
    const topics = this.#options.topics()
    return topics.length !== this.#session.topics.length || topics.some((name, i) => name !== this.#session.topics[i])
  }

  /** Attempts until one succeeds, and tells of those that fail. Throws what waiting cannot mend. */
  async #persist<T>(attempt: () => Promise<T>, outage: Outage, signal: AbortSignal): Promise<T> {
    const attempts = outage.retry(attempt, signal)
    for (;;) {
      const step = await attempts.next()
      if (step.done === true) return step.value
      this.#events.notice(step.value)
    }
  }

  async #leave(): Promise<void> {
    const late = () => new Fault('leaving takes too long')
    await within(this.#session.leave(), LEAVE_TIMEOUT_MS, this.#clock, late).catch(() => {})
  }
}
