// The format json as the plan makes it.

import { parseSchema } from '../expressions/index.ts'
import type { FormatKind } from '../format.ts'
import { typeName } from '../types.ts'
import { jsonFormat } from './json/format.ts'
import { jsonSchema } from './json/schema.ts'
import { typedJsonFormat } from './json/typed.ts'
import type { JsonOptions } from './json-spec.ts'

export const jsonKind: FormatKind<JsonOptions> = {
  canonical: ({ schema }) =>
    parseSchema(schema?.text ?? '')
      .map(({ name, type }) => `${name} ${typeName(type)}`)
      .join(', '),
  create({ schema }, input) {
    if (schema === undefined) return jsonFormat()
    const fields = jsonSchema(schema, input)
    return fields && typedJsonFormat(fields, input.timeZone)
  },
}
