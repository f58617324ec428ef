// The one retry policy: back-off from 100 ms to 10 s, a line for people at once and then every 30 s while it lasts.

import type { Clock } from '../../clock.ts'
import { formatMs } from '../../duration.ts'
import { info, type Notice, warning } from '../../notice.ts'
import { Fault, unlessAborted } from './fault.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 10_000
const NOTICE_INTERVAL_MS = 30_000

/** How long a fault that can be lasting is hoped to pass: brokers that have just started may not know all topics. */
const LASTING_MS = 60_000

/** Faults in a row, until something works again. */
export class Outage {
  readonly #clock: Clock
  #faults = 0
  #since = 0
  /** Null: nothing was told of these faults. */
  #lastNotice: number | null = null
  /** When the first of the faults in a row came that say the same lasting thing. */
  #lastingSince: number | null = null
  #lasting = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Tells of a fault when it is time to, and waits until another attempt is due. Throws what has turned out to last. */
  async *wait(fault: Fault, signal: AbortSignal): AsyncGenerator<Notice, void> {
    const now = this.#clock.monotonic()
    this.#lastingSince = fault.lasting === null ? null : (this.#lastingSince ?? now)
    this.#lasting = fault.lasting === null ? 0 : this.#lasting + 1
    if (fault.lasting !== null && this.#isLasting(fault, now)) throw fault.lasting
    if (this.#faults === 0) this.#since = now
    // What ends after a few attempts is told by its error.
    if (fault.attempts === null && this.#isDue(fault, now)) {
      this.#lastNotice = now
      yield warning(`kafka: ${fault.message}; trying again`)
    }
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** this.#faults, MAX_DELAY_MS)
    this.#faults++
    // Half of it is chance: many readers of a broker that comes back should not come at once.
    await this.#clock.sleep(delayMs * (0.5 + this.#clock.random() / 2), signal)
    signal.throwIfAborted()
  }

  #isDue({ graceMs }: Fault, now: number): boolean {
    return this.#lastNotice === null ? now - this.#since >= graceMs : now - this.#lastNotice >= NOTICE_INTERVAL_MS
  }

  #isLasting({ attempts }: Fault, now: number): boolean {
    return attempts === null ? now - (this.#lastingSince ?? now) >= LASTING_MS : this.#lasting >= attempts
  }

  /** Something works again. */
  *end(): Generator<Notice, void> {
    if (this.#faults === 0) return
    this.#faults = 0
    this.#lastingSince = null
    this.#lasting = 0
    if (this.#lastNotice === null) return
    this.#lastNotice = null
    yield info(`kafka: working again after ${formatMs(this.#clock.monotonic() - this.#since)}`)
  }

  /** Attempts until one succeeds or fails for good. */
  async *retry<T>(attempt: () => Promise<T>, signal: AbortSignal): AsyncGenerator<Notice, T> {
    for (;;) {
      try {
        const result = await unlessAborted(attempt(), signal)
        yield* this.end()
        return result
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        yield* this.wait(error, signal)
      }
    }
  }
}
