// sprk schema: the JSON Schema of pipeline files, for editors.

import schema from '../../pipeline.schema.json' with { type: 'json' }
import { Exit } from '../errors.ts'

export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`)
  return Exit.OK
}
