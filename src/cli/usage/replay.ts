// What sprk replay takes on the command line.

import type { Command } from 'commander'
import { type Cli, withPipeline } from '../options/command.ts'
import { withHelp } from '../options/help.ts'
import { type ReplayCommandOptions, withReplayOptions } from '../options/replay.ts'
import { untilSignal } from '../signals.ts'

export function replayCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withReplayOptions(withPipeline(sprk.command('replay'))).description(
    'read a range again into another file, by default all that was read so far',
  )
  withHelp(command, {
    exits: [1, 65, 66, 69, 73, 74, 75, 76, 77, 78, 79, 130],
    docs: 'replay',
    examples: ['sprk replay pipeline.yaml', 'sprk replay pipeline.yaml --from-time -48h --into last-days.db'],
  })
  command.action((file: string, options: ReplayCommandOptions) =>
    perform(() =>
      untilSignal(async (signal) => {
        const { runReplay } = await import('../commands/replay.ts')
        return runReplay(file, options, await registry(), signal)
      }),
    ),
  )
}
