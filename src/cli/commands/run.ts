// sprk run: load the file, compile the plan, open the ports, pull the progress.

import { randomUUID } from 'node:crypto'
import { openCheckpoint } from '../../checkpoint/index.ts'
import type { Checkpoint } from '../../checkpoint.ts'
import { Exit } from '../../errors.ts'
import type { MaxRejects } from '../../execution/deadline.ts'
import { execute } from '../../execution/execute.ts'
import { stateOptions } from '../../operations/pipeline.ts'
import type { Plan } from '../../plan/plan.ts'
import { jsonReporter } from '../../reporters/json.ts'
import type { Reporter } from '../../reporters/reporter.ts'
import { textReporter, type Verbosity } from '../../reporters/text.ts'
import { noteState, printWarnings } from '../fail.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import type { Told } from '../options/command.ts'
import { changeNotices } from '../print/changed-plan.ts'
import { stderr, stdout } from '../print/out.ts'
import { told } from '../print/told.ts'
import { stopOnSignals } from '../signals.ts'
import { systemClock } from '../system-clock.ts'

export interface RunOptions extends Told {
  readonly once: boolean
  readonly maxBatches?: number
  readonly maxDuration?: number
  readonly maxRejects?: MaxRejects
  readonly timeout: number
  readonly waitLock: number
  readonly set: readonly string[]
  readonly json: boolean
}

export async function run(file: string, options: RunOptions, registry: KindRegistry): Promise<number> {
  const stop = stopOnSignals()
  try {
    const pipeline = load(file, options.set, registry, { needsSecrets: true, writesState: true })
    const { spec, plan } = pipeline
    if (!options.quiet) printWarnings(spec.warnings)
    const reporter = reporterOf(plan, options)
    const checkpoint = await openCheckpoint(stateOptions(pipeline, options.waitLock, thisHost()), stop.signal)
    try {
      for (const notice of changeNotices(pipeline, checkpoint, registry)) reporter.report(notice)
      await runWith(checkpoint, plan, options, reporter, stop.signal)
    } catch (error) {
      noteState(error, stateLine(spec.state.path, checkpoint))
      throw error
    } finally {
      checkpoint.close()
      await reporter.close()
    }
    return Exit.OK
  } finally {
    stop.release()
  }
}

async function runWith(
  checkpoint: Checkpoint,
  plan: Plan,
  options: RunOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const owner = { pipeline: plan.name, stateId: checkpoint.stateId }
  const source = plan.source.create(systemClock, { owner, blocks: checkpoint.blocks(plan.source.id) })
  const mirror = plan.source.mirror(systemClock, checkpoint.stateId)
  try {
    const ports = { source, checkpoint, clock: systemClock, mirror }
    const execution = {
      once: options.once,
      maxBatches: options.maxBatches ?? null,
      maxDurationMs: options.maxDuration ?? null,
      timeoutMs: options.timeout,
      maxRejects: options.maxRejects ?? null,
    }
    for await (const progress of execute(plan, ports, execution, signal)) reporter.report(progress)
  } finally {
    await Promise.all([source.close(), mirror?.close()])
  }
}

/** Without a terminal, under cron, only what goes wrong is reported. */
function reporterOf(plan: Plan, { json, quiet, verbose }: RunOptions): Reporter {
  const verbosity: Verbosity = quiet ? 'quiet' : verbose || (process.stderr.isTTY && !json) ? 'all' : 'warnings'
  // stdout belongs to the objects of --json.
  const text = textReporter(verbosity, told, json ? stderr : stdout, systemClock.monotonic)
  return json ? jsonReporter({ name: plan.name, runId: randomUUID() }, stdout, text) : text
}

function stateLine(path: string, { resume }: Checkpoint): string {
  return `${path} unchanged (${resume.lastBatchId === 0 ? 'no batch yet' : `last batch ${resume.lastBatchId}`})`
}
