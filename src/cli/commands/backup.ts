// sprk backup: a copy of a state file, while its pipeline runs or not.

import { Exit } from '../../errors.ts'
import { backupState } from '../../operations/backup.ts'
import { count } from '../../words.ts'
import type { KindRegistry } from '../kinds.ts'
import { statePathOf } from '../load.ts'
import type { Told } from '../options/command.ts'
import { stderr } from '../print/out.ts'
import { type Form, print } from '../print/print.ts'

export interface BackupOptions extends Told {
  readonly set: readonly string[]
  readonly output: Form
}

export async function backup(
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
