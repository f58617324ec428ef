// A manual clock that moves on by itself where a run waits for its next batch.

import { type ManualClock, manualClock } from './manual-clock.ts'

/** Time-outs are longer: they stay asleep. */
const LONGEST_WAIT_MS = 60_000

export function virtualClock(startMs?: number): ManualClock {
  const clock = manualClock(startMs)
  const sleep: ManualClock['sleep'] = (ms, signal) =>
    ms <= LONGEST_WAIT_MS && signal?.aborted !== true ? clock.advance(ms) : clock.sleep(ms, signal)
  // The wall clock and the number of sleepers are getters of the manual clock.
  return Object.assign(Object.create(clock) as ManualClock, { sleep })
}
