// Expressions of the pipeline file: compiled against the columns where they stand, mistakes reported at their place.

import type { Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { SourceText } from '../spec.ts'
import { type Compiled, compileExpression } from './compile.ts'
import { ExpressionError } from './error.ts'

export interface ExpressionInput {
  readonly scope: Scope
  /** An IANA time zone. */
  readonly timeZone: string
  report(problem: Problem): void
}

/** Undefined after the mistake was reported. */
export function compileText(source: SourceText, input: ExpressionInput): Compiled | undefined {
  return reporting(source, input, () => compileExpression(source.text, input.scope, { timeZone: input.timeZone }))
}

/** The same expression, cast: how a variant becomes what is needed. */
export function castText(
  source: SourceText,
  type: 'BOOLEAN' | 'STRING' | 'ARRAY<VARIANT>',
  input: ExpressionInput,
): Compiled | undefined {
  // The line break ends a comment at the end of the text.
  return compileText({ ...source, text: `CAST(${source.text}\n AS ${type})` }, input)
}

/** Runs `compile`; undefined after an ExpressionError was reported at its place. */
export function reporting<T>(
  source: SourceText,
  input: Pick<ExpressionInput, 'report'>,
  compile: () => T,
): T | undefined {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { code, message, hint, start, end } = error
    input.report({ code, message, hint, place: source.place(start, end) })
    return undefined
  }
}

/** Where an expression stands for a column: its name, which may be quoted as in expressions. */
export function columnName({ text }: SourceText): string {
  const name = text.trim()
  return /^`.*`$/.test(name) ? name.slice(1, -1).replaceAll('``', '`') : name
}
