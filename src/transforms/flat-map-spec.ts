// What a pipeline file says about the transform flatMap.

import * as v from 'valibot'
import { entries, expression, kind, type OptionsOf } from '../spec-kit.ts'

export const flatMapSpec = kind(
  'Makes a row of each element of an array; other columns are repeated.',
  v.pipe(
    entries('a column', expression()),
    v.minLength(1, 'must name at least one column\nwrite `column: expression` below it'),
    v.description('Column name → Spark SQL expression, exactly one of them an array.'),
  ),
)

export type FlatMapOptions = OptionsOf<typeof flatMapSpec>
