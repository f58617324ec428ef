// What a pipeline file says about the transform map.

import * as v from 'valibot'
import { entries, expression, kind, type OptionsOf } from '../spec-kit.ts'

export const mapSpec = kind(
  'Computes new columns, which replace those before it.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression.'),
  ),
)

export type MapOptions = OptionsOf<typeof mapSpec>
