// Errors as text for people: one complete line, the place in the file, what to do next.

import { type Place, type Problem, placeText, type SprkError } from '../../errors.ts'
import { type Style, styled } from '../../reporters/style.ts'
import { visible } from '../../reporters/visible.ts'
import { displayWidth } from '../../words.ts'

export interface ErrorContext {
  /** The texts of the files that places are in, for code frames. */
  readonly source?: ReadonlyMap<string, string>
  /** The pipeline as it is named in a command: stands for `<pipeline>` in hints. */
  readonly pipeline?: string | undefined
  /** Whether styles are marked in the text. */
  readonly color: boolean
  /** What became of the state file, one line. */
  readonly state?: string | undefined
}

type Paint = (style: Style, text: string) => string

/** All problems of an error, one after the other; ends with a line feed. */
export function formatError(error: SprkError, { source, pipeline, color, state }: ErrorContext): string {
  const paint: Paint = color ? styled : (_, text) => text
  const lines = error.problems.flatMap((problem) => formatProblem(withPipeline(problem, pipeline), source, paint))
  if (state !== undefined) lines.push(`  state: ${state}`)
  if (error.problems.length > 1) lines.push(`sprk: ${error.problems.length} errors`)
  return `${lines.join('\n')}\n`
}

/** Warnings about a pipeline file that is right, in the form of errors; empty where there are none. */
export function formatWarnings(problems: readonly Problem[], { source, pipeline, color }: ErrorContext): string {
  const paint: Paint = color ? styled : (_, text) => text
  const lines = problems.flatMap((each) => formatProblem(withPipeline(each, pipeline), source, paint, 'warning'))
  return lines.map((line) => `${line}\n`).join('')
}

/** Only the command line knows how the user named the pipeline. */
function withPipeline(problem: Problem, pipeline: string | undefined): Problem {
  const { hint } = problem
  if (hint === undefined || pipeline === undefined) return problem
  return { ...problem, hint: hint.replaceAll('<pipeline>', () => pipeline) }
}

/** As it has to be typed in a shell. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function formatProblem(
  { code, message, place, details = [], hint }: Problem,
  source: ErrorContext['source'],
  paint: Paint,
  word: 'error' | 'warning' = 'error',
): string[] {
  const at = place === undefined ? '' : `${placeText(place)}: `
  const lines = [`sprk: ${paint(word, `${word}[${code}]`)}: ${printable(at + message)}`]
  const line =
    place &&
    source
      ?.get(place.file)
      ?.replace(/^\ufeff/, '')
      .split(/\r?\n/)[place.line - 1]
  if (place !== undefined && line?.trim()) lines.push(...codeFrame(line, place, paint))
  lines.push(...details.map((detail) => `    ${printable(detail)}`))
  if (hint !== undefined) lines.push(`  hint: ${printable(hint)}`)
  return lines
}

const TAB = '    '
/** Longer lines are cut around the place. */
const MAX_WIDTH = 100

/** The line with `^^^` below the place, wherever terminals draw its characters. */
function codeFrame(line: string, { line: number, column, length = 1 }: Place, paint: Paint): string[] {
  const start = Math.min(column - 1, line.length)
  const end = Math.min(start + length, line.length)
  const { before, marked, after } = cut(
    printable(line.slice(0, start)),
    printable(line.slice(start, end)),
    printable(line.slice(end)),
  )
  const gutter = String(number)
  const bar = paint('quiet', '|')
  return [
    `  ${paint('quiet', gutter)} ${bar} ${before}${marked}${after}`.trimEnd(),
    `  ${' '.repeat(gutter.length)} ${bar} ${' '.repeat(displayWidth(before))}${paint('error', '^'.repeat(Math.max(1, displayWidth(marked))))}`,
  ]
}

/** On one line. */
function printable(text: string): string {
  return visible(text.replaceAll('\t', TAB).replace(/\s*\n\s*/g, ' '))
}

interface Cut {
  readonly before: string
  readonly marked: string
  readonly after: string
}

function cut(before: string, marked: string, after: string): Cut {
  if (before.length + marked.length + after.length <= MAX_WIDTH) return { before, marked, after }
  const room = MAX_WIDTH / 2
  return {
    before: before.length > room ? `…${before.slice(-room)}` : before,
    marked: marked.length > room ? `${marked.slice(0, room)}…` : marked,
    after: after.length > room ? `${after.slice(0, room)}…` : after,
  }
}
