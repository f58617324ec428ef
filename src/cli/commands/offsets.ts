// sprk offsets: where reading stands, and moving it.

import { type Command, Option } from 'commander'
import { untilSignal } from '../../operations/ask.ts'
import { type ResetCommandOptions, resetOffsets } from '../../operations/offsets/reset.ts'
import { type ShowOptions, showOffsets } from '../../operations/offsets/show.ts'
import { type Cli, collect, examples, timeout, waitLock, withPipeline, withSet } from '../options/command.ts'

export function offsetsCommand(sprk: Command, cli: Cli): void {
  const offsets = sprk.command('offsets').description('show where each partition stands, and move it')
  showCommand(offsets, cli)
  resetCommand(offsets, cli)
}

function showCommand(offsets: Command, { registry, perform }: Cli): void {
  withSet(offsets.command('show'))
    .argument('<pipeline>', 'the pipeline file, or a state file')
    .description('print each partition: what is read next, what the log has, how much is left')
    .addOption(
      new Option('-o, --output <form>', 'for people or for programs')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .option('--offline', 'from the state file alone, without asking the brokers', false)
    .addOption(timeout())
    .addHelpText(
      'after',
      examples('sprk offsets show pipeline.yaml', 'sprk offsets show pipeline.yaml --offline -o json'),
    )
    .action((file: string, options: ShowOptions) =>
      perform(() => untilSignal((signal) => showOffsets(file, options, registry, signal))),
    )
}

function resetCommand(offsets: Command, { args, registry, perform }: Cli): void {
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
    .action((file: string, options: ResetCommandOptions) =>
      perform(() => untilSignal((signal) => resetOffsets(file, options, registry, args, signal))),
    )
}
