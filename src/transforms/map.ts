// map: replaces all columns by those that expressions compute, as Spark's `Dataset.select`.

import * as v from 'valibot'
import { transformKind } from '../kind.ts'
import { entries, expression } from '../options.ts'
import { compileColumns } from './columns.ts'

export const map = transformKind(
  'map',
  'Computes new columns, which replace those before it.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression.'),
  ),
  {
    compile(expressions, input) {
      const columns = compileColumns(expressions, input)
      if (columns === undefined) return undefined
      const { fields, evaluates, canonical, boundary, notes } = columns
      return {
        role: 'stateless',
        output: fields,
        canonical: `map {${canonical}}`,
        boundary,
        notes,
        apply: ({ frame, selection }) => ({
          frame: { ...frame, columns: evaluates.map((evaluate) => evaluate(frame, selection)) },
          selection,
        }),
      }
    },
  },
)
