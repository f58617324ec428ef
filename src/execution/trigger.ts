// Decides when the next micro-batch starts: Spark's ProcessingTime trigger, on the monotonic clock.

import type { Clock } from '../clock.ts'

/** A batch that starts now. */
export interface Due {
  /** Epoch milliseconds: the multiple of the interval that it is due at; with an interval of 0 the time of now. */
  readonly batchTime: number
  /** How many milliseconds after `batchTime` it starts; 0 where it did not wait for a multiple. */
  readonly delayMs: number
}

export interface Trigger {
  /**
   * Waits for the next multiple of the interval since the epoch. Missed multiples collapse into one, which is due at
   * once. The first call does not wait, nor does an `eager` one (there is a backlog). Returns early after an abort.
   */
  next(eager: boolean, signal: AbortSignal): Promise<Due>
  /** How long the next call would wait, unless it is eager. */
  leftMs(): number
}

/** A larger difference between the progress of wall clock and monotonic clock counts as a step of the wall clock. */
const STEP_MS = 50

/** The longest sleep, so that a step is noticed within it. */
const LOOK_MS = 1000

/** As in Spark's ProcessingTimeExecutor, except that an eager batch does not wait for its multiple. */
export function processingTime(intervalMs: number, clock: Clock): Trigger {
  /** The next multiple, and its time on the monotonic clock; null before the first batch. */
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
      // After a wait the batch has its multiple, even where the wall clock is a millisecond short of it.
      return begin(isLate ? Math.max(next.multiple, lastMultiple()) : next.multiple, delayMs)
    },
    leftMs: () => (next === null ? 0 : Math.max(0, next.at - clock.monotonic())),
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
