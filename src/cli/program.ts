// The command line: commands, options and their help. What commands do stands in a file each.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { parseDurationMs } from '../duration.ts'
import { Exit, SprkError } from '../errors.ts'
import { type DeadLettersOptions, listDeadLetters } from './dead-letters.ts'
import { explain } from './explain.ts'
import type { KindRegistry } from './kinds.ts'
import { kinds } from './kinds.ts'
import { type RunOptions, run } from './run.ts'
import { printSchema } from './schema.ts'
import { validate } from './validate.ts'
import { version } from './version.ts'

/** What the commands do; each gives its exit code. */
interface Actions {
  run(file: string, options: RunOptions): Promise<number>
  validate(files: readonly string[], set: readonly string[]): number
  explain(file: string, set: readonly string[]): number
  deadLetters(file: string, options: DeadLettersOptions): number
  schema(): number
}

/** Runs one command and gives its exit code. Throws SprkError for everything that a user can mend. */
export function program(args: readonly string[], registry: KindRegistry = kinds): Promise<number> {
  return parse(args, {
    run: (file, options) => run(file, options, registry),
    validate: (files, set) => validate(files, set, registry),
    explain: (file, set) => explain(file, set, registry),
    deadLetters: (file, options) => listDeadLetters(file, options, registry),
    schema: printSchema,
  })
}

/** Parses a command line and does nothing. Throws a SprkError (exit 64) where it is none. */
export async function checkUsage(args: readonly string[]): Promise<void> {
  await parse(args, { run: async () => 0, validate: () => 0, explain: () => 0, deadLetters: () => 0, schema: () => 0 })
}

async function parse(args: readonly string[], actions: Actions): Promise<number> {
  let code: number = Exit.OK
  const command = build(actions, (result) => {
    code = result
  })
  if (args.length === 0) command.outputHelp()
  try {
    if (args.length > 0) await command.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return Exit.OK
    throw usageError(error)
  }
  return code
}

function build(actions: Actions, done: (code: number) => void): Command {
  const sprk = new Command('sprk')
    .description('A standalone stream processor for Apache Kafka: one command, one YAML file, one SQLite file.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(true)
  sprk.addHelpText('after', `\nExamples:\n  sprk validate pipeline.yaml\n  sprk run pipeline.yaml --once`)

  withSet(sprk.command('run'))
    .argument('<pipeline>', 'the pipeline file')
    .description('read, transform and store micro-batches until a signal comes')
    .option('--once', 'read what is there at the start, then stop (for cron)', false)
    .option('--max-batches <n>', 'stop after this many batches', positiveInteger)
    .option('--max-duration <duration>', 'stop after this time: 90s, 5m, 1h30m', duration)
    .addOption(
      new Option('--timeout <duration>', 'with --once: give up when nothing comes for this long')
        .argParser(duration)
        .default(60_000, '60s'),
    )
    .addOption(
      new Option('--wait-lock <duration>', 'wait this long for another run on the same state file')
        .argParser(duration)
        .default(2000, '2s'),
    )
    .option('--json', 'print one JSON object a batch on stdout', false)
    .option('-q, --quiet', 'print errors only', false)
    .option('-v, --verbose', 'print batches also where stderr is no terminal', false)
    .addHelpText('after', `\nExamples:\n  sprk run pipeline.yaml\n  sprk run pipeline.yaml --once --json`)
    .action(async (file: string, options: RunOptions) => done(await actions.run(file, options)))

  withSet(sprk.command('validate'))
    .argument('<pipelines...>', 'pipeline files')
    .description('check pipeline files as `run` does, without a broker')
    .addHelpText('after', `\nExamples:\n  sprk validate pipeline.yaml\n  sprk validate pipelines/*.yaml`)
    .action((files: string[], options: { set: string[] }) => done(actions.validate(files, options.set)))

  withSet(sprk.command('explain'))
    .argument('<pipeline>', 'the pipeline file')
    .description('print the steps of a pipeline, their columns and types, and what is guaranteed')
    .addHelpText(
      'after',
      `\nExamples:\n  sprk explain pipeline.yaml\n  sprk explain pipeline.yaml --set batchInterval=10s`,
    )
    .action((file: string, options: { set: string[] }) => done(actions.explain(file, options.set)))

  const deadLetters = sprk
    .command('dead-letters')
    .description('look at the records that `onError: deadLetter` has kept')
  withSet(deadLetters.command('list'))
    .argument('<pipeline>', 'the pipeline file')
    .description('print dead letters, oldest first: where they come from, why they were refused, what they hold')
    .option('--limit <n>', 'print at most so many', positiveInteger, 100)
    .addOption(
      new Option('-o, --output <form>', 'for people or for programs').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `\nExamples:\n  sprk dead-letters list pipeline.yaml\n  sprk dead-letters list pipeline.yaml -o json --limit 1000`,
    )
    .action((file: string, options: DeadLettersOptions) => done(actions.deadLetters(file, options)))

  sprk
    .command('schema')
    .description('print the JSON Schema of pipeline files')
    .addHelpText('after', `\nExamples:\n  sprk schema > pipeline.schema.json\n  sprk schema | head`)
    .action(() => done(actions.schema()))
  return sprk
}

function withSet(command: Command): Command {
  const collect = (value: string, previous: readonly string[]) => [...previous, value]
  return command.option('--set <path=value>', 'override a value of the pipeline file; can be repeated', collect, [])
}

function duration(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('a duration is a number with a unit: 500ms, 90s, 5m, 1h30m, 2d')
  return ms
}

function positiveInteger(text: string): number {
  const n = Number(text)
  if (!/^\d+$/.test(text) || n < 1 || !Number.isSafeInteger(n))
    throw new InvalidArgumentError('a whole number from 1 on is expected')
  return n
}

/** Commander's sentence, in our form: `error: unknown option '--onec'\n(Did you mean --once?)`. */
function usageError(error: CommanderError): SprkError {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = more.join(' ').replace(/^\(|\)$/g, '')
  return new SprkError(Exit.USAGE, {
    code: 'E_USAGE',
    message,
    hint: suggestion === '' ? 'sprk --help' : suggestion,
  })
}
