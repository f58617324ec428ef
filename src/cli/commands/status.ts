// sprk status: whether a pipeline runs, how far it is behind, and how its last batches went.

import { type Command, Option } from 'commander'
import { stateExists, stateIsHeld } from '../../checkpoint/index.ts'
import { Exit, SprkError } from '../../errors.ts'
import { type Asking, untilSignal } from '../../operations/ask.ts'
import { askLag } from '../../operations/status/lag.ts'
import { readStateReport, type StateReport } from '../../operations/status/state-report.ts'
import { type Status, statusObject } from '../../operations/status/status.ts'
import type { Plan } from '../../plan/plan.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, duration, examples, outputForm, positiveInteger, withPipeline } from '../options/command.ts'
import { stdout } from '../print/redact.ts'
import { statusText } from '../print/status-text.ts'
import { systemClock } from '../system-clock.ts'

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
    .action((file: string, options: StatusOptions) => perform(() => status(file, options, registry)))
}

interface StatusOptions {
  readonly set: readonly string[]
  readonly batches: number
  readonly offline: boolean
  readonly timeout: number
  readonly output: 'text' | 'json'
}

function status(file: string, options: StatusOptions, registry: KindRegistry): Promise<number> {
  const { batches, offline, timeout: timeoutMs, output } = options
  const { spec, plan } = load(file, options.set, registry, { needsSecrets: !offline })
  const { path } = spec.state
  return untilSignal(async (signal) => {
    const isRunning = stateIsHeld(path)
    const state = stateExists(path) ? readStateReport(path, plan, batches) : null
    const lag = offline ? 'not asked' : await lagOf(plan, state, { signal, timeoutMs, isQuiet: true })
    const { name, batchIntervalMs } = plan
    const found: Status = { name, path, batchIntervalMs, now: systemClock.now(), isRunning, state, lag }
    stdout.write(output === 'json' ? `${JSON.stringify(statusObject(found))}\n` : `${statusText(found).join('\n')}\n`)
    return Exit.OK
  })
}

/** A log that is away is no reason to say nothing of the rest. */
async function lagOf(plan: Plan, state: StateReport | null, asking: Asking): Promise<Status['lag']> {
  const view = plan.source.look(systemClock, state?.meta.stateId ?? null)
  try {
    return await askLag(view, state, systemClock.now(), asking)
  } catch (error) {
    if (error instanceof SprkError) return { unknown: error.message }
    throw error
  } finally {
    await view.close()
  }
}
