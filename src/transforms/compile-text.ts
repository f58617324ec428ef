// Expressions of the pipeline file: compiled against a step's input, mistakes reported at their place in the file.

import type { Evaluate } from '../column.ts'
import {
  type Compiled,
  type CompiledAggregates,
  compileAggregates,
  compileExpression,
  ExpressionError,
} from '../expressions/index.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { StepInput } from '../transform.ts'
import type { Field } from '../types.ts'

export function compileText(source: SourceText, input: StepInput): Compiled | undefined {
  return reporting(source, input, () => compileExpression(source.text, input.scope, { timeZone: input.timeZone }))
}

/** The same expression, cast: how a variant becomes what a step needs. */
export function castText(
  source: SourceText,
  type: 'BOOLEAN' | 'STRING' | 'ARRAY<VARIANT>',
  input: StepInput,
): Compiled | undefined {
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

/** Expressions under names, as `map` and its kin take them. */
export interface CompiledColumns {
  readonly fields: readonly Field[]
  readonly evaluates: readonly Evaluate[]
  readonly canonical: string
  readonly notes: readonly string[]
}

/** Undefined after every mistake was reported. */
export function compileColumns(entries: readonly Entry<SourceText>[], input: StepInput): CompiledColumns | undefined {
  const compiled = entries.map(({ name, value }) => ({ name, expression: compileText(value, input) }))
  const known = compiled.flatMap(({ name, expression }) => (expression === undefined ? [] : [{ name, expression }]))
  if (known.length < entries.length) return undefined
  return {
    fields: known.map(({ name, expression }) => ({ name, type: expression.type })),
    evaluates: known.map(({ expression }) => expression.evaluate),
    canonical: known.map(({ name, expression }) => `${JSON.stringify(name)}: ${expression.canonical}`).join(', '),
    notes: known.flatMap(({ expression }) => expression.notes),
  }
}
