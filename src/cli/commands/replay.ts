// sprk replay: reads a range again through the same transforms, into another file or in the place of the results.

import { randomUUID } from 'node:crypto'
import { type Command, Option } from 'commander'
import { diffStates } from '../../checkpoint/index.ts'
import { Exit, SprkError } from '../../errors.ts'
import { untilSignal } from '../../operations/ask.ts'
import { stateOptions } from '../../operations/pipeline.ts'
import { build } from '../../operations/replay/build.ts'
import { missingLine } from '../../operations/replay/missing.ts'
import { mutedPlan, writesTables } from '../../operations/replay/muted.ts'
import { replaceLive } from '../../operations/replay/replace.ts'
import type { Plan } from '../../plan/plan.ts'
import { jsonReporter } from '../../reporters/json.ts'
import { barReporter, type ReplayTotals } from '../../reporters/replay.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { textReporter } from '../../reporters/text.ts'
import { tablesOf } from '../../sink.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, collect, duration, examples, positiveInteger, waitLock, withPipeline } from '../options/command.ts'
import { parseRange, type RangeOptions, type RangeSpec } from '../options/range.ts'
import { diffJson, diffText, isEqual, positionLines } from '../print/diff-report.ts'
import { stderr, stdout } from '../print/redact.ts'
import { systemClock } from '../system-clock.ts'

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
    .action((file: string, options: ReplayOptions) => perform(() => replay(file, options, registry)))
}

interface ReplayOptions extends RangeOptions {
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

function replay(file: string, options: ReplayOptions, registry: KindRegistry): Promise<number> {
  return untilSignal(async (signal) => {
    const { spec, plan: whole } = load(file, options.set, registry, { needsSecrets: true })
    const range = parseRange(options, { now: systemClock.now(), timeZone: spec.timeZone })
    if (!options.sinks && !options.quiet && !whole.sinks.some(writesTables)) {
      stderr.write(
        'sprk: warning: no sink writes to the state file: records are only counted; --sinks lets the others write\n',
      )
    }
    assertOptions(range, options)
    const plan = options.sinks ? whole : mutedPlan(whole)
    const livePath = spec.state.path
    const path = options.into ?? `${livePath.replace(/\.db$/, '')}.replay.db`
    const reporterOf = (totals: ReplayTotals) => reporter(plan, options, totals)
    const timeoutMs = options.timeout ?? TIMEOUT_MS
    const state = { ...stateOptions(spec, plan, options.waitLock), path }
    const building = { plan, range, isRebatched: options.rebatch, livePath, state, timeoutMs, reporterOf }
    const warn = (line: string) => options.quiet || stderr.write(`sprk: warning: ${line}\n`)
    if (options.replace) {
      await replaceLive({ ...building, isPartial: options.partial, warn }, signal)
      return Exit.OK
    }
    const { lastBatchId, missing } = await build(building, signal)
    const line = missingLine(missing)
    if (line !== null) warn(line)
    if (process.stderr.isTTY && !options.quiet) stderr.write(`sprk: ${path}: done, last batch ${lastBatchId}\n`)
    return options.diff ? diff(plan, path, livePath, options) : Exit.OK
  })
}

/** Throws a SprkError (exit 64). */
function assertOptions({ to, toNamed }: RangeSpec, options: ReplayOptions): void {
  const usage = (message: string) => new SprkError(Exit.USAGE, { code: 'E_USAGE', message, hint: 'sprk replay --help' })
  const { diff: isCompared, exact, examples: shown, output } = options
  if (!isCompared) {
    if (exact) throw usage('--exact is for --diff')
    if (shown !== undefined) throw usage('--examples is for --diff')
    if (output !== 'table') throw usage(`-o ${output} is for --diff; --json prints an object for each batch`)
  }
  if (!options.replace) {
    if (options.partial) throw usage('--partial is for --replace')
    return
  }
  if (isCompared) throw usage('--diff compares before --replace: give one of them')
  if (toNamed.size > 0 || (to !== 'live' && to !== 'latest')) {
    throw usage('with --replace the range ends where the state file stands, or with --to-offset latest')
  }
}

function diff(plan: Plan, replayed: string, live: string, options: ReplayOptions): number {
  const tables = plan.sinks.flatMap(({ sink }) => tablesOf(sink).map(({ name, key }) => ({ table: name, key })))
  const found = diffStates({
    ...{ replayed, live, tables },
    isExact: options.exact,
    examples: options.examples ?? EXAMPLES,
  })
  for (const line of positionLines(found)) stderr.write(`sprk: warning: ${line}\n`)
  stdout.write(options.output === 'json' ? diffJson(found) : diffText(found))
  return isEqual(found) ? Exit.OK : Exit.DIFFERENT
}

/** A bar where somebody looks; under cron only what goes wrong is said. */
function reporter(plan: Plan, { json, quiet }: ReplayOptions, totals: ReplayTotals): Reporter {
  const text = textReporter(quiet ? 'quiet' : 'warnings', stderr, json ? stderr : stdout)
  const shown = process.stderr.isTTY && !quiet && !json ? barReporter(totals, stderr, text) : text
  return json ? jsonReporter({ name: plan.name, runId: randomUUID() }, stdout, shown) : shown
}
