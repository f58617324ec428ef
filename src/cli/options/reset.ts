// The options of sprk offsets reset, and which of them go together.

import { type Command, Option } from 'commander'
import type { Permission } from '../../operations/offsets/plan-moves.ts'
import type { StateOptions } from '../../operations/offsets/reset-state.ts'
import { usage } from '../../operations/usage.ts'
import type { Form } from '../print/print.ts'
import { collect, outputForm, type Told, timeout, waitLock } from './command.ts'
import { isStateArgument } from './state-argument.ts'
import { RESET_HELP, type TargetOptions, targetFlag } from './target.ts'

export function withResetOptions(command: Command): Command {
  return command
    .option('--to-earliest', 'to the log start')
    .option('--to-latest', 'to the end')
    .option('--to-offset <n>', 'to this offset')
    .option('--to-datetime <time>', 'to the first record that is as late: 2026-01-31T12:00:00Z')
    .option('--by-duration <duration>', 'to the first record of the last so much time: 1h30m, PT1H30M')
    .option('--shift-by <n>', 'by so many offsets, back where it is negative')
    .option('--from-file <csv>', 'to what a file says, in lines topic,partition,offset')
    .option('--topic <topic>', 'only this topic, or partitions of it: events:0,1; can be repeated', collect, [])
    .option('--all-topics', 'all topics: the default, unless --topic is given', false)
    .option('--export', 'print the offsets as CSV for --from-file; alone: those that are saved', false)
    .option('--allow-loss', 'records may be left out for ever', false)
    .option('--allow-duplicates', 'records may be read again, while results are kept', false)
    .addOption(new Option('--state <what>', 'what becomes of the state of steps').choices(['keep', 'clear']))
    .addOption(new Option('--results <what>', 'with --state clear: of the results').choices(['keep', 'clear']))
    .option('--dry-run', 'only print what would be done: the default', false)
    .option('--execute', 'do it', false)
    .addOption(outputForm())
    .addOption(waitLock())
    .addOption(timeout())
}

export interface ResetOptions extends TargetOptions, StateOptions, Told {
  readonly set: readonly string[]
  readonly topic: readonly string[]
  readonly allTopics: boolean
  readonly dryRun: boolean
  readonly export: boolean
  readonly allowLoss: boolean
  readonly allowDuplicates: boolean
  readonly execute: boolean
  readonly output: Form
  readonly waitLock: number
  readonly timeout: number
}

/** `file`: the argument. Throws a SprkError (exit 64). */
export function checkOptions(file: string, options: ResetOptions): void {
  const flag = targetFlag(options)
  const { export: isExport, execute, output, topic } = options
  if (isExport && output === 'json') throw usage('--export writes CSV: it does not go with -o json', RESET_HELP)
  if (options.dryRun && execute) throw usage('--dry-run and --execute: only one of them can be meant', RESET_HELP)
  if (options.allTopics && topic.length > 0)
    throw usage('--all-topics and --topic: only one of them can be meant', RESET_HELP)
  if (isExport && execute && flag === null) throw usage('--execute needs to be told where to go', RESET_HELP)
  if (flag === 'fromFile' && topic.length > 0)
    throw usage('--from-file names its partitions itself: leave out --topic', RESET_HELP)
  if (!isStateArgument(file)) return
  const message = `${file} is a state file: to move its offsets the pipeline file is needed, which names the log`
  throw usage(message, RESET_HELP)
}

export function permissionsOf({ allowLoss, allowDuplicates }: ResetOptions): ReadonlySet<Permission> {
  return new Set([...(allowLoss ? LOSS : []), ...(allowDuplicates ? DUPLICATES : [])])
}

const LOSS: readonly Permission[] = ['--allow-loss']
const DUPLICATES: readonly Permission[] = ['--allow-duplicates']
