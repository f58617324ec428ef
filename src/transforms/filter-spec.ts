// What a pipeline file says about the transform filter.

import * as v from 'valibot'
import { expression, kind, type OptionsOf } from '../spec-kit.ts'

export const filterSpec = kind(
  'Keeps the rows for which a condition is true.',
  v.pipe(expression(), v.description("A boolean Spark SQL expression, such as `type = 'track'`.")),
)

export type FilterOptions = OptionsOf<typeof filterSpec>
