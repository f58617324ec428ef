// When the next micro-batch starts: Spark's ProcessingTime trigger, waited for on the monotonic clock.

import type { Clock } from '../clock.ts'

/** A batch that starts now. */
export interface Due {
  /** The multiple of the interval that it is due at, in epoch milliseconds; with an interval of 0 the present. */
  readonly batchTime: number
  /** How many milliseconds after that it starts; 0 where it did not wait for a multiple. */
  readonly delayMs: number
}

export interface Trigger {
  /**
   * Waits for the next multiple of the interval since the epoch; the first call does not wait. Multiples that were missed
   * collapse into one that is due at once. `eager` does not wait: a backlog remains. Returns early on an abort.
   */
  next(eager: boolean, signal: AbortSignal): Promise<Due>
}

/** How far wall clock and monotonic clock drift apart before that is taken for a step of the wall clock. */
const STEP_MS = 50

/** How soon a step is noticed. */
const LOOK_MS = 1000

/** As in Spark's ProcessingTimeExecutor, except that an eager batch does not wait for its multiple. */
export function processingTime(intervalMs: number, clock: Clock): Trigger {
  /** The multiple that is due next, and when that is on the monotonic clock; null before the first batch. */
  let next: { readonly multiple: number; readonly at: number } | null = null
  /** Wall clock minus monotonic clock. */
  let offset = clock.now() - clock.monotonic()

  return {
    async next(eager, signal) {
      if (intervalMs === 0) return { batchTime: clock.now(), delayMs: 0 }
      if (eager || next === null) return begin(lastMultiple(), 0)
      if (isStepped()) next = nextMultiple()
      const isLate = next.at <= clock.monotonic()
      while (next.at > clock.monotonic() && !signal.aborted) {
        await clock.sleep(Math.min(next.at - clock.monotonic(), LOOK_MS), signal)
        if (isStepped()) next = nextMultiple()
      }
      const delayMs = Math.max(0, Math.round(clock.monotonic() - next.at))
      // Waited for, the multiple is there, even where the wall clock lags by a millisecond.
      return begin(isLate ? Math.max(next.multiple, lastMultiple()) : next.multiple, delayMs)
    },
  }

  function begin(batchTime: number, delayMs: number): Due {
    const now = clock.now()
    next = due(Math.max(batchTime, lastMultiple()) + intervalMs, now)
    return { batchTime, delayMs }
  }

  function lastMultiple(): number {
    return Math.floor(clock.now() / intervalMs) * intervalMs
  }

  function nextMultiple() {
    const now = clock.now()
    return due(Math.ceil(now / intervalMs) * intervalMs, now)
  }

  function due(multiple: number, now: number) {
    return { multiple, at: clock.monotonic() + multiple - now }
  }

  function isStepped(): boolean {
    const before = offset
    offset = clock.now() - clock.monotonic()
    return Math.abs(offset - before) > STEP_MS
  }
}
