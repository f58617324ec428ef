// The options of sprk replay, and which of them go together.

import type { Command } from 'commander'
import type { RangeSpec } from '../../operations/replay/range.ts'
import { usage } from '../../operations/usage.ts'
import type { Form } from '../print/print.ts'
import { collect, duration, outputForm, positiveInteger, type Told, waitLock } from './command.ts'
import type { RangeOptions } from './range.ts'

export function withReplayOptions(command: Command): Command {
  return command
    .option('--from-offset <offset>', 'N, earliest, kept, topic:partition:N (can be repeated) or @t1:t2', collect, [])
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
    .addOption(outputForm('with --diff:'))
    .option('--timeout <duration>', 'give up when nothing comes for this long (default: 60s)', duration)
    .addOption(waitLock())
    .option('--json', 'print one JSON object a batch on stdout', false)
    .option('-q, --quiet', 'print errors only', false)
    .option('-v, --verbose', 'print batches also where stderr is no terminal', false)
}

export interface ReplayCommandOptions extends RangeOptions, Told {
  readonly into?: string
  readonly replace: boolean
  readonly partial: boolean
  readonly rebatch: boolean
  readonly sinks: boolean
  readonly diff: boolean
  readonly exact: boolean
  readonly examples?: number
  readonly output: Form
  readonly timeout?: number
  readonly waitLock: number
  readonly set: readonly string[]
  readonly json: boolean
}

/** Throws a SprkError (exit 64). */
export function assertOptions({ to, toNamed }: RangeSpec, options: ReplayCommandOptions): void {
  const wrong = (message: string) => usage(message, 'sprk replay --help')
  const { diff: isCompared, exact, examples: shown, output } = options
  if (!isCompared) {
    if (exact) throw wrong('--exact is for --diff')
    if (shown !== undefined) throw wrong('--examples is for --diff')
    if (output !== 'text') throw wrong(`-o ${output} is for --diff; --json prints an object for each batch`)
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
