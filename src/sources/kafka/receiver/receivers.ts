// The receivers of a run, all together.

import type { Clock } from '../../../clock.ts'
import { Brokers } from '../../../kafka/client/brokers.ts'
import { within } from '../../../kafka/client/fault.ts'
import type { Gap, Position } from '../../../log.ts'
import type { TopicPartition } from '../../../record.ts'
import { markOf } from '../compare-offsets.ts'
import { openCluster } from '../open-cluster.ts'
import type { KafkaSourceOptions } from '../source-options.ts'
import type { Intake } from './intake.ts'
import { Life, type LifeOptions } from './life.ts'
import type { receivingOf } from './options.ts'
import { RateLimiter } from './rate-limiter.ts'
import { Receiver } from './receiver.ts'

export interface ReceivingOptions extends ReturnType<typeof receivingOf> {
  readonly groupId: string
  /** Identity of the state file. */
  readonly stateId: string
}

/** What receivers ask of their source. */
export interface ReceiverHost extends Pick<LifeOptions, 'topics' | 'endOf' | 'betweenBatches'> {
  /** A loss that was found before receiving began; gives it once. */
  takeGap(at: TopicPartition): Gap | null
  /** A run up to fixed ends. */
  isOnce(): boolean
}

/** Kafka's defaults; the rebalance waits as long as consumers of Kafka may take from one poll to the next. */
const SESSION_MS = 45_000
const HEARTBEAT_MS = 3000
const REBALANCE_MS = 300_000

/** How long a stop waits: for the batch that was begun, for the last blocks and for leaving the group. */
const CLOSE_MS = 5000

export class Receivers {
  readonly #options: KafkaSourceOptions
  readonly #receiving: ReceivingOptions
  readonly #host: ReceiverHost
  readonly #intake: Intake
  readonly #clock: Clock
  readonly #limiters: readonly RateLimiter[]
  readonly #receivers: readonly Receiver[]
  readonly #stop = new AbortController()
  /** Null: they have not begun. */
  #running: Promise<unknown> | null = null

  /** They connect to nothing before they begin. */
  constructor(
    options: KafkaSourceOptions,
    receiving: ReceivingOptions,
    host: ReceiverHost,
    intake: Intake,
    clock: Clock,
  ) {
    this.#options = options
    this.#receiving = receiving
    this.#host = host
    this.#intake = intake
    this.#clock = clock
    this.#limiters = Array.from({ length: receiving.receivers }, () => new RateLimiter(clock, receiving.maxRate))
    this.#receivers = this.#limiters.map((limiter, i) => this.#receiver(i + 1, limiter))
  }

  /** Called when the first positions are saved, and later without effect. */
  begin(): void {
    if (this.#running !== null || this.#intake.hasFailed) return
    // Where one cannot go on, none does: what they have received is processed, and the run ends.
    const stop = () => this.#stop.abort()
    this.#running = Promise.all(this.#receivers.map((receiver) => receiver.run(this.#stop.signal).finally(stop)))
  }

  /** Whether each has its share of the partitions. */
  get haveJoined(): boolean {
    return this.#receivers.every((receiver) => receiver.hasJoined)
  }

  /** There may be room again, or more positions are saved. */
  wake(): void {
    for (const receiver of this.#receivers) receiver.wake()
  }

  /** Log off: a batch was committed up to these positions. */
  committed(positions: readonly Position[]): void {
    for (const receiver of this.#receivers) receiver.committed(positions)
  }

  /** Those that have partitions share what back-pressure allows (records a second); each keeps its own maximum. */
  allow(rate: number): void {
    const sharers = this.#receivers.filter(({ report }) => report.partitions.length > 0).length
    for (const limiter of this.#limiters) limiter.update(Math.max(1, rate / (sharers || this.#limiters.length)))
  }

  /** Records a second that they may take all together; null: any number. */
  get rate(): number | null {
    const rate = this.#limiters.reduce((sum, limiter) => sum + limiter.rate, 0)
    return rate === Infinity ? null : rate
  }

  /** Ends in time, and never throws. */
  async close(): Promise<void> {
    this.#stop.abort()
    const late = () => new Error('the receivers take too long')
    await within(this.#running ?? Promise.resolve(), CLOSE_MS, this.#clock, late).catch(() => {})
  }

  #receiver(number: number, limiter: RateLimiter): Receiver {
    const { groupId, groupInstanceId, stateId, threads, shared, restartDelay, ...receiving } = this.#receiving
    const prefix = `sprk-${stateId}-`
    const options = { ...this.#options, clientId: `${prefix}${number}` }
    const isLeftOver = (clientId: string) => {
      return clientId.startsWith(prefix) && Number(clientId.slice(prefix.length)) > receiving.receivers
    }
    const member = {
      groupId,
      instanceId: groupInstanceId === null ? null : `${groupInstanceId}-${number}`,
      sessionTimeoutMs: SESSION_MS,
      heartbeatMs: HEARTBEAT_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      // This process has the state file, so a member of this number is of a run that was killed.
      isGone: (clientId: string) => clientId === options.clientId || (number === 1 && isLeftOver(clientId)),
    }
    const changed = () => this.#report()
    const life = {
      ...this.#host,
      ...{ member, limiter, changed, isShared: shared, mark: markOf(stateId) },
      isOurs: (clientId: string) => clientId.startsWith(prefix),
      ...{ threadsOf: (topic: string) => threads.get(topic) ?? 1, lanes: Math.max(1, ...threads.values()) },
      blockIntervalMs: receiving.blockInterval,
      blockQueueSize: receiving.blockQueueSize,
      goesOn: this.#options.onDataLoss === 'continue',
    }
    const open = {
      brokers: () => new Brokers(options, this.#clock),
      cluster: () => openCluster(options, this.#clock),
    }
    const begin = () => new Life(life, open, this.#intake, this.#clock)
    const { isOnce } = this.#host
    return new Receiver({ number, restartDelayMs: restartDelay, isOnce, changed }, begin, this.#intake, this.#clock)
  }

  /** What stops says nothing of the run. */
  #report(): void {
    if (this.#stop.signal.aborted) return
    this.#intake.blocks.report(this.#receivers.map(({ report }) => report))
  }
}
