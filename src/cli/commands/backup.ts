// sprk backup: a copy of a state file, while its pipeline runs or not.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { backupState } from '../../operations/backup.ts'
import { count } from '../../words.ts'
import type { KindRegistry } from '../kinds.ts'
import { type Cli, outputForm, type Told, withSet, withTold } from '../options/command.ts'
import { STATE_EXITS, withHelp } from '../options/help.ts'
import { statePathOf } from '../options/state-argument.ts'
import { stderr } from '../print/out.ts'
import { type Form, print } from '../print/print.ts'
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
    perform(() => untilSignal((signal) => backup(state, file, options, registry, signal))),
  )
}

interface BackupOptions extends Told {
  readonly set: readonly string[]
  readonly output: Form
}

async function backup(
  argument: string,
  file: string,
  { set, output, quiet, verbose }: BackupOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const state = statePathOf(argument, set, registry)
  const { bytes, lastBatchId } = await backupState(state, file, signal)
  // The copy is the result: what is said of it goes to stderr, and under cron nothing is.
  if (output === 'text') {
    if (!quiet && (verbose || process.stderr.isTTY)) {
      stderr.write(`sprk: ${file}: ${count(bytes)} bytes, last batch ${lastBatchId}\n`)
    }
    return Exit.OK
  }
  print(output, {
    json: () => ({ state, file, bytes, lastBatchId }),
    csv: () => [
      ['state', 'file', 'bytes', 'lastBatchId'],
      [state, file, bytes, lastBatchId],
    ],
  })
  return Exit.OK
}
