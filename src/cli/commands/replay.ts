// sprk replay: reads a range again through the same transforms, into another file or in the place of the results.

import { Exit } from '../../errors.ts'
import { warning } from '../../notice.ts'
import type { Host } from '../../operations/host.ts'
import type { Pipeline } from '../../operations/pipeline.ts'
import {
  compareResults,
  hasResults,
  type ReplayOptions,
  replay,
  replayInPlace,
  replayPath,
} from '../../operations/replay/replay.ts'
import type { Replaced } from '../../operations/replay/swap.ts'
import { visible } from '../../reporters/visible.ts'
import { amount } from '../../words.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { parseRange } from '../options/range.ts'
import { assertOptions, type ReplayCommandOptions } from '../options/replay.ts'
import { diffJson, diffRows, diffText, isEqual, positionLines } from '../print/diff-report.ts'
import { stderr } from '../print/out.ts'
import { print } from '../print/print.ts'
import { reportReplay } from '../print/replay-progress.ts'

const TIMEOUT_MS = 60_000
const EXAMPLES = 3

export async function runReplay(
  file: string,
  options: ReplayCommandOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const pipeline = load(file, options.set, registry, { needsSecrets: true, writesState: true })
  const host = thisHost(options)
  const range = parseRange(options, { now: host.clock.now(), timeZone: pipeline.spec.timeZone })
  if (!options.sinks && !hasResults(pipeline)) {
    host.tell(warning('no sink writes to the state file: records are only counted; --sinks lets the others write'))
  }
  assertOptions(range, options)
  const asked: ReplayOptions = {
    range,
    isRebatched: options.rebatch,
    path: options.into ?? replayPath(pipeline),
    writesOutside: options.sinks,
    timeoutMs: options.timeout ?? TIMEOUT_MS,
    waitLockMs: options.waitLock,
  }
  const { name } = pipeline.plan
  if (options.replace) {
    const replacing = replayInPlace(pipeline, { ...asked, isPartial: options.partial }, host, signal)
    const replaced = await reportReplay(replacing, name, options)
    // Under cron too: nothing else that the program does changes as much.
    if (!options.quiet) stderr.write(`sprk: ${visible(replacedLine(pipeline.spec.state.path, replaced))}\n`)
    return Exit.OK
  }
  const { lastBatchId } = await reportReplay(replay(pipeline, asked, host, signal), name, options)
  if (!options.quiet && (options.verbose || process.stderr.isTTY)) {
    stderr.write(`sprk: ${visible(asked.path)}: done, last batch ${lastBatchId}\n`)
  }
  return options.diff ? diff(pipeline, asked.path, host, options) : Exit.OK
}

/** `words.db: 1 table, 6 rows put in place; batches 1 to 21`. */
function replacedLine(state: string, replaced: Replaced | null): string {
  if (replaced === null) return `${state}: the results were put in place before`
  const { tables, rows, firstBatchId, lastBatchId } = replaced
  const batches = lastBatchId === 0 ? 'no batch yet' : `batches ${firstBatchId} to ${lastBatchId}`
  return `${state}: ${amount(tables, 'tables')}, ${amount(rows, 'rows')} put in place; ${batches}`
}

function diff(pipeline: Pipeline, replayed: string, host: Host, options: ReplayCommandOptions): number {
  const comparison = { isExact: options.exact, examples: options.examples ?? EXAMPLES }
  const found = compareResults(pipeline, replayed, comparison)
  for (const line of positionLines(found)) host.tell(warning(line))
  // Beside the objects of --json stdout has nothing that is no JSON.
  const form = options.json && options.output === 'text' ? 'json' : options.output
  print(form, { text: () => diffText(found), json: () => diffJson(found), csv: () => diffRows(found) })
  return isEqual(found) ? Exit.OK : Exit.DIFFERENT
}
