// The format json: one JSON object in each record; its fields are the columns.

import * as v from 'valibot'
import { parseSchema } from '../expressions/index.ts'
import { formatKind } from '../kind.ts'
import { expression } from '../options.ts'
import { typeName } from '../types.ts'
import { jsonFormat } from './json/format.ts'
import { jsonSchema } from './json/schema.ts'
import { typedJsonFormat } from './json/typed.ts'

export const json = formatKind(
  'json',
  'One JSON object in each record; its fields are the columns.',
  v.object({
    schema: v.optional(
      v.pipe(
        expression(),
        v.description("The columns and their types, as Spark's DDL: `type string, properties struct<city: string>`."),
      ),
    ),
  }),
  {
    canonical: ({ schema }) =>
      parseSchema(schema?.text ?? '')
        .map(({ name, type }) => `${name} ${typeName(type)}`)
        .join(', '),
    create({ schema }, input) {
      if (schema === undefined) return jsonFormat()
      const fields = jsonSchema(schema, input)
      return fields && typedJsonFormat(fields, input.timeZone)
    },
  },
)
