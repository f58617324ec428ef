// What sprk offsets show takes on the command line.

import type { Command } from 'commander'
import type { ShowOptions } from '../commands/offsets-show.ts'
import { type Cli, outputForm, timeout, withSet, withTold } from '../options/command.ts'
import { BROKER_EXITS, STATE_EXITS, withHelp } from '../options/help.ts'
import { untilSignal } from '../signals.ts'

export function showCommand(offsets: Command, { registry, perform }: Cli): void {
  const command = withSet(offsets.command('show'))
    .argument('<pipeline>', 'the pipeline file, or a state file')
    .description('print each partition: what is read next, what the log has, how much is left')
    .addOption(outputForm())
    .option('--offline', 'from the state file alone, without asking the brokers', false)
    .addOption(timeout())
  withHelp(withTold(command), {
    exits: [...STATE_EXITS, ...BROKER_EXITS, 130],
    docs: 'offsets',
    examples: ['sprk offsets show pipeline.yaml', 'sprk offsets show pipeline.yaml --offline -o json'],
  })
  command.action((file: string, options: ShowOptions) =>
    perform(() =>
      untilSignal(async (signal) => {
        const { showOffsets } = await import('../commands/offsets-show.ts')
        return showOffsets(file, options, await registry(), signal)
      }),
    ),
  )
}
