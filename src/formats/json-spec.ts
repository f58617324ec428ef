// What a pipeline file says about the format json.

import * as v from 'valibot'
import { expression, kind, type OptionsOf } from '../spec-kit.ts'

export const jsonSpec = kind(
  'One JSON object in each record; its fields are the columns.',
  v.object({
    schema: v.optional(
      v.pipe(
        expression(),
        v.description("The columns and their types, as Spark's DDL: `type string, properties struct<city: string>`."),
      ),
    ),
  }),
)

export type JsonOptions = OptionsOf<typeof jsonSpec>
