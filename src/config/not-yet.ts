// What the pipeline file will know in a later version: answered with E_NOT_YET instead of "unknown".

/** Where a name may stand → the names, each with what to do instead, where there is something. */
const NOT_YET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pipeline: {
    sources: 'write one `source:`',
    streams: 'write one `source:` with its `transforms:`',
    sinks: 'write one `sink:`, with a list of sinks',
    retain: '',
  },
  formats: { csv: '', bytes: '' },
  transforms: {
    join: '',
    union: '',
    updateStateByKey: '',
    limit: '',
    module: '',
  },
  sinks: { file: '', kafka: '', module: '' },
  beside: { id: '', from: '' },
  'sources.kafka': {
    maxRatePerPartition: '`maxRecordsPerBatch` bounds a batch',
    backpressure: '`maxRecordsPerBatch` bounds a batch',
    receiver: '',
  },
  'sources.kafka.mode': { receiver: 'write `direct`, or leave `mode` out' },
  'sinks.sqlite': { nan: '' },
  'sinks.sqlite.mode': { complete: '' },
}

/** Undefined: not a name of a later version. Else what to do instead, perhaps nothing. */
export function notYet(scope: string, name: string): { readonly hint: string | undefined } | undefined {
  const names = NOT_YET[scope]
  if (names === undefined || !Object.hasOwn(names, name)) return undefined
  return { hint: names[name] || undefined }
}

/** What of this version a later name stands for: who gives the one does not miss the other. */
const REPLACED: Readonly<Record<string, string>> = {
  sources: 'source',
  streams: 'source',
  sinks: 'sink',
}

export function replacedBy(later: string): string | undefined {
  return Object.hasOwn(REPLACED, later) ? REPLACED[later] : undefined
}

/** All of them, as `scope` and `name`. */
export function allNotYet(): readonly { readonly scope: string; readonly name: string }[] {
  return Object.entries(NOT_YET).flatMap(([scope, names]) => Object.keys(names).map((name) => ({ scope, name })))
}

/** What other tools call it, Spark and Kafka first. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'bootstrap.servers': 'brokers',
  'kafka.bootstrap.servers': 'brokers',
  bootstrapServers: 'brokers',
  servers: 'brokers',
  subscribe: 'topics',
  subscribePattern: 'topicPattern',
  assign: 'partitions',
  timestamp: 'at',
  where: 'filter',
  select: 'map',
  groupBy: 'reduceByKey',
  aggregate: 'reduceByKey',
  aggregateByKey: 'reduceByKey',
  maxOffsetsPerTrigger: 'maxRecordsPerBatch',
  processingTime: 'batchInterval',
  trigger: 'batchInterval',
  checkpoint: 'state',
  checkpointLocation: 'state',
  steps: 'transforms',
  input: 'source',
  output: 'sink',
  outputMode: 'mode',
  groupKey: 'key',
  by: 'key',
  aggregates: 'values',
  aggregations: 'values',
  auto_offset_reset: 'startingOffsets',
  'auto.offset.reset': 'startingOffsets',
}

export function synonymOf(name: string, known: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : undefined
  return synonym !== undefined && known.includes(synonym) ? synonym : undefined
}
