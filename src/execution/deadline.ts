// When an execution is to end, and how long it waits for its source.

import type { Clock } from '../clock.ts'
import { formatMs } from '../duration.ts'
import { Exit, SprkError } from '../errors.ts'
import type { Finished } from '../progress.ts'
import type { Patience, Stalled } from './pull.ts'

export interface ExecutionOptions {
  /** Spark's AvailableNow: read up to the ends as they were at the start, then finish. */
  readonly once: boolean
  readonly maxBatches: number | null
  readonly maxDurationMs: number | null
  /** With `once`: how long the source may give nothing but notices. */
  readonly timeoutMs: number
  /** How many records of the run may be refused; null or absent: any number. */
  readonly maxRejects?: MaxRejects | null
}

/** A number of records, or a share of those that were read. */
export type MaxRejects = { readonly count: number } | { readonly percent: number }

/**
 * After `maxDurationMs` the current batch may still finish, while its chunks arrive at intervals no longer than this.
 */
const GRACE_MS = 2000

export class Deadline {
  readonly #options: ExecutionOptions
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #startedAt: number

  constructor(options: ExecutionOptions, clock: Clock, signal: AbortSignal) {
    this.#options = options
    this.#clock = clock
    this.#signal = signal
    this.#startedAt = clock.monotonic()
  }

  /** Null: no `maxDurationMs` was given. */
  leftMs(): number | null {
    const { maxDurationMs } = this.#options
    return maxDurationMs === null ? null : maxDurationMs - (this.#clock.monotonic() - this.#startedAt)
  }

  /** Why the run ends after this number of batches; null: another batch may follow. */
  endAfter(batches: number): Finished['reason'] | null {
    if (this.#signal.aborted) return 'signal'
    if (this.#options.maxBatches !== null && batches >= this.#options.maxBatches) return 'max-batches'
    return this.#isOver() ? 'max-duration' : null
  }

  patience(): Patience {
    const left = this.leftMs()
    const timeouts = [
      this.#options.once ? this.#options.timeoutMs : null,
      left === null ? null : Math.max(left, 0) + GRACE_MS,
    ]
    const timeoutMs = timeouts.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)))
    return { clock: this.#clock, signal: this.#signal, timeoutMs }
  }

  /** Returns `max-duration` where that time is over. Otherwise the source is away: throws a SprkError (exit 69). */
  reasonOf({ notice }: Stalled): Finished['reason'] {
    if (this.#isOver()) return 'max-duration'
    throw unavailable(this.#options.timeoutMs, notice)
  }

  #isOver(): boolean {
    const left = this.leftMs()
    return left !== null && left <= 0
  }
}

/** The error for a source that gave nothing for `timeoutMs`; its last notice says why, if there was one. */
export function unavailable(timeoutMs: number, notice: string | null): SprkError {
  return new SprkError(Exit.UNAVAILABLE, {
    code: 'E_UNAVAILABLE',
    message: `no progress for ${formatMs(timeoutMs)}${notice === null ? '' : `: ${notice.replace(/; trying again$/, '')}`}`,
    hint: 'see that the brokers can be reached from here; `--timeout` waits longer',
  })
}
