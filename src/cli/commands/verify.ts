// sprk verify: whether a state file is sound, each check in a line.

import type { Command } from 'commander'
import { Exit, SprkError } from '../../errors.ts'
import { recount } from '../../operations/verify/recount.ts'
import { type Check, verifyState } from '../../operations/verify/verify.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load } from '../load.ts'
import { type Cli, examples, outputForm, timeout } from '../options/command.ts'
import { statePathOf } from '../options/state-argument.ts'
import { print } from '../print/print.ts'
import { untilSignal } from '../signals.ts'

export function verifyCommand(sprk: Command, { registry, perform }: Cli): void {
  sprk
    .command('verify')
    .argument('<state>', 'the state file, or its pipeline file')
    .description('check that a state file is whole and that its history holds together')
    .option('--against <pipeline>', 'read the recorded ranges again from the log of this pipeline file, and count')
    .addOption(timeout())
    .addOption(outputForm())
    .addHelpText('after', examples('sprk verify pipeline.db', 'sprk verify pipeline.db --against pipeline.yaml'))
    .action((state: string, options: VerifyOptions) =>
      perform(() => untilSignal((signal) => verify(state, options, registry, signal))),
    )
}

interface VerifyOptions {
  readonly against?: string
  readonly timeout: number
  readonly output: 'text' | 'json'
}

async function verify(
  argument: string,
  { against, timeout: timeoutMs, output }: VerifyOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const state = statePathOf(argument, registry)
  const checks = [...verifyState(state)]
  if (against !== undefined) {
    const { plan } = load(against, [], registry, { needsSecrets: true })
    checks.push(await recount(state, plan, { host: thisHost(), signal, timeoutMs }))
  }
  const failed = checks.filter(isFailed).map(({ name }) => name)
  print(output, { text: () => checks.flatMap(linesOf), json: () => verifyObject(state, checks) })
  if (failed.length > 0) throw unsound(state, failed)
  return Exit.OK
}

function isFailed({ problems }: Check): boolean {
  return problems.length > 0
}

function linesOf(check: Check): readonly string[] {
  const { name, law, problems, unchecked } = check
  return [
    ...problems.map((problem) => `FAILED ${name}: ${problem}`),
    ...(isFailed(check) || law === null ? [] : [`ok     ${name}: ${law}`]),
    ...unchecked.map((line) => `?      ${name}: ${line}`),
  ]
}

function verifyObject(state: string, checks: readonly Check[]): object {
  return {
    state,
    sound: !checks.some(isFailed),
    checks: checks.map((check) => {
      const { name, problems, unchecked } = check
      return { name, sound: !isFailed(check), problems, unchecked }
    }),
  }
}

function unsound(state: string, failed: readonly string[]): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_UNSOUND',
    message: `${state}: the state file is not sound (${failed.join(', ')})`,
    hint: 'restore it from a backup, or begin anew with another file under `state:`',
  })
}
