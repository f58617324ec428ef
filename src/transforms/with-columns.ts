// withColumns: adds columns or replaces those of the same name, and keeps the others, as Spark's `Dataset.withColumns`.

import * as v from 'valibot'
import type { Evaluate } from '../column.ts'
import { transformKind } from '../kind.ts'
import { entries, expression } from '../options.ts'
import type { Scope } from '../scope.ts'
import type { StatelessStep, StepInput } from '../transform.ts'
import type { Field, Schema } from '../types.ts'
import { type CompiledColumns, compileColumns } from './columns.ts'

export const withColumns = transformKind(
  'withColumns',
  'Adds columns, or replaces those of the same name; the others stay.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression over the columns before the step.'),
  ),
  {
    needsColumns: true,
    compile(expressions, input) {
      const columns = compileColumns(expressions, input)
      if (columns === undefined) return undefined
      const facts = {
        canonical: `withColumns {${columns.canonical}}`,
        boundary: columns.boundary,
        notes: columns.notes,
      } as const
      return input.schema === null ? onOpenPayload(columns, input, facts) : onSchema(columns, input.schema, facts)
    },
  },
)

type Facts = Pick<StatelessStep, 'canonical' | 'boundary' | 'notes'>

/** A value replaces the column of its name in its place; values with new names follow at the end. */
function onSchema({ fields, evaluates }: CompiledColumns, schema: Schema, facts: Facts): StatelessStep {
  const output: Field[] = [...schema]
  const targets = fields.map((field) => {
    const known = output.findIndex(({ name }) => name === field.name)
    if (known < 0) return output.push(field) - 1
    output[known] = field
    return known
  })
  return { role: 'stateless', output, ...facts, apply: placing(evaluates, targets) }
}

/** With an open payload: its fields stay, and new names hide fields of the same name. */
function onOpenPayload({ fields, evaluates }: CompiledColumns, input: StepInput, facts: Facts): StatelessStep {
  let scope: Scope = input.scope
  const targets = fields.map(({ name, type }) => {
    const extended = scope.extend?.(name, type)
    if (extended === undefined) throw new Error('an open payload takes columns')
    scope = extended.scope
    return extended.column
  })
  return {
    role: 'stateless',
    output: null,
    scope,
    ...facts,
    apply: placing(evaluates, targets),
  }
}

/** Every expression sees the columns before the step, not those that the step computes. */
function placing(evaluates: readonly Evaluate[], targets: readonly number[]): StatelessStep['apply'] {
  return ({ frame, selection }) => {
    const columns = [...frame.columns]
    evaluates.forEach((evaluate, i) => {
      columns[targets[i] as number] = evaluate(frame, selection)
    })
    return { frame: { ...frame, columns }, selection }
  }
}
