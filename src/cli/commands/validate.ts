// sprk validate: exactly the checks that `run` makes before it opens anything.

import type { Command } from 'commander'
import { Exit, SprkError } from '../../errors.ts'
import { printError } from '../fail.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, withSet } from '../options/command.ts'
import { stdout } from '../print/redact.ts'

export function validateCommand(sprk: Command, { registry, perform }: Cli): void {
  withSet(sprk.command('validate'))
    .argument('<pipelines...>', 'pipeline files')
    .description('check pipeline files as `run` does, without a broker')
    .addHelpText('after', examples('sprk validate pipeline.yaml', 'sprk validate pipelines/*.yaml'))
    .action((files: string[], options: { set: string[] }) => perform(() => validate(files, options.set, registry)))
}

/** Checks every file and reports all of them; the code is that of the first file with a mistake. */
function validate(files: readonly string[], set: readonly string[], registry: KindRegistry): number {
  let code: number = Exit.OK
  for (const file of files) {
    try {
      const { plan } = load(file, set, registry, { needsSecrets: true })
      stdout.write(`${file}: ${plan.name} is valid\n`)
    } catch (error) {
      if (!(error instanceof SprkError)) throw error
      printError(error)
      code ||= error.exit
    }
  }
  return code
}
