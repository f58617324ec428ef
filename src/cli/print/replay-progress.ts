// The progress of a replay: pulled, and given to a reporter of its own for each range.

import { randomUUID } from 'node:crypto'
import type { RangeProgress, ReplayProgress } from '../../operations/replay/build.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { barReporter } from '../../reporters/replay.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { textReporter } from '../../reporters/text.ts'
import { stderr, stdout } from './redact.ts'

/** Ranges of one replay are of one run. */
const RUN_ID = randomUUID()

export interface ReportOptions {
  readonly json: boolean
  readonly quiet: boolean
}

/** Reports until the replay ends. Returns what it returns. `name`: of the pipeline. */
export async function reportReplay<Result>(
  replaying: AsyncGenerator<ReplayProgress, Result>,
  name: string,
  options: ReportOptions,
): Promise<Result> {
  let current = reporterOf(null, name, options)
  try {
    for (;;) {
      const { done, value } = await replaying.next()
      if (done === true) return value
      if (value.kind === 'range') {
        await current.close()
        current = reporterOf(value, name, options)
      } else current.report(value)
    }
  } finally {
    await current.close()
    // Where a reporter has thrown, files are to be closed all the same.
    await replaying.return(undefined as never)
  }
}

/** A bar on a terminal, once the range is known; without one, under cron, only what goes wrong is reported. */
function reporterOf(range: RangeProgress | null, name: string, { json, quiet }: ReportOptions): Reporter {
  const text = textReporter(quiet ? 'quiet' : 'warnings', stderr, json ? stderr : stdout)
  const isDrawn = range !== null && process.stderr.isTTY && !quiet && !json
  const shown = isDrawn ? barReporter(range, stderr, text) : text
  return json ? jsonReporter({ name, runId: RUN_ID }, stdout, shown) : shown
}
