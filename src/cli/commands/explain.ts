// sprk explain: the plan in words, without a broker.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, outputForm, withPipeline } from '../options/command.ts'
import { PIPELINE_EXITS, withHelp } from '../options/help.ts'
import { explainJson, explainRows, explainText } from '../print/explain-report.ts'
import { type Form, print } from '../print/print.ts'

export function explainCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withPipeline(sprk.command('explain'))
    .description('print the steps of a pipeline, their columns and types, and what is guaranteed')
    .addOption(outputForm())
  withHelp(command, {
    exits: PIPELINE_EXITS,
    docs: 'pipeline',
    examples: ['sprk explain pipeline.yaml', 'sprk explain pipeline.yaml --set batchInterval=10s'],
  })
  command.action((file: string, options: ExplainOptions) => perform(() => explain(file, options, registry)))
}

interface ExplainOptions {
  readonly set: readonly string[]
  readonly output: Form
}

function explain(file: string, { set, output }: ExplainOptions, registry: KindRegistry): number {
  const pipeline = load(file, set, registry, { takesStdin: true })
  print(output, {
    text: () => explainText(pipeline),
    json: () => explainJson(pipeline),
    csv: () => explainRows(pipeline),
  })
  return Exit.OK
}
