// sprk offsets show: where each partition stands.

import { type Command, Option } from 'commander'
import { Exit } from '../../errors.ts'
import { fileStandings, type Standings, savedStandings, standings } from '../../operations/offsets/standings.ts'
import { usage } from '../../operations/usage.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, timeout, withSet } from '../options/command.ts'
import { isStateArgument } from '../options/state-argument.ts'
import { print } from '../print/print.ts'
import { showCsv, showJson, showTable } from '../print/show-report.ts'
import { untilSignal } from '../signals.ts'

export function showCommand(offsets: Command, { registry, perform }: Cli): void {
  withSet(offsets.command('show'))
    .argument('<pipeline>', 'the pipeline file, or a state file')
    .description('print each partition: what is read next, what the log has, how much is left')
    .addOption(
      new Option('-o, --output <form>', 'for people or for programs')
        .choices(['table', 'json', 'csv'])
        .default('table'),
    )
    .option('--offline', 'from the state file alone, without asking the brokers', false)
    .addOption(timeout())
    .addHelpText(
      'after',
      examples('sprk offsets show pipeline.yaml', 'sprk offsets show pipeline.yaml --offline -o json'),
    )
    .action((file: string, options: ShowOptions) =>
      perform(() => untilSignal((signal) => showOffsets(file, options, registry, signal))),
    )
}

interface ShowOptions {
  readonly set: readonly string[]
  readonly output: 'table' | 'json' | 'csv'
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
    table: () => showTable(found),
    json: () => showJson(found),
    csv: () => showCsv(found),
  })
  return Exit.OK
}

function standingsOfFile(file: string, { set }: ShowOptions): Standings {
  if (set.length > 0) throw usage(`${file} is a state file: --set is for pipeline files`, 'sprk offsets show --help')
  return fileStandings(file)
}

async function standingsOfPipeline(
  file: string,
  { set, offline, timeout: timeoutMs }: ShowOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<Standings> {
  const pipeline = load(file, set, registry, { needsSecrets: !offline })
  return offline ? savedStandings(pipeline) : await standings(pipeline, timeoutMs, thisHost(), signal)
}
