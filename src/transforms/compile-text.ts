// Expressions of the pipeline file: compiled against a step's input, mistakes reported at their place in the file.

import {
  type Compiled,
  type CompiledAggregates,
  compileAggregates,
  compileExpression,
  ExpressionError,
} from '../expressions/index.ts'
import type { SourceText } from '../spec.ts'
import type { StepInput } from '../transform.ts'

export function compileText(source: SourceText, input: StepInput): Compiled | undefined {
  return reporting(source, input, () => compileExpression(source.text, input.scope, { timeZone: input.timeZone }))
}

/** The same expression, cast: how a variant becomes what a step needs. */
export function castText(source: SourceText, type: 'BOOLEAN' | 'STRING', input: StepInput): Compiled | undefined {
  // The line break ends a comment at the end of the text.
  return compileText({ ...source, text: `CAST(${source.text}\n AS ${type})` }, input)
}

/** An expression over aggregates: `count(*)`, `sum(a) / count(*)`. */
export function compileAggregateText(source: SourceText, input: StepInput): CompiledAggregates | undefined {
  return reporting(source, input, () => compileAggregates(source.text, input.scope, { timeZone: input.timeZone }))
}

function reporting<T>(source: SourceText, input: StepInput, compile: () => T): T | undefined {
  try {
    return compile()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { code, message, hint, start, end } = error
    input.report({ code, message, hint, place: source.place(start, end) })
    return undefined
  }
}
