// Frames and rows of given values, for tests of steps and sinks.

import { allRows, type BatchContext, type Frame, type Reject, type Value } from '../../src/column.ts'
import type { Origin } from '../../src/record.ts'
import type { Rows } from '../../src/transform.ts'
import type { Schema } from '../../src/types.ts'

/** The batch that frames of tests belong to. */
export const BATCH: BatchContext = { batchId: 1, batchTime: 0 }

/** Where rows of tests come from. */
export function origin(partition: number, topic = 't'): Origin {
  return { source: 'source', topic, partition }
}

export interface CollectedFrame extends Frame {
  readonly rejected: ReadonlyMap<number, Reject>
}

export function frameOf(schema: Schema, rows: readonly (readonly Value[])[]): CollectedFrame {
  const rejected = new Map<number, Reject>()
  return {
    length: rows.length,
    columns: schema.map(({ type }, c) => ({ layout: 'values', type, values: rows.map((row) => row[c] ?? null) })),
    records: null,
    batch: BATCH,
    rejects: { reject: (record, reject) => void rejected.set(record, reject) },
    rejected,
  }
}

/** All of them are selected. */
export function rowsOf(schema: Schema, rows: readonly (readonly Value[])[]): Rows {
  return { frame: frameOf(schema, rows), selection: allRows(rows.length) }
}
