// sprk offsets reset: moves saved positions. Prints the plan; changes the state file only where all of it is allowed.

import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { Exit } from '../../errors.ts'
import { type NamedOffset, parseOffsets } from '../../operations/offsets/csv.ts'
import type { Permission } from '../../operations/offsets/plan-moves.ts'
import { executeReset, missingPermissions, planReset, type ResetPlan } from '../../operations/offsets/reset.ts'
import { type StateOptions, stateChoice } from '../../operations/offsets/reset-state.ts'
import { savedPositions } from '../../operations/offsets/saved.ts'
import { assertNone } from '../../operations/offsets/selection.ts'
import { usage } from '../../operations/usage.ts'
import { thisHost } from '../host.ts'
import { load, loadedPipeline, sources, unreadable } from '../load.ts'
import { type Cli, collect, examples, timeout, waitLock, withPipeline } from '../options/command.ts'
import { isStateArgument } from '../options/state-argument.ts'
import { RESET_HELP, type TargetOptions, targetFlag, targetOf } from '../options/target.ts'
import { shellWord } from '../print/error.ts'
import { print } from '../print/print.ts'
import { notAllowed, offsetsCsv, resetJson, resetText } from '../print/reset-report.ts'
import { untilSignal } from '../signals.ts'

export function resetCommand(offsets: Command, cli: Cli): void {
  withPipeline(offsets.command('reset'))
    .description('print what moving the saved offsets would do; with --execute, move them')
    .option('--to-earliest', 'to the log start')
    .option('--to-latest', 'to the end')
    .option('--to-offset <n>', 'to this offset')
    .option('--to-datetime <time>', 'to the first record that is as late: 2026-01-31T12:00:00Z')
    .option('--by-duration <duration>', 'to the first record of the last so much time: 1h30m, PT1H30M')
    .option('--shift-by <n>', 'by so many offsets, back where it is negative')
    .option('--from-file <csv>', 'to what a file says, in lines topic,partition,offset')
    .option('--topic <topic>', 'only this topic, or partitions of it: events:0,1; can be repeated', collect, [])
    .option('--export', 'print the offsets as CSV for --from-file; alone: those that are saved', false)
    .option('--allow-loss', 'records may be left out for ever', false)
    .option('--allow-duplicates', 'records may be read again, while results are kept', false)
    .addOption(new Option('--state <what>', 'what becomes of the state of steps').choices(['keep', 'clear']))
    .addOption(new Option('--results <what>', 'with --state clear: of the results').choices(['keep', 'clear']))
    .option('--execute', 'do it', false)
    .addOption(
      new Option('-o, --output <form>', 'for people or for programs').choices(['table', 'json']).default('table'),
    )
    .addOption(waitLock())
    .addOption(timeout())
    .addHelpText(
      'after',
      examples(
        'sprk offsets reset pipeline.yaml --to-earliest',
        'sprk offsets reset pipeline.yaml --topic events:0 --by-duration 1h --allow-duplicates --execute',
      ),
    )
    .action((file: string, options: ResetOptions) =>
      cli.perform(() => untilSignal((signal) => resetOffsets(file, options, cli, signal))),
    )
}

interface ResetOptions extends TargetOptions, StateOptions {
  readonly set: readonly string[]
  readonly topic: readonly string[]
  readonly export: boolean
  readonly allowLoss: boolean
  readonly allowDuplicates: boolean
  readonly execute: boolean
  readonly output: 'table' | 'json'
  readonly waitLock: number
  readonly timeout: number
}

async function resetOffsets(
  file: string,
  options: ResetOptions,
  { args, registry }: Cli,
  signal: AbortSignal,
): Promise<number> {
  checkOptions(file, options)
  const pipeline = load(file, options.set, registry, { needsSecrets: targetFlag(options) !== null })
  const host = thisHost()
  if (targetFlag(options) === null && options.export) {
    const saved = await savedPositions(pipeline, options.topic, host)
    print('csv', { csv: () => offsetsCsv(saved.map(({ next, ...at }) => ({ ...at, offset: next }))) })
    return Exit.OK
  }
  const target = targetOf(options, pipeline.spec.timeZone, host.clock.now())
  const choice = stateChoice(pipeline.plan, options)
  const named = target.to === 'file' ? readOffsets(target.path) : null
  const request = { target, named, topics: options.topic, choice, timeoutMs: options.timeout }
  const permissions = permissionsOf(options)
  let plan = await planReset(pipeline, request, host, signal)
  if (options.execute) {
    const outcome = await executeReset(plan, { permissions, waitLockMs: options.waitLock }, host, signal)
    plan = outcome.plan
    if (outcome.missing.length > 0) throw notAllowed(plan, outcome.missing, commandOf(args, plan, options))
  }
  printPlan(plan, commandOf(args, plan, options), options)
  return Exit.OK
}

/** Throws a SprkError (exit 64). */
function checkOptions(file: string, options: ResetOptions): void {
  const flag = targetFlag(options)
  const { export: isExport, execute, output, topic } = options
  if (isExport && output === 'json') throw usage('--export writes CSV: it does not go with -o json', RESET_HELP)
  if (isExport && execute && flag === null) throw usage('--execute needs to be told where to go', RESET_HELP)
  if (flag === 'fromFile' && topic.length > 0)
    throw usage('--from-file names its partitions itself: leave out --topic', RESET_HELP)
  if (!isStateArgument(file)) return
  const message = `${file} is a state file: to move its offsets the pipeline file is needed, which names the log`
  throw usage(message, RESET_HELP)
}

function readOffsets(path: string): readonly NamedOffset[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(`--from-file ${path}`, error, 'a CSV file')
  }
  sources.set(path, text)
  const { offsets, problems } = parseOffsets(path, text)
  assertNone(problems, Exit.USAGE)
  return offsets
}

function permissionsOf({ allowLoss, allowDuplicates }: ResetOptions): ReadonlySet<Permission> {
  return new Set([...(allowLoss ? LOSS : []), ...(allowDuplicates ? DUPLICATES : [])])
}

const LOSS: readonly Permission[] = ['--allow-loss']
const DUPLICATES: readonly Permission[] = ['--allow-duplicates']

/** The command line, with what was missing for it to do something. */
function commandOf(args: readonly string[], plan: ResetPlan, options: ResetOptions): string {
  // To be pasted, it takes what changes less.
  const chosen = plan.request.choice.missing.map((option) => option.replace('|clear', ''))
  const missing = missingPermissions(plan, permissionsOf(options))
  return ['sprk', ...args.map(shellWord), ...chosen, ...missing, ...(options.execute ? [] : ['--execute'])].join(' ')
}

function printPlan(plan: ResetPlan, command: string, { execute, export: isExport, output }: ResetOptions): void {
  const report = { plan, isExecuted: execute, words: loadedPipeline() ?? '', command }
  print(isExport ? 'csv' : output, {
    table: () => resetText(report),
    json: () => resetJson(report),
    csv: () => offsetsCsv(plan.moves.map(({ topic, partition, to: offset }) => ({ topic, partition, offset }))),
  })
}
