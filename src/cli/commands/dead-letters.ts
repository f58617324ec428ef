// sprk dead-letters list: the records that a pipeline refused and kept.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { warning } from '../../notice.ts'
import { readDeadLetters } from '../../operations/dead-letters.ts'
import { amount } from '../../words.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { type Cli, outputForm, positiveInteger, withSet } from '../options/command.ts'
import { STATE_EXITS, withHelp } from '../options/help.ts'
import { statePathOf } from '../options/state-argument.ts'
import { deadLetterJson, deadLetterLines, deadLetterRow, TITLES } from '../print/dead-letter-report.ts'
import { type Form, print } from '../print/print.ts'

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
  command.action((file: string, options: DeadLettersOptions) => perform(() => listDeadLetters(file, options, registry)))
}

interface DeadLettersOptions {
  readonly set: readonly string[]
  readonly limit: number
  readonly output: Form
}

function listDeadLetters(file: string, { set, limit, output }: DeadLettersOptions, registry: KindRegistry): number {
  const { letters, pruned } = readDeadLetters(statePathOf(file, set, registry), limit)
  if (pruned !== null) {
    const { deadLetters, throughBatchId } = pruned
    const what = `${amount(deadLetters, 'older dead letters')} of batches up to ${throughBatchId}`
    thisHost().tell(warning(`${what} were pruned, as \`retain:\` says`))
  }
  print(output, {
    text: () => letters.flatMap(deadLetterLines),
    json: () => letters.map(deadLetterJson),
    csv: () => [TITLES, ...letters.map(deadLetterRow)],
  })
  return Exit.OK
}
