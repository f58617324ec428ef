// sprk verify: whether a state file is sound, each check in a line.

import type { Command } from 'commander'
import { type Check, verifyState } from '../../checkpoint/index.ts'
import { Exit, SprkError } from '../../errors.ts'
import { type Cli, examples, outputForm } from '../command.ts'
import type { KindRegistry } from '../kinds.ts'
import { stdout } from '../redact.ts'
import { statePathOf } from '../state-argument.ts'

export function verifyCommand(sprk: Command, { registry, perform }: Cli): void {
  sprk
    .command('verify')
    .argument('<state>', 'the state file, or its pipeline file')
    .description('check that a state file is whole and that its history holds together')
    .addOption(outputForm())
    .addHelpText('after', examples('sprk verify pipeline.db', 'sprk verify pipeline.yaml -o json'))
    .action((state: string, options: VerifyOptions) => perform(() => verify(state, options, registry)))
}

interface VerifyOptions {
  readonly output: 'text' | 'json'
}

function verify(argument: string, { output }: VerifyOptions, registry: KindRegistry): number {
  const state = statePathOf(argument, registry)
  const checks = verifyState(state)
  const failed = checks.filter(isFailed).map(({ name }) => name)
  const text = output === 'json' ? JSON.stringify(verifyObject(state, checks)) : checks.flatMap(linesOf).join('\n')
  stdout.write(`${text}\n`)
  if (failed.length > 0) throw unsound(state, failed)
  return Exit.OK
}

function isFailed({ problems }: Check): boolean {
  return problems.length > 0
}

function linesOf(check: Check): readonly string[] {
  const { name, law, problems } = check
  return isFailed(check) ? problems.map((problem) => `FAILED ${name}: ${problem}`) : [`ok     ${name}: ${law}`]
}

function verifyObject(state: string, checks: readonly Check[]): object {
  return {
    state,
    sound: !checks.some(isFailed),
    checks: checks.map((check) => ({ name: check.name, sound: !isFailed(check), problems: check.problems })),
  }
}

function unsound(state: string, failed: readonly string[]): SprkError {
  return new SprkError(Exit.IO, {
    code: 'E_STATE_UNSOUND',
    message: `${state}: the state file is not sound (${failed.join(', ')})`,
    hint: 'restore it from a backup, or begin anew with another file under `state:`',
  })
}
