// sprk schema: the JSON Schema of pipeline files, for editors.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import type { Cli } from '../options/command.ts'
import { withHelp } from '../options/help.ts'
import { pipelineSchema } from '../pipeline-schema.ts'

export function schemaCommand(sprk: Command, { perform }: Cli): void {
  const command = sprk.command('schema').description('print the JSON Schema of pipeline files')
  withHelp(command, {
    exits: [],
    docs: 'pipeline',
    examples: ['sprk schema > pipeline.schema.json', 'sprk schema | head'],
  })
  command.action(() => perform(printSchema))
}

function printSchema(): number {
  process.stdout.write(`${JSON.stringify(pipelineSchema, null, 2)}\n`)
  return Exit.OK
}
