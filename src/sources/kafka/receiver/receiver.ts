// A receiver: a member of the consumer group and the connections that fetch its partitions. It ends and begins anew where
// blocks cannot be stored.

import type { ReceiverReport } from '../../../block.ts'
import type { Clock } from '../../../clock.ts'
import { formatMs } from '../../../duration.ts'
import { messageOf } from '../../../errors.ts'
import { Fault } from '../../../kafka/client/fault.ts'
import type { Position } from '../../../log.ts'
import { warning } from '../../../notice.ts'
import { StoreFailed } from './block-queue.ts'
import type { Intake } from './intake.ts'
import type { Life } from './life.ts'

export interface ReceiverOptions {
  /** From 1 on. */
  readonly number: number
  readonly restartDelayMs: number
  /** A run up to fixed ends does not wait for a disk that is full, or that fails. */
  isOnce(): boolean
  /** Something is new that `status` shows. */
  changed(): void
}

export type ReceiverLife = Pick<Life, 'hasJoined' | 'partitions' | 'wake' | 'offer' | 'run'>

/** The interval of warnings about the same reason. */
const REMIND_MS = 30_000

export class Receiver {
  readonly #options: ReceiverOptions
  readonly #begin: () => ReceiverLife
  readonly #intake: Intake
  readonly #clock: Clock
  #life: ReceiverLife | null = null
  #restarts = 0
  #lastError: ReceiverReport['lastError'] = null
  #toldAt = -Infinity

  /** `begin` makes the next life; it connects nothing before it runs. */
  constructor(options: ReceiverOptions, begin: () => ReceiverLife, intake: Intake, clock: Clock) {
    this.#options = options
    this.#begin = begin
    this.#intake = intake
    this.#clock = clock
  }

  /** Whether it has its share of the partitions, though that may be none. */
  get hasJoined(): boolean {
    return this.#life?.hasJoined ?? false
  }

  get report(): ReceiverReport {
    const { number } = this.#options
    return { number, partitions: this.#life?.partitions ?? [], restarts: this.#restarts, lastError: this.#lastError }
  }

  /** There may be room again; positions may be saved now. */
  wake(): void {
    this.#life?.wake()
  }

  /** Log off: a batch was committed up to these positions. */
  committed(positions: readonly Position[]): void {
    this.#life?.offer(positions)
  }

  /**
   * Receives until the signal is aborted; then stores what is in hand and leaves the group. Never rejects: returns also where
   * it cannot go on, and the intake has failed.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { restartDelayMs } = this.#options
    while (!signal.aborted) {
      this.#life = this.#begin()
      try {
        await this.#life.run(signal)
      } catch (error) {
        if (signal.aborted) return
        const reason = error instanceof StoreFailed ? error.cause : error
        const isPassing = reason instanceof Fault || (error instanceof StoreFailed && !this.#options.isOnce())
        if (!isPassing) return this.#intake.fail(reason)
        this.#life = null
        this.#restarts++
        this.#tell(messageOf(reason))
        await this.#clock.sleep(restartDelayMs, signal)
      } finally {
        this.#life = null
      }
    }
  }

  /** A reason that stays the same is told every 30 s. */
  #tell(reason: string): void {
    const now = this.#clock.monotonic()
    if (reason !== this.#lastError?.message || now - this.#toldAt >= REMIND_MS) {
      const again = `it starts again in ${formatMs(this.#options.restartDelayMs)}`
      this.#intake.notice(warning(`kafka: receiver ${this.#options.number} has stopped: ${reason}; ${again}`))
      this.#toldAt = now
    }
    this.#lastError = { message: reason, at: this.#clock.now() }
    this.#options.changed()
  }
}
