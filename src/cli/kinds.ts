// All kinds of sources, formats, transforms and sinks: the one place that knows the implementations.

import { json } from '../formats/json.ts'
import { text } from '../formats/text.ts'
import type { KindSpec, Kinds } from '../kind.ts'
import { consoleKind } from '../sinks/console.ts'
import { discard } from '../sinks/discard.ts'
import { sqlite } from '../sinks/sqlite.ts'
import { file } from '../sources/file.ts'
import { kafka } from '../sources/kafka.ts'
import { countByValue } from '../transforms/count-by-value.ts'
import { drop } from '../transforms/drop.ts'
import { filter } from '../transforms/filter.ts'
import { flatMap } from '../transforms/flat-map.ts'
import { map } from '../transforms/map.ts'
import { reduceByKey } from '../transforms/reduce-by-key.ts'
import { withColumns } from '../transforms/with-columns.ts'

export type { Kinds as KindRegistry } from '../kind.ts'

export const kinds: Kinds = {
  sources: byName(kafka, file),
  formats: byName(json, text),
  transforms: byName(filter, map, flatMap, withColumns, drop, reduceByKey, countByValue),
  sinks: byName(sqlite, consoleKind, discard),
}

function byName<Family extends readonly KindSpec[]>(...family: Family): ReadonlyMap<string, Family[number]> {
  return new Map(family.map((kind) => [kind.name, kind]))
}
