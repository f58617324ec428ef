// The end of a command that went wrong: the one place that prints errors and chooses the exit code.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Exit, messageOf, type Problem, SprkError } from '../errors.ts'
import { styled } from '../reporters/style.ts'
import { visible } from '../reporters/visible.ts'
import { loadedPipeline, loadedState, sources } from './loaded.ts'
import { formatError, formatWarnings } from './print/error.ts'
import { stderr } from './print/out.ts'
import { mask, redact } from './print/redact.ts'
import { withSourcePositions } from './print/source-positions.ts'
import { withStateHint } from './print/state-hint.ts'
import { version } from './version.ts'

/** Prints what was thrown and gives the exit code. */
export function fail(error: unknown): number {
  if (error instanceof SprkError) {
    printError(error)
    return error.exit
  }
  printBug(error)
  return Exit.BUG
}

/** Prints what is likely to be meant otherwise in a pipeline file that is right. */
export function printWarnings(problems: readonly Problem[]): void {
  stderr.write(formatWarnings(problems, { source: maskedSources(), pipeline: loadedPipeline(), color: true }))
}

/** Secrets in them are masked; places stay where they are. */
function maskedSources(): ReadonlyMap<string, string> {
  return new Map([...sources].map(([name, text]) => [name, mask(text)]))
}

export function printError(error: SprkError): void {
  const source = maskedSources()
  const pipeline = pipelines.get(error) ?? loadedPipeline()
  const told = withStateHint(error, loadedState())
  stderr.write(formatError(told, { source, pipeline, color: true, state: stateLines.get(error) }))
}

const stateLines = new WeakMap<SprkError, string>()

/** Remembers what to say of the state file below the error. */
export function noteState(error: unknown, line: string): void {
  if (error instanceof SprkError) stateLines.set(error, line)
}

const pipelines = new WeakMap<SprkError, string | undefined>()

/** Remembers what to call the pipeline in hints, where it is not the one that was loaded last. */
export function notePipeline(error: unknown, words: string | undefined): void {
  if (error instanceof SprkError) pipelines.set(error, words)
}

/** A mistake of ours: the stack goes to a file, people get one sentence. */
function printBug(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const report = `sprk ${version}, Node ${process.version}, ${process.platform} ${process.arch}\n\n${withSourcePositions(stack)}\n`
  let where: string
  try {
    where = join(mkdtempSync(join(tmpdir(), 'sprk-bug-')), 'report.txt')
    writeFileSync(where, redact(report))
  } catch {
    where = ''
  }
  const hint = where === '' ? report : `please report it with the file ${where}`
  stderr.write(
    `sprk: ${styled('error', 'error[E_BUG]')}: ${visible(messageOf(error).replace(/\s*\n\s*/g, ' '))}\n  hint: ${hint}\n`,
  )
}
