// A clock that only moves when a test moves it.

import type { Clock } from '../../src/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on and wakes whoever sleeps until then. */
  advance(ms: number): Promise<void>
  /** Puts the wall clock back or on; nobody wakes. */
  step(ms: number): void
  /** How many are asleep. */
  readonly sleepers: number
}

interface Sleeper {
  readonly at: number
  wake(): void
}

export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let elapsed = 0
  let stepped = 0
  let sleepers: Sleeper[] = []
  return {
    now: () => startMs + stepped + elapsed,
    monotonic: () => elapsed,
    random: () => 0.5,
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) return resolve()
        const sleeper: Sleeper = {
          at: elapsed + ms,
          wake: () => {
            sleepers = sleepers.filter((other) => other !== sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', sleeper.wake, { once: true })
      }),
    async advance(ms) {
      elapsed += ms
      for (const sleeper of sleepers.filter(({ at }) => at <= elapsed)) sleeper.wake()
      await new Promise((resolve) => setImmediate(resolve))
    },
    step(ms) {
      stepped += ms
    },
    get sleepers() {
      return sleepers.length
    },
  }
}
