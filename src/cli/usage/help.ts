// sprk help and sprk version: the same as --help and --version, for those who look for a command.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { usage } from '../../operations/usage.ts'
import { didYouMean } from '../../words.ts'
import type { Cli } from '../options/command.ts'
import { withHelp } from '../options/help.ts'
import { page } from '../print/out.ts'
import { version } from '../version.ts'

export function helpCommand(sprk: Command, { perform }: Cli): void {
  const help = sprk.command('help').argument('[command...]', 'a command').description('print the help of a command')
  withHelp(help, { exits: [], docs: 'exit-codes', examples: ['sprk help run', 'sprk help offsets reset'] })
  help.action((names: readonly string[]) => perform(() => printHelp(sprk, names)))
}

function printHelp(sprk: Command, names: readonly string[]): number {
  let command = sprk
  for (const name of names) {
    const next = command.commands.find((each) => each.name() === name)
    if (next === undefined) throw unknown(command, name)
    command = next
  }
  command.outputHelp()
  return Exit.OK
}

function unknown({ commands }: Command, name: string) {
  const known = didYouMean(
    name,
    commands.map((each) => each.name()),
  )
  return usage(`unknown command '${name}'`, known === undefined ? 'sprk --help' : `Did you mean ${known}?`)
}

export function versionCommand(sprk: Command, { perform }: Cli): void {
  const command = sprk.command('version').description('print the version')
  withHelp(command, { exits: [], docs: 'exit-codes', examples: ['sprk version', 'sprk --version'] })
  command.action(() =>
    perform(() => {
      page.write(`${version}\n`)
      return Exit.OK
    }),
  )
}
