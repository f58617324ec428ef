// What a pipeline file says about the transform reduceByKey.

import * as v from 'valibot'
import type { Entry, SourceText } from '../spec.ts'
import { entries, expression, normalisedKind, type OptionsOf } from '../spec-kit.ts'

const schema = v.object({
  key: v.pipe(
    v.union([
      expression(),
      v.pipe(v.array(expression()), v.minLength(1, 'must name at least one column')),
      v.pipe(entries('a key column', expression()), v.minLength(1, 'must name at least one column')),
    ]),
    v.description(
      'What rows are grouped by: a column, a list of columns, or name → Spark SQL expression. NULL is a key like any other.',
    ),
  ),
  values: v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one aggregate\nwrite `count: count(*)` below it'),
    v.description('Column name → Spark SQL expression of aggregates: `count(*)`, `sum(amount)`.'),
  ),
})

export const reduceByKeySpec = normalisedKind(
  'Groups the rows of a micro-batch by a key and aggregates each group.',
  schema,
  ({ key, values }): { readonly key: readonly Entry<SourceText>[]; readonly values: readonly Entry<SourceText>[] } => ({
    key: keyEntries(key),
    values,
  }),
)

export type ReduceByKeyOptions = OptionsOf<typeof reduceByKeySpec>

function keyEntries(key: v.InferOutput<typeof schema>['key']): readonly Entry<SourceText>[] {
  if (!Array.isArray(key)) return [named(key as SourceText)]
  return (key as readonly (SourceText | Entry<SourceText>)[]).map((item) => ('name' in item ? item : named(item)))
}

const BACKQUOTED_OR_PLAIN = /(?:`((?:[^`]|``)+)`|([^`.]+))$/

/** A path is named by its last part; what is no path must be given a name by whoever compiles it. */
function named(text: SourceText): Entry<SourceText> {
  const expression = text.text.trim()
  const [, backquoted, plain] = BACKQUOTED_OR_PLAIN.exec(expression) ?? []
  return { name: backquoted?.replaceAll('``', '`') ?? plain ?? expression, place: text.place(), value: text }
}
