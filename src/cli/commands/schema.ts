// sprk schema: the JSON Schema of pipeline files, for editors.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { type Cli, examples } from '../options/command.ts'
import { pipelineSchema } from '../pipeline-schema.ts'

export function schemaCommand(sprk: Command, { perform }: Cli): void {
  sprk
    .command('schema')
    .description('print the JSON Schema of pipeline files')
    .addHelpText('after', examples('sprk schema > pipeline.schema.json', 'sprk schema | head'))
    .action(() => perform(printSchema))
}

function printSchema(): number {
  process.stdout.write(`${JSON.stringify(pipelineSchema, null, 2)}\n`)
  return Exit.OK
}
