// Clocks for what waits seconds.

import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'

/** Shorter sleeps are back-off, longer ones time-outs. */
const TIMEOUT_MS = 10_000

/** The time-out of a first connection, which is shorter. */
const FIRST_CONNECT_MS = 3000

const isBackOff = (ms: number) => ms < TIMEOUT_MS && ms !== FIRST_CONNECT_MS

/** Back-off is a hundred times as short. Time-outs are as they are: a slow machine does not meet them. */
export const hurriedClock: Clock = {
  ...systemClock,
  random: () => 0.5,
  sleep: (ms, signal) => systemClock.sleep(isBackOff(ms) ? ms / 100 : ms, signal),
}

/** Time-outs are twenty times as short, too. */
export const impatientClock: Clock = {
  ...hurriedClock,
  sleep: (ms, signal) => (isBackOff(ms) ? hurriedClock.sleep(ms, signal) : systemClock.sleep(ms / 20, signal)),
}
