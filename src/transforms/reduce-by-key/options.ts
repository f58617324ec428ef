// The options of reduceByKey: the key in one of three spellings, and the aggregates.

import * as v from 'valibot'
import { entries, expression, oneSpelling } from '../../options.ts'
import type { Entry, SourceText } from '../../spec.ts'

const column = v.pipe(
  expression(),
  v.check(
    ({ text }) => nameOf(text) !== undefined,
    'must be a column\ngive an expression a name: `key: {name: expression}`',
  ),
)

const schema = v.object({
  key: v.pipe(
    v.union([
      column,
      v.pipe(
        v.array(column),
        v.minLength(1, 'must name at least one column'),
        v.check(
          (columns) => new Set(columns.map(({ text }) => nameOf(text))).size === columns.length,
          'must not have two columns of one name\nname them: `key: {name: column, other_name: column}`',
        ),
      ),
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

export const reduceByKeyOptions = oneSpelling(schema, ({ key, values }) => ({ key: keyEntries(key), values }))

function keyEntries(key: v.InferOutput<typeof schema>['key']): readonly Entry<SourceText>[] {
  if (!Array.isArray(key)) return [named(key as SourceText)]
  return (key as readonly (SourceText | Entry<SourceText>)[]).map((item) => ('name' in item ? item : named(item)))
}

function named(value: SourceText): Entry<SourceText> {
  return { name: nameOf(value.text) ?? value.text, place: value.place(), value }
}

const PART = /(?:`(?<quoted>(?:[^`]|``)+)`|(?<plain>[\p{L}_][\p{L}\p{N}_]*))(?<more>\.|$)/uy

/** The name of a key that is a path: its last part; undefined where the text is no path. */
function nameOf(text: string): string | undefined {
  const path = text.trim()
  PART.lastIndex = 0
  for (let match = PART.exec(path); match !== null; match = PART.exec(path)) {
    if (match.groups?.['more'] === '') return match.groups['plain'] ?? match.groups['quoted']?.replaceAll('``', '`')
  }
  return undefined
}
