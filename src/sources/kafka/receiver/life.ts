// One life of a receiver, from joining the group to leaving it.

import type { Block } from '../../../block.ts'
import type { Clock } from '../../../clock.ts'
import { Exit, SprkError } from '../../../errors.ts'
import type { Brokers } from '../../../kafka/client/brokers.ts'
import { Fault } from '../../../kafka/client/fault.ts'
import { type Assignment, Member, type MemberOptions } from '../../../kafka/group/member.ts'
import type { GroupMember } from '../../../kafka/group/session.ts'
import type { Gap, Position } from '../../../log.ts'
import { PartitionMap } from '../../../partition-map.ts'
import { partitionKey, type TopicPartition } from '../../../record.ts'
import { shortList } from '../../../words.ts'
import type { OpenCluster } from '../open-cluster.ts'
import type { BlockBuilder } from './block-builder.ts'
import { BlockGenerator } from './block-generator.ts'
import { BlockQueue } from './block-queue.ts'
import { Commits } from './commits.ts'
import type { Intake } from './intake.ts'
import { Lane } from './lane.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** Connections of one receiver alone; nothing is connected yet. */
export interface OpenLife {
  /** Of the member. */
  brokers(): Brokers
  /** Of one lane. */
  cluster(): OpenCluster
}

export interface LifeOptions {
  readonly member: Omit<MemberOptions, 'topics'>
  /** The topics that the pipeline selects and that exist, in order. */
  topics(): readonly string[]
  /** Whether a client id is of a member of this run. */
  isOurs(clientId: string): boolean
  /** Members that are not ours may be in the group. */
  readonly isShared: boolean
  /** How many lanes share a topic's partitions. */
  threadsOf(topic: string): number
  readonly lanes: number
  readonly blockIntervalMs: number
  readonly blockQueueSize: number
  readonly limiter: RateLimiter
  /** Whether to go on behind lost records. */
  readonly goesOn: boolean
  /** The metadata beside our offsets in the group. */
  readonly mark: string
  /** A loss that was found before receiving began. */
  takeGap(at: TopicPartition): Gap | null
  /** Where a run with fixed ends wants nothing more of a partition; else Infinity. */
  endOf(at: TopicPartition): number
  /** Calls `work` with the saved positions when no batch is under way, before the next one is planned. */
  betweenBatches(work: (saved: readonly Position[]) => void): Promise<void>
  /** The receiver has other partitions now. */
  changed(): void
}

/** How long a rebalance, or the end, waits for the last commit to the group. */
const FLUSH_MS = 3000

export class Life {
  readonly #options: LifeOptions
  readonly #intake: Intake
  readonly #brokers: Brokers
  readonly #lanes: readonly Lane[]
  readonly #member: Member
  readonly #commits: Commits
  readonly #queue: BlockQueue
  readonly #generator: BlockGenerator
  readonly #owned = new PartitionMap<TopicPartition>()
  /** Partitions that wait until their positions are saved, and what the group has committed of them. */
  readonly #unsaved = new PartitionMap<number | null>()
  #hasJoined = false

  constructor(options: LifeOptions, open: OpenLife, intake: Intake, clock: Clock) {
    this.#options = options
    this.#intake = intake
    this.#brokers = open.brokers()
    const { limiter, goesOn, member, topics, blockQueueSize, mark } = options
    this.#queue = new BlockQueue(blockQueueSize, (blocks) => this.#store(blocks), clock)
    this.#generator = new BlockGenerator(this.#queue, options.blockIntervalMs, clock)
    const events = {
      full: (builder: BlockBuilder) => this.#generator.cutFull(builder),
      cut: (builder: BlockBuilder) => this.#generator.cut([builder]),
      isPaused: () => this.#queue.isFull || intake.isFull,
      isReached: (position: Position) => position.next >= options.endOf(position),
      endsAt: (at: TopicPartition, end: number) => intake.endsAt(at, end),
      notice: intake.notice.bind(intake),
    }
    this.#lanes = Array.from({ length: options.lanes }, () => {
      return new Lane(open.cluster(), { limiter, goesOn, buffers: intake.buffers }, events, clock)
    })
    const { revoked, assigned, notice } = {
      revoked: (partitions: readonly TopicPartition[], isLost: boolean) => this.#revoked(partitions, isLost),
      assigned: (assignment: Assignment) => this.#assigned(assignment),
      notice: intake.notice.bind(intake),
    }
    this.#member = new Member(this.#brokers, { ...member, topics }, { revoked, assigned, notice }, clock)
    this.#commits = new Commits(this.#member, mark, clock)
  }

  get hasJoined(): boolean {
    return this.#hasJoined
  }

  get partitions(): readonly string[] {
    return [...this.#owned.keys()].map(partitionKey)
  }

  wake(): void {
    this.#beginSaved()
    for (const lane of this.#lanes) lane.wake()
  }

  offer(positions: readonly Position[]): void {
    this.#commits.offer(positions.filter((position) => this.#owned.has(position)))
  }

  /** Until the signal is aborted. Throws StoreFailed, or a SprkError where waiting does not help. */
  async run(signal: AbortSignal): Promise<void> {
    const receiving = new AbortController()
    const membership = new AbortController()
    const stop = () => receiving.abort()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const isStopped = unlessAborted(receiving.signal)
    const member = this.#member.run(membership.signal).catch(isStopped).finally(stop)
    member.catch(() => {}) // It is awaited at the end.
    const tasks = [
      ...this.#lanes.map((lane) => lane.run(receiving.signal)),
      this.#generator.run(() => this.#builders(), receiving.signal),
      this.#queue.run(receiving.signal),
      this.#commits.run(receiving.signal),
    ].map((task) => task.catch(isStopped).finally(stop))
    try {
      await Promise.all(tasks)
      if (signal.aborted) await this.#finish()
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
      await Promise.allSettled(tasks)
      membership.abort()
      await Promise.allSettled([member])
      for (const at of this.#owned.keys()) this.#intake.disown(at, this)
      await Promise.all([this.#brokers.disconnect(), ...this.#lanes.map((lane) => lane.disconnect())])
    }
    await member
  }

  /** Stores what is in hand, and tells the group. */
  async #finish(): Promise<void> {
    if (this.#isLogOn) {
      this.#generator.cut(this.#builders())
      this.#queue.flush()
    }
    await this.#commits.flush(FLUSH_MS)
  }

  get #isLogOn(): boolean {
    return this.#intake.memory === null
  }

  #builders(): readonly BlockBuilder[] {
    return this.#lanes.flatMap((lane) => lane.builders())
  }

  #store(blocks: readonly Block[]): void {
    // A long commit may have lasted longer than the session: members elsewhere may have the partitions.
    if (this.#options.isShared && !this.#member.isMember()) throw new Fault('the session may have expired')
    this.#intake.take(blocks, this)
    if (this.#isLogOn) this.offer(blocks.flatMap((block) => this.#intake.standing(block) ?? []))
  }

  async #revoked(partitions: readonly TopicPartition[], isLost: boolean): Promise<void> {
    this.#hasJoined = false
    for (const at of partitions) {
      this.#unsaved.delete(at)
    }
    const builders = partitions.flatMap((at) => this.#laneOf(at).close(at) ?? [])
    if (!isLost && this.#isLogOn) this.#generator.cut(builders)
    if (isLost && this.#options.isShared) this.#queue.forget(partitions)
    if (this.#isLogOn) this.#queue.flush()
    else {
      this.#queue.forget(partitions)
      await this.#options.betweenBatches((saved) => this.#intake.drop(partitions, saved, this))
    }
    if (!isLost) await this.#commits.flush(FLUSH_MS)
    this.#commits.forget(partitions)
    for (const at of partitions) {
      this.#owned.delete(at)
      this.#intake.disown(at, this)
    }
    this.#options.changed()
  }

  async #assigned({ added, members }: Assignment): Promise<void> {
    this.#assertAlone(members)
    const committed = this.#options.isShared ? await this.#member.committed(added) : new PartitionMap<never>()
    for (const at of added) {
      this.#owned.set(at, at)
      this.#intake.own(at, this)
      const offset = committed.get(at)?.offset ?? null
      if (!this.#begin(at, offset)) this.#unsaved.set(at, offset)
    }
    this.#hasJoined = true
    this.#options.changed()
    this.#intake.wake()
  }

  #assertAlone(members: readonly GroupMember[]): void {
    const others = members.filter(({ clientId }) => !this.#options.isOurs(clientId))
    if (others.length === 0 || this.#options.isShared) return
    const names = others.map(({ clientId, host }) => `${clientId} on ${host.replace(/^\//, '')}`)
    throw new SprkError(Exit.LOCKED, {
      code: 'E_GROUP_MEMBERS',
      message: `consumer group ${this.#options.member.groupId} has other members: ${shortList(names, 3)}`,
      hint: 'name another `groupId`, or write `shared: true` under `receiver:` (records that others read are left to them)',
    })
  }

  /**
   * Begins to receive a partition, where a shared group has brought it further behind what others read. Returns false where
   * its position is not saved yet.
   */
  #begin(at: TopicPartition, committed: number | null): boolean {
    const position = this.#intake.standing(at)
    if (position === undefined) return false
    const isAhead = committed !== null && committed > position.next
    const gap = this.#options.takeGap(at) ?? (isAhead ? this.#stepOver(position, committed) : null)
    this.#laneOf(at).open(position, gap)
    // The position here counts, not that of the group: but for what others read.
    if (this.#isLogOn && !isAhead) this.#commits.offer([position])
    return true
  }

  #stepOver({ topic, partition, topicId, next }: Position, ahead: number): Gap {
    const cause = `other members of consumer group ${this.#options.member.groupId} read these records`
    return { topic, partition, topicId, fromOffset: next, toOffset: ahead, cause }
  }

  #beginSaved(): void {
    for (const [at, committed] of [...this.#unsaved]) if (this.#begin(at, committed)) this.#unsaved.delete(at)
  }

  #laneOf({ topic, partition }: TopicPartition): Lane {
    const threads = Math.min(this.#options.threadsOf(topic), this.#lanes.length)
    const lane = this.#lanes[partition % threads]
    if (lane === undefined) throw new Error('a receiver without lanes')
    return lane
  }
}

/** Errors of what was stopped say nothing. */
function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error
  }
}
