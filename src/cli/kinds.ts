// All kinds of sources, formats, transforms and sinks: the one place that knows the implementations.

import type { FormatKind } from '../format.ts'
import { jsonKind } from '../formats/json.ts'
import { jsonSpec } from '../formats/json-spec.ts'
import { textKind } from '../formats/text-kind.ts'
import { textSpec } from '../formats/text-spec.ts'
import type { Kinds } from '../plan/plan.ts'
import type { SinkKind } from '../sink.ts'
import { consoleKind } from '../sinks/console-kind.ts'
import { consoleSpec } from '../sinks/console-spec.ts'
import { discardKind } from '../sinks/discard-kind.ts'
import { discardSpec } from '../sinks/discard-spec.ts'
import { sqliteKind } from '../sinks/sqlite.ts'
import { sqliteSpec } from '../sinks/sqlite-spec.ts'
import type { SourceKind } from '../source.ts'
import { fileKind } from '../sources/file.ts'
import { fileSpec } from '../sources/file-spec.ts'
import { kafkaKind } from '../sources/kafka.ts'
import { kafkaSpec } from '../sources/kafka-spec.ts'
import type { KindSpec, KindSpecs } from '../spec-kit.ts'
import type { TransformKind } from '../transform.ts'
import { countByValue } from '../transforms/count-by-value.ts'
import { countByValueSpec } from '../transforms/count-by-value-spec.ts'
import { drop } from '../transforms/drop.ts'
import { dropSpec } from '../transforms/drop-spec.ts'
import { filter } from '../transforms/filter.ts'
import { filterSpec } from '../transforms/filter-spec.ts'
import { flatMap } from '../transforms/flat-map.ts'
import { flatMapSpec } from '../transforms/flat-map-spec.ts'
import { map } from '../transforms/map.ts'
import { mapSpec } from '../transforms/map-spec.ts'
import { reduceByKey } from '../transforms/reduce-by-key.ts'
import { reduceByKeySpec } from '../transforms/reduce-by-key-spec.ts'
import { withColumns } from '../transforms/with-columns.ts'
import { withColumnsSpec } from '../transforms/with-columns-spec.ts'

/** What the pipeline file may say of each kind, and what makes it. */
export interface KindRegistry {
  readonly specs: KindSpecs
  readonly kinds: Kinds
}

const sources = { kafka: [kafkaSpec, kafkaKind], file: [fileSpec, fileKind] } as const
const formats = { json: [jsonSpec, jsonKind], text: [textSpec, textKind] } as const
const transforms = {
  filter: [filterSpec, filter],
  map: [mapSpec, map],
  flatMap: [flatMapSpec, flatMap],
  withColumns: [withColumnsSpec, withColumns],
  drop: [dropSpec, drop],
  reduceByKey: [reduceByKeySpec, reduceByKey],
  countByValue: [countByValueSpec, countByValue],
} as const
const sinks = {
  sqlite: [sqliteSpec, sqliteKind],
  console: [consoleSpec, consoleKind],
  discard: [discardSpec, discardKind],
} as const

export const kinds: KindRegistry = {
  specs: {
    sources: specsOf(sources),
    formats: specsOf(formats),
    transforms: specsOf(transforms),
    sinks: specsOf(sinks),
  },
  kinds: {
    sources: kindsOf<SourceKind<unknown>>(sources),
    formats: kindsOf<FormatKind<unknown>>(formats),
    transforms: kindsOf<TransformKind<unknown>>(transforms),
    sinks: kindsOf<SinkKind<unknown>>(sinks),
  },
}

type Family<Kind> = Readonly<Record<string, readonly [KindSpec, Kind]>>

function specsOf(family: Family<unknown>): ReadonlyMap<string, KindSpec> {
  return new Map(Object.entries(family).map(([name, [spec]]) => [name, spec]))
}

function kindsOf<Kind>(family: Family<Kind>): ReadonlyMap<string, Kind> {
  return new Map(Object.entries(family).map(([name, [, kind]]) => [name, kind]))
}
