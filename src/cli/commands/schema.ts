// sprk schema: the JSON Schema of pipeline files, for editors.

import { Exit } from '../../errors.ts'
import { pipelineSchema } from '../pipeline-schema.ts'

export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(pipelineSchema, null, 2)}\n`)
  return Exit.OK
}
