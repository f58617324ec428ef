// Compiles the named expressions of a step.

import type { Evaluate } from '../column.ts'
import { compileText } from '../expressions/index.ts'
import type { Entry, SourceText } from '../spec.ts'
import type { StepInput } from '../transform.ts'
import type { Field } from '../types.ts'

/** The named expressions of `map`, `withColumns` and `flatMap`, compiled. */
export interface CompiledColumns {
  readonly fields: readonly Field[]
  readonly evaluates: readonly Evaluate[]
  readonly canonical: string
  readonly boundary: 'independent' | 'dependent'
  readonly notes: readonly string[]
}

/** Reports every mistake; then returns undefined. */
export function compileColumns(
  entries: readonly Entry<SourceText>[],
  input: StepInput & { readonly makesRows?: boolean },
): CompiledColumns | undefined {
  const compiled = entries.map(({ name, value }) => ({ name, expression: compileText(value, input, name) }))
  const known = compiled.flatMap(({ name, expression }) => (expression === undefined ? [] : [{ name, expression }]))
  if (known.length < entries.length) return undefined
  return {
    fields: known.map(({ name, expression }) => ({ name, type: expression.type })),
    evaluates: known.map(({ expression }) => expression.evaluate),
    canonical: known.map(({ name, expression }) => `${JSON.stringify(name)}: ${expression.canonical}`).join(', '),
    boundary: known.some(({ expression }) => expression.boundary === 'dependent') ? 'dependent' : 'independent',
    notes: known.flatMap(({ expression }) => expression.notes),
  }
}
