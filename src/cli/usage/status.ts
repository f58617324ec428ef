// What sprk status takes on the command line.

import { type Command, Option } from 'commander'
import type { StatusOptions } from '../commands/status.ts'
import { type Cli, duration, outputForm, positiveInteger, withSet } from '../options/command.ts'
import { STATE_EXITS, withHelp } from '../options/help.ts'
import { untilSignal } from '../signals.ts'

export function statusCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withSet(sprk.command('status'))
    .argument('<pipelines...>', 'pipeline files, or state files; several of them: a line each')
    .description('print whether a pipeline runs, how far it is behind, and how its last batches went')
    .option('--batches <n>', 'print so many batches', positiveInteger, 5)
    .option('--offline', 'do not ask the brokers for the lag', false)
    .addOption(
      new Option('--timeout <duration>', 'do without the lag when the brokers do not answer for this long')
        .argParser(duration)
        .default(3000, '3s'),
    )
    .addOption(outputForm())
  withHelp(command, {
    exits: [...STATE_EXITS, 130],
    docs: 'operating',
    examples: ['sprk status pipeline.yaml', 'sprk status pipelines/*.yaml --offline -o json'],
  })
  command.action((files: string[], options: StatusOptions) =>
    perform(() =>
      untilSignal(async (signal) => {
        const { printStatus } = await import('../commands/status.ts')
        return printStatus(files, options, await registry(), signal)
      }),
    ),
  )
}
