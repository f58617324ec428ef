// A receiver: a member of the consumer group and the connections that fetch its partitions. It ends and begins anew where
// blocks cannot be stored.

import type { Clock } from '../../../clock.ts'
import { formatMs } from '../../../duration.ts'
import { Exit, messageOf, SprkError } from '../../../errors.ts'
import type { Position } from '../../../log.ts'
import { warning } from '../../../notice.ts'
import { StoreFailed } from './block-queue.ts'
import type { Intake } from './intake.ts'
import type { Life } from './life.ts'

export interface ReceiverOptions {
  /** From 1 on. */
  readonly number: number
  readonly restartDelayMs: number
}

export type ReceiverLife = Pick<Life, 'hasJoined' | 'partitions' | 'wake' | 'offer' | 'run'>

/** What a receiver says of itself, for `status`. */
export interface ReceiverReport {
  readonly number: number
  readonly partitions: readonly string[]
  readonly restarts: number
  readonly lastError: string | null
}

export class Receiver {
  readonly #options: ReceiverOptions
  readonly #begin: () => ReceiverLife
  readonly #intake: Intake
  readonly #clock: Clock
  #life: ReceiverLife | null = null
  #restarts = 0
  #lastError: string | null = null

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

  /** Receives until the signal is aborted; then stores what is in hand and leaves the group. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const error = await this.#live(signal)
      if (signal.aborted) return
      if (!(error instanceof StoreFailed)) return this.#fail(error)
      await this.#rest(error, signal)
    }
  }

  /** Returns why the life has ended. */
  async #live(signal: AbortSignal): Promise<unknown> {
    this.#life = this.#begin()
    try {
      await this.#life.run(signal)
      return new Error('a receiver has ended though nothing has stopped it')
    } catch (error) {
      return error
    } finally {
      this.#life = null
    }
  }

  async #rest({ cause }: StoreFailed, signal: AbortSignal): Promise<void> {
    const { number, restartDelayMs } = this.#options
    this.#restarts++
    this.#lastError = messageOf(cause)
    const again = `it starts again in ${formatMs(restartDelayMs)}`
    this.#intake.notice(warning(`kafka: receiver ${number} has stopped: ${this.#lastError}; ${again}`))
    await this.#clock.sleep(restartDelayMs, signal)
  }

  #fail(error: unknown): void {
    const isLoss = error instanceof SprkError && error.exit === Exit.DATA_LOSS
    this.#intake.fail(error, { isAfterBlocks: isLoss })
  }
}
