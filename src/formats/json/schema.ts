// Parses the schema of the format json.

import type { Problem } from '../../errors.ts'
import { fromJson, parseSchema, reporting } from '../../expressions/index.ts'
import type { FormatInput } from '../../format.ts'
import type { SourceText } from '../../spec.ts'
import { type Schema, typeName } from '../../types.ts'

/** Reports every mistake; then returns undefined. */
export function jsonSchema(source: SourceText, input: FormatInput): Schema | undefined {
  const schema = reporting(source, input, () => parseSchema(source.text))
  if (schema === undefined) return undefined
  const problems = problemsOf(schema, input.timeZone)
  for (const problem of problems) input.report({ ...problem, place: source.place() })
  return problems.length === 0 ? schema : undefined
}

function problemsOf(schema: Schema, timeZone: string): readonly Problem[] {
  if (schema.length === 0) {
    const hint = 'such as `type string, amount decimal(10,2)`; without `schema` any field may be used'
    return [{ code: 'E_TYPE', message: 'the schema has no fields', hint }]
  }
  return schema.flatMap(({ name, type }): Problem[] => {
    if (name === '_metadata') {
      const message = 'the field _metadata cannot be read: the name stands for the metadata of records'
      return [{ code: 'E_TYPE', message, hint: 'leave it out of the schema' }]
    }
    if (fromJson(type, timeZone) !== undefined) return []
    const hint = typeName(type).includes('map<') ? 'the keys of a map are strings: `map<string, …>`' : undefined
    return [{ code: 'E_TYPE', message: `the field ${name} cannot be read from JSON as ${typeName(type)}`, hint }]
  })
}
