// drop: removes columns, as Spark's `Dataset.drop`.

import * as v from 'valibot'
import type { Column } from '../column.ts'
import { columnName } from '../expressions/index.ts'
import { transformKind } from '../kind.ts'
import { expression, oneSpelling } from '../options.ts'
import type { Scope } from '../scope.ts'
import type { SourceText } from '../spec.ts'
import type { StatelessStep, StepInput } from '../transform.ts'
import type { Schema } from '../types.ts'
import { didYouMean } from '../words.ts'

export const drop = transformKind(
  'drop',
  'Leaves columns out.',
  oneSpelling(
    v.pipe(
      v.union([expression(), v.pipe(v.array(expression()), v.minLength(1, 'must name at least one column'))]),
      v.description('A column, or a list of columns.'),
    ),
    (columns) => (Array.isArray(columns) ? columns : [columns]),
  ),
  {
    needsColumns: true,
    compile(texts, input) {
      const names = new Set(texts.map(columnName))
      const facts = {
        canonical: `drop ${JSON.stringify([...names].sort())}`,
        boundary: 'independent',
        notes: [],
      } as const
      if (input.schema === null) {
        return { role: 'stateless', output: null, scope: without(input.scope, names), ...facts, apply: (rows) => rows }
      }
      if (!isChecked(texts, input, input.schema)) return undefined
      return { role: 'stateless', ...facts, ...leavingOut(input.schema, names) }
    },
  },
)

function isChecked(texts: readonly SourceText[], input: StepInput, schema: Schema): boolean {
  const known = schema.map(({ name }) => name)
  const unknown = texts.filter((text) => !known.includes(columnName(text)))
  for (const text of unknown) {
    const near = didYouMean(columnName(text), known)
    input.report({
      code: 'E_UNKNOWN_COLUMN',
      message: `there is no column ${columnName(text)} to drop`,
      hint: near === undefined ? `the columns are ${known.join(', ')}` : `did you mean ${near}?`,
      place: text.place(),
    })
  }
  if (unknown.length === 0 && new Set(texts.map(columnName)).size === known.length) {
    input.report({ code: 'E_NO_COLUMNS', message: 'no column is left', hint: 'keep at least one' })
    return false
  }
  return unknown.length === 0
}

function leavingOut(schema: Schema, names: ReadonlySet<string>): Pick<StatelessStep, 'output' | 'apply'> {
  const indexes = schema.flatMap(({ name }, i) => (names.has(name) ? [] : [i]))
  return {
    output: schema.filter(({ name }) => !names.has(name)),
    apply: ({ frame, selection }) => ({
      frame: { ...frame, columns: indexes.map((index) => frame.columns[index] as Column) },
      selection,
    }),
  }
}

function without(scope: Scope, names: ReadonlySet<string>): Scope {
  const { extend } = scope
  return {
    resolve: (path) => (names.has(path[0] ?? '') ? undefined : scope.resolve(path)),
    names: scope.names,
    ...(extend && {
      extend: (name, type) => {
        const { column, scope: extended } = extend(name, type)
        // A later step may compute a column with a dropped name: it is a new column.
        const hidden = new Set([...names].filter((dropped) => dropped !== name))
        return { column, scope: without(extended, hidden) }
      },
    }),
  }
}
