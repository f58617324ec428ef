// How many records a receiver may take: org.apache.spark.streaming.receiver.RateLimiter, whose permits are those of Guava's
// RateLimiter: what was not used in the last second may be used at once.

import type { Clock } from '../../../clock.ts'

const BURST_S = 1

/** What this time allows is taken at once. */
const QUANTUM_S = 0.1

export class RateLimiter {
  readonly #clock: Clock
  /** Records a second; Infinity: no limit. */
  readonly #maxRate: number
  #rate: number
  #permits = 0
  #countedAt: number

  /** `initialRate` is that of back-pressure, where there is one; numbers that are not positive stand for none. */
  constructor(clock: Clock, maxRate: number | null, initialRate: number | null = null) {
    this.#clock = clock
    this.#maxRate = positive(maxRate)
    this.#rate = Math.min(positive(initialRate), this.#maxRate)
    this.#countedAt = clock.monotonic()
  }

  /** Records a second that are allowed now; Infinity: no limit. */
  get rate(): number {
    return this.#rate
  }

  /** Takes a rate of back-pressure; one that is not positive changes nothing. The maximum stays. */
  update(rate: number): void {
    if (!(rate > 0)) return
    this.#count()
    this.#rate = Math.min(rate, this.#maxRate)
  }

  /** How many records may be taken now; a whole number, or Infinity. */
  available(): number {
    if (this.#rate === Infinity) return Infinity
    this.#count()
    return Math.floor(this.#permits)
  }

  /** That many were taken. */
  take(records: number): void {
    if (this.#rate !== Infinity) this.#permits -= records
  }

  /** How long until it is worth while to take records, in milliseconds: not one by one. */
  waitMs(): number {
    if (this.#rate === Infinity) return 0
    this.#count()
    const wanted = Math.max(1, QUANTUM_S * this.#rate)
    return Math.max(0, ((wanted - this.#permits) / this.#rate) * 1000)
  }

  #count(): void {
    const now = this.#clock.monotonic()
    if (this.#rate === Infinity) this.#permits = 0
    else this.#permits = Math.min(this.#permits + ((now - this.#countedAt) / 1000) * this.#rate, BURST_S * this.#rate)
    this.#countedAt = now
  }
}

function positive(rate: number | null): number {
  return rate !== null && rate > 0 ? rate : Infinity
}
