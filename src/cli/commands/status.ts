// sprk status: whether a pipeline runs, how far it is behind, and how its last batches went.

import { type Command, Option } from 'commander'
import { Exit } from '../../errors.ts'
import { status, statusObject } from '../../operations/status/status.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, duration, examples, outputForm, positiveInteger, withPipeline } from '../options/command.ts'
import { print } from '../print/print.ts'
import { statusText } from '../print/status-text.ts'
import { untilSignal } from '../signals.ts'

export function statusCommand(sprk: Command, { registry, perform }: Cli): void {
  withPipeline(sprk.command('status'))
    .description('print whether a pipeline runs, how far it is behind, and how its last batches went')
    .option('--batches <n>', 'print so many batches', positiveInteger, 5)
    .option('--offline', 'do not ask the brokers for the lag', false)
    .addOption(
      new Option('--timeout <duration>', 'do without the lag when the brokers do not answer for this long')
        .argParser(duration)
        .default(3000, '3s'),
    )
    .addOption(outputForm())
    .addHelpText(
      'after',
      examples('sprk status pipeline.yaml', 'sprk status pipeline.yaml --offline --batches 100 -o json'),
    )
    .action((file: string, options: StatusOptions) => perform(() => printStatus(file, options, registry)))
}

interface StatusOptions {
  readonly set: readonly string[]
  readonly batches: number
  readonly offline: boolean
  readonly timeout: number
  readonly output: 'text' | 'json'
}

function printStatus(file: string, options: StatusOptions, registry: KindRegistry): Promise<number> {
  const { batches, offline, timeout, output } = options
  const pipeline = load(file, options.set, registry, { needsSecrets: !offline })
  const asked = { batches, timeoutMs: offline ? null : timeout }
  return untilSignal(async (signal) => {
    const found = await status(pipeline, asked, thisHost(), signal)
    print(output, { text: () => statusText(found), json: () => statusObject(found) })
    return Exit.OK
  })
}
