// sprk replay: reads a range again through the same transforms, into another file or in the place of the results.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import type { Pipeline } from '../../operations/pipeline.ts'
import {
  compareResults,
  hasResults,
  type ReplayOptions,
  replay,
  replayInPlace,
  replayPath,
} from '../../operations/replay/replay.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, withPipeline } from '../options/command.ts'
import { parseRange } from '../options/range.ts'
import { assertOptions, type ReplayCommandOptions, withReplayOptions } from '../options/replay.ts'
import { diffJson, diffText, isEqual, positionLines } from '../print/diff-report.ts'
import { print } from '../print/print.ts'
import { stderr } from '../print/redact.ts'
import { reportReplay } from '../print/replay-progress.ts'
import { untilSignal } from '../signals.ts'

export function replayCommand(sprk: Command, { registry, perform }: Cli): void {
  withReplayOptions(withPipeline(sprk.command('replay')))
    .description('read a range again into another file, by default all that was read so far')
    .addHelpText(
      'after',
      examples('sprk replay pipeline.yaml', 'sprk replay pipeline.yaml --from-time -48h --into last-days.db'),
    )
    .action((file: string, options: ReplayCommandOptions) =>
      perform(() => untilSignal((signal) => runReplay(file, options, registry, signal))),
    )
}

const TIMEOUT_MS = 60_000
const EXAMPLES = 3

async function runReplay(
  file: string,
  options: ReplayCommandOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const pipeline = load(file, options.set, registry, { needsSecrets: true })
  const host = thisHost()
  const range = parseRange(options, { now: host.clock.now(), timeZone: pipeline.spec.timeZone })
  if (!options.sinks && !options.quiet && !hasResults(pipeline)) {
    stderr.write(
      'sprk: warning: no sink writes to the state file: records are only counted; --sinks lets the others write\n',
    )
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
    await reportReplay(replacing, name, options)
    return Exit.OK
  }
  const { lastBatchId } = await reportReplay(replay(pipeline, asked, host, signal), name, options)
  if (process.stderr.isTTY && !options.quiet) stderr.write(`sprk: ${asked.path}: done, last batch ${lastBatchId}\n`)
  return options.diff ? diff(pipeline, asked.path, options) : Exit.OK
}

function diff(pipeline: Pipeline, replayed: string, options: ReplayCommandOptions): number {
  const comparison = { isExact: options.exact, examples: options.examples ?? EXAMPLES }
  const found = compareResults(pipeline, replayed, comparison)
  for (const line of positionLines(found)) stderr.write(`sprk: warning: ${line}\n`)
  print(options.output, { table: () => diffText(found), json: () => diffJson(found) })
  return isEqual(found) ? Exit.OK : Exit.DIFFERENT
}
