// What the commands share: the words of their options, and how they are performed.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDurationMs } from '../../duration.ts'
import type { KindRegistry } from '../kinds.ts'
import type { Form } from '../print/print.ts'

export interface Cli {
  /** The command line, as it was typed. */
  readonly args: readonly string[]
  /** Loads the kinds: only what reads a pipeline file needs them. */
  readonly registry: () => Promise<KindRegistry>
  /** Does what a command line asks for, unless it is only checked; the work gives the exit code. */
  readonly perform: (work: () => number | Promise<number>) => Promise<void>
}

/** Adds a command to the command line. */
export type Define = (sprk: Command, cli: Cli) => void

export function withPipeline(command: Command): Command {
  return withSet(command).argument('<pipeline>', 'the pipeline file')
}

export function withSet(command: Command): Command {
  return command.option('--set <path=value>', 'override a value of the pipeline file; can be repeated', collect, [])
}

export function waitLock(): Option {
  return new Option('--wait-lock <duration>', 'wait this long for another process on the same state file')
    .argParser(duration)
    .default(2000, '2s')
}

/** How commands that only look wait for brokers. */
export function timeout(): Option {
  return new Option('--timeout <duration>', 'give up when the brokers do not answer for this long')
    .argParser(duration)
    .default(15_000, '15s')
}

export function quiet(): Option {
  return new Option('-q, --quiet', 'print no warnings, and not what was done').default(false)
}

/** How much is told on stderr beside the result. */
export interface Told {
  readonly quiet: boolean
  readonly verbose: boolean
}

export function withTold(command: Command): Command {
  const verbose = new Option('-v, --verbose', 'print what is done, also without a terminal')
  return command.addOption(quiet()).addOption(verbose.default(false).conflicts('quiet'))
}

/** For options that can be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

/** In milliseconds. */
export function duration(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('a duration is a number with a unit: 500ms, 90s, 5m, 1h30m, 2d')
  return ms
}

export function positiveInteger(text: string): number {
  const n = Number(text)
  if (!/^\d+$/.test(text) || n < 1 || !Number.isSafeInteger(n))
    throw new InvalidArgumentError('a whole number from 1 on is expected')
  return n
}

export function outputForm(what = 'print'): Option {
  return new Option('-o, --output <form>', `${what} text for people, json for programs or csv for spreadsheets`)
    .argParser(form)
    .default('text')
}

/** `table` is another name of `text`. */
function form(text: string): Form {
  if (text === 'json' || text === 'csv' || text === 'text') return text
  if (text === 'table') return 'text'
  throw new InvalidArgumentError('it is one of text, json, csv')
}
