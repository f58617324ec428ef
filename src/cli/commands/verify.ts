// sprk verify: whether a state file is sound, each check in a line.

import { Exit, SprkError } from '../../errors.ts'
import { recount } from '../../operations/verify/recount.ts'
import { type Check, verifyState } from '../../operations/verify/verify.ts'
import { styled } from '../../reporters/style.ts'
import { visible } from '../../reporters/visible.ts'
import { thisHost } from '../host.ts'
import type { KindRegistry } from '../kinds.ts'
import { load, statePathOf } from '../load.ts'
import type { Told } from '../options/command.ts'
import { isStateArgument } from '../options/state-argument.ts'
import { type Cell, type Form, print } from '../print/print.ts'

export interface VerifyOptions extends Told {
  readonly set: readonly string[]
  readonly against?: string
  readonly timeout: number
  readonly output: Form
}

export async function verify(
  argument: string,
  options: VerifyOptions,
  registry: KindRegistry,
  signal: AbortSignal,
): Promise<number> {
  const { set, against, timeout: timeoutMs, output, quiet } = options
  // What is set may be meant for the pipeline of --against.
  const isOther = against !== undefined && isStateArgument(argument)
  const state = statePathOf(argument, isOther ? [] : set, registry)
  // One kind of source has receivers.
  const [inspectBlock] = [...registry.sources.values()].flatMap((kind) => kind.inspectBlock ?? [])
  const checks = [...verifyState(state, inspectBlock)]
  if (against !== undefined) {
    const { plan } = load(against, set, registry, { needsSecrets: true })
    checks.push(await recount(state, plan, { host: thisHost(options), signal, timeoutMs }))
  }
  const failed = checks.filter(isFailed).map(({ name }) => name)
  print(output, {
    text: () => checks.filter((check) => !quiet || isFailed(check)).flatMap(linesOf),
    json: () => verifyObject(state, checks),
    csv: () => verifyRows(checks),
  })
  if (failed.length > 0) throw unsound(state, failed)
  return Exit.OK
}

function isFailed({ problems }: Check): boolean {
  return problems.length > 0
}

function linesOf(check: Check): readonly string[] {
  const { name, law, problems, unchecked } = check
  return [
    ...problems.map((problem) => `${styled('error', 'FAILED')} ${name}: ${visible(problem)}`),
    ...(isFailed(check) || law === null ? [] : [`ok     ${name}: ${law}`]),
    ...unchecked.map((line) => `${styled('warning', '?')}      ${name}: ${visible(line)}`),
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

function verifyRows(checks: readonly Check[]): readonly (readonly Cell[])[] {
  const rows = checks.flatMap(({ name, law, problems, unchecked }) => [
    ...problems.map((line) => [name, 'failed', line]),
    ...(problems.length > 0 || law === null ? [] : [[name, 'ok', law]]),
    ...unchecked.map((line) => [name, 'unchecked', line]),
  ])
  return [['check', 'result', 'what'], ...rows]
}

function unsound(state: string, failed: readonly string[]): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_UNSOUND',
    message: `${state}: the state file is not sound (${failed.join(', ')})`,
    hint: 'restore it from a backup, or begin anew with another file under `state:`',
  })
}
