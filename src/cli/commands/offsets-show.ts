// sprk offsets show: where each partition stands.

import { Exit } from '../../errors.ts'
import { fileStandings, type Standings, savedStandings, standings } from '../../operations/offsets/standings.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import type { Told } from '../options/command.ts'
import { isStateArgument, refuseSet } from '../options/state-argument.ts'
import { type Form, print } from '../print/print.ts'
import { showCsv, showJson, showTable } from '../print/show-report.ts'

export interface ShowOptions extends Told {
  readonly set: readonly string[]
  readonly output: Form
  readonly offline: boolean
  readonly timeout: number
}

export async function showOffsets(
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
