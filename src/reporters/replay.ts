// Progress of a replay on a terminal: a bar with its share, its rate and the time left.

import { formatMs } from '../duration.ts'
import { rangesOf } from '../progress.ts'
import { count } from '../words.ts'
import type { Output, Reporter } from './reporter.ts'

const WIDTH = 30

/** How often the bar is redrawn. */
const REDRAW_MS = 100

export interface ReplayTotals {
  /** Offsets in the range. */
  readonly total: number
  /** How many of them an earlier run of the replay has repeated. */
  readonly done: number
}

/** Passes all progress on to `others`, and clears the bar where they may print. `monotonic` gives milliseconds. */
export function barReporter(
  { total, done: before }: ReplayTotals,
  terminal: Output,
  others: Reporter,
  monotonic: () => number,
): Reporter {
  const startedAt = monotonic()
  let done = before
  let drawnAt = -Infinity
  let drawn = ''
  const clear = () => {
    if (drawn !== '') terminal.write(`\r${' '.repeat(drawn.length)}\r`)
    drawn = ''
  }
  return {
    report(progress) {
      if (progress.kind !== 'batch') {
        clear()
        others.report(progress)
        return
      }
      for (const { fromOffset, untilOffset } of rangesOf(progress)) done += untilOffset - fromOffset
      const now = monotonic()
      if (now - drawnAt >= REDRAW_MS) {
        const line = barLine({ total, done }, done - before, now - startedAt)
        terminal.write(`\r${line.padEnd(drawn.length)}`)
        drawn = line
        drawnAt = now
      }
      others.report(progress)
    },
    close() {
      clear()
      return others.close()
    },
  }
}

/**
 * `[=====     ]  50 %  12,345 offsets/s  1 m 30 s left`. A replay of a run that was moved back may repeat more offsets
 * than `total`.
 */
export function barLine({ total, done }: ReplayTotals, repeated: number, elapsedMs: number): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1)
  const bar = '='.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH)
  const perMs = elapsedMs > 0 ? repeated / elapsedMs : 0
  const left = perMs > 0 ? `  ${formatMs(Math.max(total - done, 0) / perMs)} left` : ''
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${count(Math.round(perMs * 1000))} offsets/s${left}`
}
