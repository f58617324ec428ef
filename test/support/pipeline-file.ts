// Pipeline files for tests that run the built program.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap } from './kafka.ts'

export interface PipelineFile {
  readonly topic: string
  readonly folder: string
  readonly path: string
  readonly state: string
}

export interface PipelineText {
  /** `counts` by default. */
  readonly name?: string
  readonly topic: string
  readonly brokers?: string
  /** YAML below `transforms:` and `sink:`. */
  readonly transforms?: string
  readonly sink?: string
  readonly startingOffsets?: string
  readonly maxRecordsPerBatch?: number
  readonly batchInterval?: string
  readonly onError?: string
}

const COUNT = '[{reduceByKey: {key: city, values: {n: count(*)}}}]'

/** Writes `<name>.yaml` into a folder of its own; by default it merges counts by `city` into table `counts`. */
export function pipelineFile(text: PipelineText, folder = mkdtempSync(join(tmpdir(), 'sprk-test-'))): PipelineFile {
  const { name = 'counts' } = text
  const path = join(folder, `${name}.yaml`)
  writeFileSync(
    path,
    `name: ${name}
source:
  kafka:
    brokers: ${text.brokers ?? bootstrap()}
    topics: [${text.topic}]
    startingOffsets: ${text.startingOffsets ?? 'earliest'}
    maxRecordsPerBatch: ${text.maxRecordsPerBatch ?? 200_000}
    format: json
batchInterval: ${text.batchInterval ?? '100ms'}
onError: ${text.onError ?? 'fail'}
transforms: ${text.transforms ?? COUNT}
sink: ${text.sink ?? '{sqlite: {table: counts, mode: merge}}'}
`,
  )
  return { topic: text.topic, folder, path, state: join(folder, `${name}.db`) }
}
