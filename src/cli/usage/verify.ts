// What sprk verify takes on the command line.

import type { Command } from 'commander'
import type { VerifyOptions } from '../commands/verify.ts'
import { type Cli, outputForm, timeout, withSet, withTold } from '../options/command.ts'
import { BROKER_EXITS, STATE_EXITS, withHelp } from '../options/help.ts'
import { untilSignal } from '../signals.ts'

export function verifyCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = sprk
    .command('verify')
    .argument('<state>', 'the state file, or its pipeline file')
    .description('check that a state file is whole and that its history holds together')
    .option('--against <pipeline>', 'read the recorded ranges again from the log of this pipeline file, and count')
    .addOption(timeout())
    .addOption(outputForm())
  withHelp(withTold(withSet(command)), {
    exits: [...STATE_EXITS, ...BROKER_EXITS, 79, 130],
    docs: 'operating',
    examples: ['sprk verify pipeline.db', 'sprk verify pipeline.db --against pipeline.yaml'],
  })
  command.action((state: string, options: VerifyOptions) =>
    perform(() =>
      untilSignal(async (signal) => {
        const { verify } = await import('../commands/verify.ts')
        return verify(state, options, await registry(), signal)
      }),
    ),
  )
}
