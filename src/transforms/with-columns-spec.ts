// What a pipeline file says about the transform withColumns.

import * as v from 'valibot'
import { entries, expression, kind, type OptionsOf } from '../spec-kit.ts'

export const withColumnsSpec = kind(
  'Adds columns, or replaces those of the same name; the others stay.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression over the columns before the step.'),
  ),
)

export type WithColumnsOptions = OptionsOf<typeof withColumnsSpec>
