// countByValue: how often each distinct row occurs in a micro-batch, as Spark's `DStream.countByValue`.

import * as v from 'valibot'
import { transformKind } from '../kind.ts'
import type { Entry, SourceText } from '../spec.ts'
import { reduceByKey } from './reduce-by-key.ts'

export const countByValue = transformKind(
  'countByValue',
  'Counts how often each distinct row occurs in a micro-batch: its columns and `count`.',
  v.strictObject({}),
  {
    needsColumns: true,
    aggregates: true,
    compile(_, input) {
      if (input.schema === null) {
        input.report({
          code: 'E_COLUMNS_UNKNOWN',
          message: 'the columns to count by are not known: a JSON payload without a schema has any fields',
          hint: 'add a `map` step before it that names the columns, such as `- map: {city: properties.city}`',
        })
        return undefined
      }
      const key = input.schema.map(({ name }) => entry(name, `\`${name.replaceAll('`', '``')}\``))
      return reduceByKey.compile({ key, values: [entry('count', 'count(*)')] }, input)
    },
  },
)

/** The source text of an expression that sprk writes itself: it has no place in a file, and no mistakes. */
function entry(name: string, text: string): Entry<SourceText> {
  const nowhere = { file: '', line: 0, column: 0 }
  return { name, place: nowhere, value: { text, place: () => nowhere } }
}
