// Loaded pipelines by hand: what src/config/ would give, without a file.

import type { Component, Entry, PipelineSpec, SourceText } from '../../src/spec.ts'

/** An expression in line 1 of a file. */
export function text(expression: string): SourceText {
  return {
    text: expression,
    place: (start = 0, end = expression.length) => ({
      file: 'test.yaml',
      line: 1,
      column: start + 1,
      length: Math.max(1, end - start),
    }),
  }
}

export function entry(name: string, expression: string): Entry<SourceText> {
  return { name, place: { file: 'test.yaml', line: 2, column: 1, length: name.length }, value: text(expression) }
}

export function component(kind: string, options: unknown): Component {
  return { kind, options, place: { file: 'test.yaml', line: 1, column: 1 } }
}

export const filterStep = (condition: string) => component('filter', text(condition))

export const mapStep = (columns: Readonly<Record<string, string>>) => columnsStep('map', columns)

export const reduceStep = (key: Readonly<Record<string, string>>, values: Readonly<Record<string, string>>) =>
  component('reduceByKey', {
    key: Object.entries(key).map(([name, expression]) => entry(name, expression)),
    values: Object.entries(values).map(([name, expression]) => entry(name, expression)),
  })

export const sqlite = (table: string, mode: 'append' | 'merge' = 'append') => component('sqlite', { table, mode })
export const discard = component('discard', {})

/** A pipeline over JSON records of Kafka's topic `events`. */
export function pipeline(transforms: readonly Component[], sink: Component = discard): PipelineSpec {
  return {
    name: 'test',
    file: 'test.yaml',
    source: component('kafka', {
      brokers: ['localhost:9092'],
      selection: { topics: ['events'] },
      mode: 'direct',
      startingOffsets: 'earliest',
      format: component('json', {}),
      maxRecordsPerBatch: 200_000,
      maxBytesPerBatch: 64_000_000,
    }),
    transforms,
    sinks: [{ ...sink, transforms: [] }],
    batchIntervalMs: 1000,
    timeZone: 'UTC',
    onError: 'fail',
    state: { path: '/tmp/test.db', mode: 0o600 },
    retain: { batchesMs: null, deadLettersMs: null },
    warnings: [],
  }
}

/** A transform whose options are columns: map, flatMap, withColumns. */
export const columnsStep = (kind: string, columns: Readonly<Record<string, string>>) =>
  component(
    kind,
    Object.entries(columns).map(([name, expression]) => entry(name, expression)),
  )
