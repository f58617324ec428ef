// What a sink is given when the plan is made, for tests of sinks.

import { schemaScope } from '../../src/plan/source-scope.ts'
import type { SinkInput } from '../../src/sink.ts'
import type { Schema } from '../../src/types.ts'

export function sinkInput(schema: Schema, aggregation: SinkInput['aggregation'] = null): SinkInput {
  return { schema, scope: schemaScope(schema), timeZone: 'UTC', aggregation }
}
