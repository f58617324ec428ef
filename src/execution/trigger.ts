// When the next micro-batch starts: Spark's ProcessingTime trigger on a monotonic clock.

import type { Clock } from '../clock.ts'

export interface Trigger {
  /**
   * Waits for the next multiple of the interval (counted from the trigger's creation). Multiples that were missed
   * collapse into one that is due at once. `eager` does not wait: a backlog remains. Returns early on an abort.
   * Gives the scheduling delay: how many milliseconds after its due time the batch starts.
   */
  next(eager: boolean, signal: AbortSignal): Promise<number>
}

/** As in Spark's ProcessingTimeExecutor, except that an eager batch does not wait for its multiple. */
export function processingTime(intervalMs: number, clock: Clock): Trigger {
  const origin = clock.monotonic()
  let due = origin
  return {
    async next(eager, signal) {
      const now = clock.monotonic()
      if (eager) {
        due = Math.max(due, nextMultiple(now))
        return 0
      }
      const start = due
      if (start > now) await clock.sleep(start - now, signal)
      due = nextMultiple(Math.max(clock.monotonic(), start))
      return Math.max(0, Math.round(clock.monotonic() - start))
    },
  }

  /** The first multiple after `time`; with an interval of 0 every moment is one. */
  function nextMultiple(time: number): number {
    if (intervalMs === 0) return time
    return origin + (Math.floor((time - origin) / intervalMs) + 1) * intervalMs
  }
}
