// Clocks for what waits seconds.

import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'

/** Shorter sleeps are back-off, longer ones time-outs. */
const TIMEOUT_MS = 10_000

/** Back-off is a hundred times as short. Time-outs are as they are: a slow machine does not meet them. */
export const hurriedClock: Clock = {
  ...systemClock,
  random: () => 0.5,
  sleep: (ms, signal) => systemClock.sleep(ms < TIMEOUT_MS ? ms / 100 : ms, signal),
}

/** Time-outs are twenty times as short, too. */
export const impatientClock: Clock = {
  ...hurriedClock,
  sleep: (ms, signal) => (ms < TIMEOUT_MS ? hurriedClock.sleep(ms, signal) : systemClock.sleep(ms / 20, signal)),
}
