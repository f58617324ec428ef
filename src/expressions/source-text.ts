// Expressions of the pipeline file: compiled against the columns where they stand, mistakes reported at their place.

import type { Evaluate, Rejects } from '../column.ts'
import type { Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { SourceText } from '../spec.ts'
import type { CompiledAggregates } from './aggregates/compile.ts'
import { type Compiled, compileAggregates, compileExpression } from './compile.ts'
import { ExpressionError } from './error.ts'

export interface ExpressionInput {
  readonly scope: Scope
  /** An IANA time zone. */
  readonly timeZone: string
  /** Whether the expression may make rows: that of flatMap. */
  readonly makesRows?: boolean
  report(problem: Problem): void
}

/** `column`: the one that it computes. Undefined after the mistake was reported. */
export function compileText(source: SourceText, input: ExpressionInput, column?: string): Compiled | undefined {
  const compiled = reporting(source, input, () =>
    compileExpression(source.text, input.scope, { timeZone: input.timeZone, makesRows: input.makesRows }),
  )
  return compiled && { ...compiled, evaluate: placed(compiled.evaluate, source, column) }
}

/** An expression over aggregates: `count(*)`, `sum(a) / count(*)`. Undefined after the mistake was reported. */
export function compileAggregateText(
  source: SourceText,
  input: ExpressionInput,
  column: string,
): CompiledAggregates | undefined {
  const compiled = reporting(source, input, () =>
    compileAggregates(source.text, input.scope, { timeZone: input.timeZone }),
  )
  if (compiled === undefined) return undefined
  return {
    ...compiled,
    evaluate: placed(compiled.evaluate, source, column),
    aggregates: compiled.aggregates.map((aggregate) => {
      const { inputs, filter } = aggregate
      return {
        ...aggregate,
        inputs: inputs.map((input) => placed(input, source, column)),
        filter: filter && placed(filter, source, column),
      }
    }),
  }
}

/** Says, with each record that the expression refuses, where it stands. */
function placed(evaluate: Evaluate, source: SourceText, column: string | undefined): Evaluate {
  return (frame, selection) => {
    const reject: Rejects['reject'] = (record, why) => {
      // What was refused further below has a place of its own.
      frame.rejects.reject(record, { place: source.place(), column, ...why })
    }
    return evaluate({ ...frame, rejects: { reject } }, selection)
  }
}

/** The same expression, cast: how a variant becomes what is needed. */
export function castText(
  source: SourceText,
  type: 'BOOLEAN' | 'STRING' | 'ARRAY<VARIANT>',
  input: ExpressionInput,
  column?: string,
): Compiled | undefined {
  // The line break ends a comment at the end of the text.
  return compileText({ ...source, text: `CAST(${source.text}\n AS ${type})` }, input, column)
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
