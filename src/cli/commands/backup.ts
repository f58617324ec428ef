// sprk backup: a copy of a state file, while its pipeline runs or not.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { backupState } from '../../operations/backup.ts'
import type { KindRegistry } from '../kinds.ts'
import { type Cli, examples, outputForm } from '../options/command.ts'
import { statePathOf } from '../options/state-argument.ts'
import { stderr, stdout } from '../print/redact.ts'
import { untilSignal } from '../signals.ts'

export function backupCommand(sprk: Command, { registry, perform }: Cli): void {
  sprk
    .command('backup')
    .argument('<state>', 'the state file, or its pipeline file')
    .argument('<file>', 'the copy; there is no file of that name yet')
    .description('copy a state file as it is at this moment, while its pipeline runs or not')
    .addOption(outputForm())
    .addHelpText('after', examples('sprk backup pipeline.db copy.db', 'sprk backup pipeline.yaml copy.db -o json'))
    .action((state: string, file: string, options: BackupOptions) =>
      perform(() => untilSignal((signal) => backup(state, file, options, registry, signal))),
    )
}

interface BackupOptions {
  readonly output: 'text' | 'json'
}

async function backup(
  argument: string,
  file: string,
  { output }: BackupOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const state = statePathOf(argument, registry)
  const { bytes, lastBatchId } = await backupState(state, file, signal)
  if (output === 'json') stdout.write(`${JSON.stringify({ state, file, bytes, lastBatchId })}\n`)
  // Without a terminal, under cron, only what goes wrong is reported.
  else if (process.stderr.isTTY) stderr.write(`sprk: ${file}: ${bytes} bytes, last batch ${lastBatchId}\n`)
  return Exit.OK
}
