// sprk replay: reads a range again through the same transforms, into another file or in the place of the results.

import { type Command, Option } from 'commander'
import { Exit } from '../../errors.ts'
import type { Pipeline } from '../../operations/pipeline.ts'
import type { RangeProgress, ReplayProgress } from '../../operations/replay/build.ts'
import type { RangeSpec } from '../../operations/replay/range.ts'
import {
  compareResults,
  hasResults,
  type ReplayOptions,
  replay,
  replayInPlace,
  replayPath,
} from '../../operations/replay/replay.ts'
import { usage } from '../../operations/usage.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { barReporter } from '../../reporters/replay.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { textReporter } from '../../reporters/text.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, collect, duration, examples, positiveInteger, waitLock, withPipeline } from '../options/command.ts'
import { parseRange, type RangeOptions } from '../options/range.ts'
import { diffJson, diffText, isEqual, positionLines } from '../print/diff-report.ts'
import { print } from '../print/print.ts'
import { stderr, stdout } from '../print/redact.ts'
import { untilSignal } from '../signals.ts'

export function replayCommand(sprk: Command, { registry, perform }: Cli): void {
  withPipeline(sprk.command('replay'))
    .description('read a range again into another file, by default all that was read so far')
    .option('--from-offset <offset>', 'N, earliest, topic:partition:N (can be repeated) or @t1:t2', collect, [])
    .option('--from-time <time>', 'the first record that is as late: 2026-01-01, 2026-01-01T10:30:00Z, -48h')
    .option(
      '--to-offset <offset>',
      'N, latest or topic:partition:N (can be repeated); by default where the state file stands',
      collect,
      [],
    )
    .option('--to-time <time>', 'up to the first record that is as late')
    .option('--into <file>', 'the file to build (default: the state file with .replay.db at its end)')
    .option('--replace', 'then put the results in the place of those of the state file, all at once', false)
    .option('--partial', 'with --replace: results of what the range leaves out may disappear', false)
    .option('--rebatch', 'make new batches instead of repeating those that were recorded', false)
    .option('--sinks', 'let sinks outside the state file write too', false)
    .option('--diff', 'then compare the result tables with those of the state file: exit 1 where they differ', false)
    .option('--exact', 'with --diff: doubles too; by default they may differ by 1e-9 of their size', false)
    .option('--examples <n>', 'with --diff: rows to show of each kind and table (default: 3)', positiveInteger)
    .addOption(new Option('-o, --output <form>', 'of --diff').choices(['table', 'json']).default('table'))
    .option('--timeout <duration>', 'give up when nothing comes for this long (default: 60s)', duration)
    .addOption(waitLock())
    .option('--json', 'print one JSON object a batch on stdout', false)
    .option('-q, --quiet', 'print errors only', false)
    .addHelpText(
      'after',
      examples('sprk replay pipeline.yaml', 'sprk replay pipeline.yaml --from-time -48h --into last-days.db'),
    )
    .action((file: string, options: CommandOptions) =>
      perform(() => untilSignal((signal) => runReplay(file, options, registry, signal))),
    )
}

interface CommandOptions extends RangeOptions {
  readonly into?: string
  readonly replace: boolean
  readonly partial: boolean
  readonly rebatch: boolean
  readonly sinks: boolean
  readonly diff: boolean
  readonly exact: boolean
  readonly examples?: number
  readonly output: 'table' | 'json'
  readonly timeout?: number
  readonly waitLock: number
  readonly set: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
}

const TIMEOUT_MS = 60_000
const EXAMPLES = 3

async function runReplay(
  file: string,
  options: CommandOptions,
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
  const reporterOf = (total: RangeProgress | null) => reporter(pipeline.plan.name, options, total)
  if (options.replace) {
    await report(replayInPlace(pipeline, { ...asked, isPartial: options.partial }, host, signal), reporterOf)
    return Exit.OK
  }
  const { lastBatchId } = await report(replay(pipeline, asked, host, signal), reporterOf)
  if (process.stderr.isTTY && !options.quiet) stderr.write(`sprk: ${asked.path}: done, last batch ${lastBatchId}\n`)
  return options.diff ? diff(pipeline, asked.path, options) : Exit.OK
}

/** Throws a SprkError (exit 64). */
function assertOptions({ to, toNamed }: RangeSpec, options: CommandOptions): void {
  const wrong = (message: string) => usage(message, 'sprk replay --help')
  const { diff: isCompared, exact, examples: shown, output } = options
  if (!isCompared) {
    if (exact) throw wrong('--exact is for --diff')
    if (shown !== undefined) throw wrong('--examples is for --diff')
    if (output !== 'table') throw wrong(`-o ${output} is for --diff; --json prints an object for each batch`)
  }
  if (!options.replace) {
    if (options.partial) throw wrong('--partial is for --replace')
    return
  }
  if (isCompared) throw wrong('--diff compares before --replace: give one of them')
  if (toNamed.size > 0 || (to !== 'live' && to !== 'latest')) {
    throw wrong('with --replace the range ends where the state file stands, or with --to-offset latest')
  }
}

/** Reports progress as it is pulled, each range by a reporter of its own; what the replay returns. */
async function report<Result>(
  replaying: AsyncGenerator<ReplayProgress, Result>,
  reporterOf: (range: RangeProgress | null) => Reporter,
): Promise<Result> {
  let current = reporterOf(null)
  try {
    for (;;) {
      const { done, value } = await replaying.next()
      if (done === true) return value
      if (value.kind === 'range') current = reporterOf(value)
      else current.report(value)
    }
  } finally {
    // Where a reporter has thrown, files are to be closed all the same.
    await replaying.return(undefined as never)
  }
}

function diff(pipeline: Pipeline, replayed: string, options: CommandOptions): number {
  const comparison = { isExact: options.exact, examples: options.examples ?? EXAMPLES }
  const found = compareResults(pipeline, replayed, comparison)
  for (const line of positionLines(found)) stderr.write(`sprk: warning: ${line}\n`)
  print(options.output, { table: () => diffText(found), json: () => diffJson(found) })
  return isEqual(found) ? Exit.OK : Exit.DIFFERENT
}

/** A bar on a terminal, once the range is known; without one, under cron, only what goes wrong is reported. */
function reporter(name: string, { json, quiet }: CommandOptions, range: RangeProgress | null): Reporter {
  const text = textReporter(quiet ? 'quiet' : 'warnings', stderr, json ? stderr : stdout)
  const isDrawn = range !== null && process.stderr.isTTY && !quiet && !json
  const shown = isDrawn ? barReporter(range, stderr, text) : text
  return json ? jsonReporter(name, stdout, shown) : shown
}
