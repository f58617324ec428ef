// Expressions under names and over aggregates, as steps take them.

import type { Evaluate } from '../column.ts'
import { type CompiledAggregates, compileAggregates, compileText, reporting } from '../expressions/index.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { StepInput } from '../transform.ts'
import type { Field } from '../types.ts'

/** An expression over aggregates: `count(*)`, `sum(a) / count(*)`. */
export function compileAggregateText(source: SourceText, input: StepInput): CompiledAggregates | undefined {
  return reporting(source, input, () => compileAggregates(source.text, input.scope, { timeZone: input.timeZone }))
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
