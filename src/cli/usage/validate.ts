// What sprk validate takes on the command line.

import type { Command } from 'commander'
import type { ValidateOptions } from '../commands/validate.ts'
import { type Cli, outputForm, quiet, withSet } from '../options/command.ts'
import { PIPELINE_EXITS, withHelp } from '../options/help.ts'

export function validateCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withSet(sprk.command('validate'))
    .argument('<pipelines...>', 'pipeline files; - is standard input')
    .description('check pipeline files as `run` does, without a broker')
    .addOption(outputForm())
    .addOption(quiet())
  withHelp(command, {
    exits: PIPELINE_EXITS,
    docs: 'pipeline',
    examples: ['sprk validate pipeline.yaml', 'sprk validate pipelines/*.yaml'],
  })
  command.action((files: string[], options: ValidateOptions) =>
    perform(async () => {
      const { validate } = await import('../commands/validate.ts')
      return validate(files, options, await registry())
    }),
  )
}
