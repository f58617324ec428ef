// What sprk offsets reset takes on the command line.

import type { Command } from 'commander'
import { type Cli, withPipeline, withTold } from '../options/command.ts'
import { BROKER_EXITS, STATE_EXITS, withHelp } from '../options/help.ts'
import { type ResetOptions, withResetOptions } from '../options/reset.ts'
import { untilSignal } from '../signals.ts'

export function resetCommand(offsets: Command, cli: Cli): void {
  const command = withTold(withResetOptions(withPipeline(offsets.command('reset')))).description(
    'print what moving the saved offsets would do; with --execute, move them',
  )
  withHelp(command, {
    exits: [...STATE_EXITS, ...BROKER_EXITS, 75, 79, 130],
    docs: 'offsets',
    examples: [
      'sprk offsets reset pipeline.yaml --to-earliest',
      'sprk offsets reset pipeline.yaml --topic events:0 --by-duration 1h --allow-duplicates --execute',
    ],
  })
  command.action((file: string, options: ResetOptions) =>
    cli.perform(() =>
      untilSignal(async (signal) => {
        const { resetOffsets } = await import('../commands/offsets-reset.ts')
        return resetOffsets(file, options, cli.args, await cli.registry(), signal)
      }),
    ),
  )
}
