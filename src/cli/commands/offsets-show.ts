// sprk offsets show: where each partition stands.

import type { Command } from 'commander'
import { Exit } from '../../errors.ts'
import { fileStandings, type Standings, savedStandings, standings } from '../../operations/offsets/standings.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, outputForm, type Told, timeout, withSet, withTold } from '../options/command.ts'
import { BROKER_EXITS, STATE_EXITS, withHelp } from '../options/help.ts'
import { isStateArgument, refuseSet } from '../options/state-argument.ts'
import { type Form, print } from '../print/print.ts'
import { showCsv, showJson, showTable } from '../print/show-report.ts'
import { untilSignal } from '../signals.ts'

export function showCommand(offsets: Command, { registry, perform }: Cli): void {
  const command = withSet(offsets.command('show'))
    .argument('<pipeline>', 'the pipeline file, or a state file')
    .description('print each partition: what is read next, what the log has, how much is left')
    .addOption(outputForm())
    .option('--offline', 'from the state file alone, without asking the brokers', false)
    .addOption(timeout())
  withHelp(withTold(command), {
    exits: [...STATE_EXITS, ...BROKER_EXITS, 130],
    docs: 'offsets',
    examples: ['sprk offsets show pipeline.yaml', 'sprk offsets show pipeline.yaml --offline -o json'],
  })
  command.action((file: string, options: ShowOptions) =>
    perform(() => untilSignal((signal) => showOffsets(file, options, registry, signal))),
  )
}

interface ShowOptions extends Told {
  readonly set: readonly string[]
  readonly output: Form
  readonly offline: boolean
  readonly timeout: number
}

async function showOffsets(
  file: string,
  options: ShowOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const found = isStateArgument(file)
    ? standingsOfFile(file, options)
    : await standingsOfPipeline(file, options, registry, signal)
  print(options.output, {
    text: () => showTable(found),
    json: () => showJson(found),
    csv: () => showCsv(found),
  })
  return Exit.OK
}

function standingsOfFile(file: string, { set }: ShowOptions): Standings {
  refuseSet(file, set)
  return fileStandings(file)
}

async function standingsOfPipeline(
  file: string,
  options: ShowOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<Standings> {
  const { set, offline, timeout: timeoutMs } = options
  const pipeline = load(file, set, registry, { needsSecrets: !offline })
  return offline ? savedStandings(pipeline) : await standings(pipeline, timeoutMs, thisHost(options), signal)
}
