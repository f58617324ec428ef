// The JSON Schema of pipeline files, as it was generated from their spec.

import schema from '../../pipeline.schema.json' with { type: 'json' }

export const pipelineSchema: object = schema
