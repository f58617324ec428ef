// What sprk eval takes on the command line.

import { type Command, Option } from 'commander'
import type { EvalOptions } from '../commands/eval.ts'
import { type Cli, outputForm } from '../options/command.ts'
import { withHelp } from '../options/help.ts'

export function evalCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = sprk
    .command('eval')
    .argument('<expression>', 'an expression as in pipeline files; - is standard input')
    .description('print what an expression gives, and its type')
    .addOption(new Option('--row <json>', 'the fields that it names, as one JSON object').conflicts('file'))
    .option('--file <path>', 'evaluate it for each line of a file of JSON objects; - is standard input')
    .option('--schema <ddl>', 'the types of the fields: "city string, amount decimal(10,2)"')
    .option('--time-zone <zone>', 'an IANA time zone', 'UTC')
    .addOption(outputForm())
  withHelp(command, {
    exits: [65, 66, 78],
    docs: 'expressions',
    examples: [
      `sprk eval "date_trunc('hour', timestamp'2026-01-31 12:34:56')"`,
      `sprk eval 'upper(city)' --row '{"city": "Berlin"}'`,
    ],
  })
  command.action((text: string, options: EvalOptions) =>
    perform(async () => {
      const { evaluate } = await import('../commands/eval.ts')
      return evaluate(text, options, await registry())
    }),
  )
}
