// What sprk schema takes on the command line.

import type { Command } from 'commander'
import type { Cli } from '../options/command.ts'
import { withHelp } from '../options/help.ts'

export function schemaCommand(sprk: Command, { perform }: Cli): void {
  const command = sprk.command('schema').description('print the JSON Schema of pipeline files')
  withHelp(command, {
    exits: [],
    docs: 'pipeline',
    examples: ['sprk schema > pipeline.schema.json', 'sprk schema | head'],
  })
  command.action(() => perform(async () => (await import('../commands/schema.ts')).printSchema()))
}
