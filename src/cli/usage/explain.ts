// What sprk explain takes on the command line.

import type { Command } from 'commander'
import type { ExplainOptions } from '../commands/explain.ts'
import { type Cli, outputForm, withPipeline } from '../options/command.ts'
import { PIPELINE_EXITS, withHelp } from '../options/help.ts'

export function explainCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withPipeline(sprk.command('explain'))
    .description('print the steps of a pipeline, their columns and types, and what is guaranteed')
    .addOption(outputForm())
  withHelp(command, {
    exits: PIPELINE_EXITS,
    docs: 'pipeline',
    examples: ['sprk explain pipeline.yaml', 'sprk explain pipeline.yaml --set batchInterval=10s'],
  })
  command.action((file: string, options: ExplainOptions) =>
    perform(async () => {
      const { explain } = await import('../commands/explain.ts')
      return explain(file, options, await registry())
    }),
  )
}
