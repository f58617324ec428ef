// What sprk run takes on the command line.

import { type Command, Option } from 'commander'
import { usage } from '../../operations/usage.ts'
import type { RunOptions } from '../commands/run.ts'
import { type Cli, duration, positiveInteger, waitLock, withPipeline } from '../options/command.ts'
import { withHelp } from '../options/help.ts'
import { maxRejects } from '../options/max-rejects.ts'

export function runCommand(sprk: Command, { registry, perform }: Cli): void {
  const command = withPipeline(sprk.command('run'))
    .description('read, transform and store micro-batches until a signal comes')
    .option('--once', 'read what is there at the start, then stop (for cron)', false)
    .option('--max-batches <n>', 'stop after this many batches', positiveInteger)
    .option('--max-duration <duration>', 'stop after this time: 90s, 5m, 1h30m', duration)
    .option('--max-rejects <n>', 'end with exit 80 before more records of this run are refused: 10, 5%, 0', maxRejects)
    .addOption(
      new Option('--timeout <duration>', 'with --once: give up when nothing comes for this long')
        .argParser(duration)
        .default(60_000, '60s'),
    )
    .addOption(waitLock())
    .option('--json', 'print one JSON object a batch on stdout', false)
    .option('-q, --quiet', 'print errors only', false)
    .addOption(
      new Option('-v, --verbose', 'print batches also where stderr is no terminal').default(false).conflicts('quiet'),
    )
  withHelp(command, {
    exits: [65, 66, 69, 73, 74, 75, 76, 77, 78, 79, 80],
    docs: 'running',
    examples: ['sprk run pipeline.yaml', 'sprk run pipeline.yaml --once --json'],
  })
  command.action((file: string, options: RunOptions) => {
    if (!options.once && command.getOptionValueSource('timeout') === 'cli')
      throw usage('--timeout is for --once: without it, a run waits until brokers answer', 'sprk run --help')
    return perform(async () => {
      const { run } = await import('../commands/run.ts')
      return run(file, options, await registry())
    })
  })
}
