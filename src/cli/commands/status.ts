// sprk status: whether pipelines run, how far they are behind, and how their last batches went.

import { Exit, SprkError } from '../../errors.ts'
import { fileStatus, type PipelineStatus, status, statusObject } from '../../operations/status/status.ts'
import { notePipeline, printError } from '../fail.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { loadedPipeline } from '../loaded.ts'
import { isStateArgument, refuseSet } from '../options/state-argument.ts'
import { fleetRows, fleetText } from '../print/fleet-report.ts'
import { type Form, print } from '../print/print.ts'
import { statusText } from '../print/status-text.ts'

export interface StatusOptions {
  readonly set: readonly string[]
  readonly batches: number
  readonly offline: boolean
  readonly timeout: number
  readonly output: Form
}

/** Those that cannot be looked at are told after the others; the code is that of the first of them. */
export async function printStatus(
  files: readonly string[],
  options: StatusOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const looks = await Promise.allSettled(files.map((file) => look(file, options, registry, signal)))
  const found: PipelineStatus[] = []
  const failures: SprkError[] = []
  for (const each of looks) {
    if (each.status === 'fulfilled') found.push(each.value)
    else if (each.reason instanceof SprkError) failures.push(each.reason)
    else throw each.reason
  }
  const [only] = found
  if (only !== undefined) {
    print(options.output, {
      text: () => (files.length === 1 ? statusText(only) : fleetText(found)),
      json: () => found.map(statusObject),
      csv: () => fleetRows(found),
    })
  }
  failures.forEach(printError)
  return failures[0]?.exit ?? Exit.OK
}

/** Async, so that what it throws is its own result. */
async function look(
  file: string,
  { set, batches, offline, timeout }: StatusOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<PipelineStatus> {
  const host = thisHost()
  if (isStateArgument(file)) {
    refuseSet(file, set)
    return fileStatus(file, batches, host)
  }
  const pipeline = load(file, set, registry, { needsSecrets: !offline })
  const words = loadedPipeline()
  try {
    return await status(pipeline, { batches, timeoutMs: offline ? null : timeout }, host, signal)
  } catch (error) {
    notePipeline(error, words)
    throw error
  }
}
