// What sprk dead-letters takes on the command line.

import type { Command } from 'commander'
import type { DeadLettersOptions } from '../commands/dead-letters.ts'
import { type Cli, outputForm, positiveInteger, withSet } from '../options/command.ts'
import { STATE_EXITS, withHelp } from '../options/help.ts'

export function deadLettersCommand(sprk: Command, { registry, perform }: Cli): void {
  const deadLetters = sprk
    .command('dead-letters')
    .description('look at the records that `onError: deadLetter` has kept')
  const command = withSet(deadLetters.command('list'))
    .argument('<pipeline>', 'the pipeline file, or a state file')
    .description('print dead letters, oldest first: where they come from, why they were refused, what they hold')
    .option('--limit <n>', 'print at most so many', positiveInteger, 100)
    .addOption(outputForm())
  withHelp(command, {
    exits: STATE_EXITS,
    docs: 'operating',
    examples: ['sprk dead-letters list pipeline.yaml', 'sprk dead-letters list pipeline.yaml -o json --limit 1000'],
  })
  command.action((file: string, options: DeadLettersOptions) =>
    perform(async () => {
      const { listDeadLetters } = await import('../commands/dead-letters.ts')
      return listDeadLetters(file, options, await registry())
    }),
  )
}
