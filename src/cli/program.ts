// The command line as a whole. Each command stands in a file of its own.

import { Command, CommanderError } from 'commander'
import { Exit, type SprkError } from '../errors.ts'
import { usage } from '../operations/usage.ts'
import type { KindRegistry } from './kinds.ts'
import type { Cli, Define } from './options/command.ts'
import { habitHint } from './options/habits.ts'
import { describeOption, withHelp } from './options/help.ts'
import { backupCommand } from './usage/backup.ts'
import { deadLettersCommand } from './usage/dead-letters.ts'
import { evalCommand } from './usage/eval.ts'
import { explainCommand } from './usage/explain.ts'
import { helpCommand, versionCommand } from './usage/help.ts'
import { offsetsCommand } from './usage/offsets.ts'
import { replayCommand } from './usage/replay.ts'
import { runCommand } from './usage/run.ts'
import { schemaCommand } from './usage/schema.ts'
import { statusCommand } from './usage/status.ts'
import { validateCommand } from './usage/validate.ts'
import { verifyCommand } from './usage/verify.ts'
import { version } from './version.ts'

/** In the order of the help. */
const COMMANDS: ReadonlyMap<string, Define> = new Map([
  ['run', runCommand],
  ['validate', validateCommand],
  ['explain', explainCommand],
  ['eval', evalCommand],
  ['status', statusCommand],
  ['offsets', offsetsCommand],
  ['replay', replayCommand],
  ['dead-letters', deadLettersCommand],
  ['verify', verifyCommand],
  ['backup', backupCommand],
  ['schema', schemaCommand],
  ['version', versionCommand],
  ['help', helpCommand],
])

/** Looks at the other commands. */
const HELP = 'help'

/** Runs one command and gives its exit code. Throws SprkError for everything that a user can fix. */
export async function program(args: readonly string[], registry?: KindRegistry): Promise<number> {
  let code: number = Exit.OK
  await parse({
    args,
    registry: async () => registry ?? (await loadKinds()),
    perform: async (work) => {
      code = await work()
    },
  })
  return code
}

async function loadKinds(): Promise<KindRegistry> {
  const { kinds } = await import('./kinds.ts')
  return kinds
}

/** Parses a command line and does nothing. Throws a SprkError (exit 64) where it is none. */
export async function checkUsage(args: readonly string[]): Promise<void> {
  await parse({ args, registry: loadKinds, perform: async () => {} })
}

async function parse(cli: Cli): Promise<void> {
  const { args } = cli
  const sprk = build(cli)
  if (args.length === 0) sprk.outputHelp()
  if (args.includes('')) throw usage('an argument is empty', 'a variable of the shell may not be set: `echo "$FILE"`')
  try {
    if (args.length > 0) await sprk.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const named = namedCommand(sprk, args)
    if (error.exitCode !== 0) throw error.code === 'commander.help' ? incomplete(named) : usageError(error, named)
  }
}

function build(cli: Cli): Command {
  const sprk = new Command('sprk')
    .description('A standalone stream processor for Apache Kafka: one command, one YAML file, one SQLite file.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureHelp({ optionDescription: describeOption })
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(true)
  withHelp(sprk, {
    exits: [65, 66, 69, 73, 74, 75, 76, 77, 78, 79, 80],
    docs: 'exit-codes',
    examples: ['sprk validate pipeline.yaml', 'sprk run pipeline.yaml --once'],
  })
  // To define all of them takes 2 ms.
  const named = cli.args[0] === HELP ? undefined : COMMANDS.get(cli.args[0] ?? '')
  for (const define of named === undefined ? COMMANDS.values() : [named]) define(sprk, cli)
  return sprk
}

/** The command of a command line with `sprk` before it, as far as there is one. */
function namedCommand(sprk: Command, args: readonly string[]): string {
  const words = [sprk.name()]
  let command = sprk
  for (const arg of args) {
    const next = command.commands.find((each) => each.name() === arg)
    if (next === undefined) break
    words.push(arg)
    command = next
  }
  return words.join(' ')
}

/** Commander's sentence, in our form: `error: unknown option '--onec'\n(Did you mean --once?)`. */
function usageError(error: CommanderError, command: string): SprkError {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more.join(' ').replace(/^\(|\)$/g, '')
  return usage(message, habitHint(message, command) ?? (suggestion === '' ? `${command} --help` : suggestion))
}

/** A word that stands for several commands, alone. */
function incomplete(command: string): SprkError {
  return usage(`${command}: one of its commands is missing`, `${command} --help`)
}
