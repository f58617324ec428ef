// The progress of a replay: pulled, and given to a reporter of its own for each range.

import { randomUUID } from 'node:crypto'
import { Stopped } from '../../execution/pull.ts'
import type { RangeProgress, ReplayProgress } from '../../operations/replay/build.ts'
import { rangesOf } from '../../progress.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { barReporter } from '../../reporters/replay.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { textReporter, type Verbosity } from '../../reporters/text.ts'
import type { Told } from '../options/command.ts'
import { systemClock } from '../system-clock.ts'
import { cursor, stderr, stdout } from './out.ts'
import { told } from './told.ts'

/** Ranges of one replay are of one run. */
const RUN_ID = randomUUID()

export interface ReportOptions extends Told {
  readonly json: boolean
}

/** Reports until the replay ends. Returns what it returns. `name`: of the pipeline. */
export async function reportReplay<Result>(
  replaying: AsyncGenerator<ReplayProgress, Result>,
  name: string,
  options: ReportOptions,
): Promise<Result> {
  let current = reporterOf(null, name, options)
  let range: RangeProgress | null = null
  let done = 0
  try {
    for (;;) {
      const next = await replaying.next()
      if (next.done === true) return next.value
      const progress = next.value
      if (progress.kind === 'range') {
        await current.close()
        current = reporterOf(progress, name, options)
        range = progress
        done = progress.done
      } else {
        if (progress.kind === 'batch') done += offsetsIn(progress)
        current.report(progress)
      }
    }
  } catch (error) {
    await current.close()
    if (error instanceof Stopped && !options.quiet) stderr.write(`sprk: ${stoppedLine(range, done)}\n`)
    throw error
  } finally {
    await current.close()
    // Where a reporter has thrown, files are to be closed all the same.
    await replaying.return(undefined as never)
  }
}

function offsetsIn(batch: Parameters<typeof rangesOf>[0]): number {
  return rangesOf(batch).reduce((sum, { fromOffset, untilOffset }) => sum + untilOffset - fromOffset, 0)
}

/** A run that was moved back may repeat more than the range has. */
function stoppedLine(range: RangeProgress | null, done: number): string {
  const share = range === null || range.total === 0 ? 0 : Math.min(done / range.total, 1)
  return `stopped at ${Math.floor(share * 100)} %; the same command goes on`
}

/** A bar on a terminal, once the range is known; without one, under cron, only what goes wrong is reported. */
function reporterOf(range: RangeProgress | null, name: string, { json, quiet, verbose }: ReportOptions): Reporter {
  const verbosity: Verbosity = quiet ? 'quiet' : verbose ? 'all' : 'warnings'
  const text = textReporter(verbosity, told, json ? stderr : stdout, systemClock.monotonic)
  const isDrawn = range !== null && process.stderr.isTTY && verbosity === 'warnings' && !json
  const shown = isDrawn ? barReporter(range, cursor, text, systemClock.monotonic) : text
  return json ? jsonReporter({ name, runId: RUN_ID }, stdout, shown) : shown
}
