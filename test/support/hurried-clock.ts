// A clock that runs a hundred times as fast, for what waits seconds: back-off, time-outs.

import { systemClock } from '../../src/cli/system-clock.ts'
import type { Clock } from '../../src/clock.ts'

const SPEED = 100

export const hurriedClock: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * SPEED,
  random: () => 0.5,
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
}
