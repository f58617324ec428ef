// A plan of doubles: values as they are, an optional filter, a sink that remembers.

import { type Column, valueAt } from '../../src/column.ts'
import type { Format } from '../../src/format.ts'
import { type Plan, type PlanStep, SOURCE } from '../../src/plan/plan.ts'
import { type Origin, partitionKey } from '../../src/record.ts'
import type { Sink } from '../../src/sink.ts'
import type { Backpressure, Source } from '../../src/source.ts'
import type { OnError } from '../../src/spec.ts'
import type { Rows, StatelessStep } from '../../src/transform.ts'
import { STRING } from '../../src/types.ts'

/** One string column, `value`; a record `bad` is refused. */
export const textFormat: Format = {
  kind: 'text',
  schema: [{ name: 'value', type: STRING }],
  typeOf: (path) => (path.join('.') === 'value' ? STRING : undefined),
  open: () => ({
    read(chunk, rejects) {
      const values = Array.from({ length: chunk.length }, (_, i) => {
        const end = chunk.valueEnds[i] as number
        if (end === -1) return null
        const text = chunk.bytes.toString('utf8', chunk.valueStarts[i], end)
        if (text === 'bad') rejects.reject(i, { code: 'E_BAD', message: 'this is bad' })
        return text
      })
      return [{ layout: 'values', type: STRING, values } satisfies Column]
    },
  }),
}

export interface CollectingSink extends Sink {
  /** What the committed batches wrote: `topic/partition value`. */
  readonly written: string[]
  /** What the current batch has given so far. */
  readonly pending: string[]
}

export function collectingSink(): CollectingSink {
  const written: string[] = []
  const pending: string[] = []
  const forget = () => {
    pending.length = 0
  }
  return {
    guarantee: 'exactly once',
    targets: [],
    canonical: 'collect',
    merges: false,
    whenReadAgain: 'collect: their rows are there twice',
    written,
    pending,
    open() {},
    stage: ({ frame, selection }: Rows) => ({
      add(origin: Origin | null) {
        for (let i = 0; i < selection.count; i++) {
          const row = selection.rows[i] as number
          const values = frame.columns.map((column) => String(valueAt(column, row)))
          pending.push([origin === null ? '-' : partitionKey(origin), ...values].join(' '))
        }
      },
    }),
    write() {
      written.push(...pending)
    },
    keptBytes: () => pending.reduce((sum, row) => sum + row.length, 0),
    committed: forget,
    abandoned: forget,
  }
}

/** Keeps the values that match. */
export function keep(pattern: RegExp): StatelessStep {
  return {
    role: 'stateless',
    output: textFormat.schema,
    canonical: `keep ${pattern}`,
    boundary: 'independent',
    notes: [],
    apply({ frame, selection }) {
      const rows = selection.rows
        .slice(0, selection.count)
        .filter((row) => pattern.test(String(valueAt(frame.columns[0] as Column, row))))
      return { frame, selection: { rows, count: rows.length } }
    },
  }
}

export interface PlanOptions {
  readonly source: Source
  readonly sinks: readonly Sink[]
  readonly steps?: readonly PlanStep[]
  /** By sink: index of the step it stands behind. */
  readonly sinkInputs?: readonly number[]
  readonly maxRecords?: number
  readonly maxBytes?: number
  readonly batchIntervalMs?: number
  readonly backpressure?: Backpressure | null
  readonly onError?: OnError
}

export function planOf(options: PlanOptions): Plan {
  const {
    source,
    sinks,
    steps = [],
    sinkInputs = [],
    maxRecords = 10,
    maxBytes = 1_000_000,
    batchIntervalMs = 1000,
    backpressure = null,
    onError = 'fail',
  } = options
  return {
    name: 'test',
    source: {
      id: 'source',
      kind: 'memory',
      canonical: 'memory',
      formatKind: 'text',
      format: textFormat,
      columns: [{ path: ['value'] }],
      limits: { maxRecords, maxBytes, backlog: null },
      rates: backpressure === null ? null : { backpressure, description: 'back-pressure' },
      create: () => source,
      view: () => {
        throw new Error('nobody looks at this log')
      },
      mirror: () => null,
      guarantee: null,
      storesBlocks: false,
      showRecord: ({ topic, partition }, offset) => `show ${topic} ${partition} ${offset}`,
    },
    steps,
    sinks: sinks.map((sink, i) => ({
      id: `sink-${i}`,
      kind: 'collect',
      input: sinkInputs[i] ?? SOURCE,
      sink,
      schema: null,
    })),
    batchIntervalMs,
    onError,
    fingerprint: { steps: [], plan: '' },
  }
}
