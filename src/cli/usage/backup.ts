// What sprk backup takes on the command line.

import type { Command } from 'commander'
import type { BackupOptions } from '../commands/backup.ts'
import { type Cli, outputForm, withSet, withTold } from '../options/command.ts'
import { STATE_EXITS, withHelp } from '../options/help.ts'
import { untilSignal } from '../signals.ts'

export function backupCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = sprk
    .command('backup')
    .argument('<state>', 'the state file, or its pipeline file')
    .argument('<file>', 'the copy; there is no file of that name yet')
    .description('copy a state file as it is at this moment, while its pipeline runs or not')
    .addOption(outputForm())
  withHelp(withTold(withSet(command)), {
    exits: [...STATE_EXITS, 73, 130],
    docs: 'operating',
    examples: ['sprk backup pipeline.db copy.db', 'sprk backup pipeline.yaml copy.db -o json'],
  })
  command.action((state: string, file: string, options: BackupOptions) =>
    perform(() =>
      untilSignal(async (signal) => {
        const { backup } = await import('../commands/backup.ts')
        return backup(state, file, options, await registry(), signal)
      }),
    ),
  )
}
