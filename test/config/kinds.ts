// The specs of all kinds, without what implements them.

import { jsonSpec } from '../../src/formats/json-spec.ts'
import { discardSpec } from '../../src/sinks/discard-spec.ts'
import { sqliteSpec } from '../../src/sinks/sqlite-spec.ts'
import { kafkaSpec } from '../../src/sources/kafka-spec.ts'
import type { KindSpec, KindSpecs } from '../../src/spec-kit.ts'
import { filterSpec } from '../../src/transforms/filter-spec.ts'
import { mapSpec } from '../../src/transforms/map-spec.ts'
import { reduceByKeySpec } from '../../src/transforms/reduce-by-key-spec.ts'

const family = (specs: Readonly<Record<string, KindSpec>>) => new Map(Object.entries(specs))

export const kinds: KindSpecs = {
  sources: family({ kafka: kafkaSpec }),
  formats: family({ json: jsonSpec }),
  transforms: family({ filter: filterSpec, map: mapSpec, reduceByKey: reduceByKeySpec }),
  sinks: family({ sqlite: sqliteSpec, discard: discardSpec }),
}
