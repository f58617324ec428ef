// Runs batches through the sink sqlite on real state files.

import { join } from 'node:path'
import type { Value } from '../../src/column.ts'
import { SprkError } from '../../src/errors.ts'
import type { Sink } from '../../src/sink.ts'
import type { UpsertOptions } from '../../src/sinks/sqlite/options.ts'
import { sqliteSink } from '../../src/sinks/sqlite/sink.ts'
import type { MergeRule } from '../../src/transform.ts'
import * as t from '../../src/types.ts'
import { rowsOf } from './frame.ts'
import { sinkInput } from './sink-input.ts'
import { text } from './spec.ts'
import { query } from './sqlite.ts'
import { batchOf, openState, temporaryDirectory } from './state-file.ts'

export const COUNT: t.Field = { name: 'count', type: t.BIGINT }
export const CITY: t.Field = { name: 'city', type: t.STRING }

export function merged(
  keys: readonly t.Field[],
  values: readonly (readonly [t.Field, MergeRule])[],
  table = 'results',
) {
  const aggregation = { keyColumns: keys.length, merges: values.map(([, rule]) => rule), canonical: 'fold' }
  const schema = [...keys, ...values.map(([field]) => field)]
  return { schema, make: () => sqliteSink({ table, mode: 'merge' }, sinkInput(schema, aggregation)) }
}

export function appended(schema: t.Schema, table = 'results') {
  return { schema, make: () => sqliteSink({ table, mode: 'append' }, sinkInput(schema)) }
}

/** The options as their texts. */
export interface UpsertTexts {
  readonly key: readonly string[]
  readonly deleteWhen?: string
  readonly version?: string
  readonly drop?: readonly string[]
}

export function upsertOptions({ key, deleteWhen, version, drop = [] }: UpsertTexts, table = 'results'): UpsertOptions {
  return {
    table,
    mode: 'upsert',
    key: key.map(text),
    deleteWhen: deleteWhen === undefined ? null : text(deleteWhen),
    version: version === undefined ? null : text(version),
    drop: drop.map(text),
  }
}

export function upserted(schema: t.Schema, texts: UpsertTexts) {
  return { schema, make: () => sqliteSink(upsertOptions(texts), sinkInput(schema)) }
}

export interface Subject {
  readonly schema: t.Schema
  readonly make: () => Sink
}

/** Runs one batch for each list of rows. */
export async function write(
  path: string,
  { schema, make }: Subject,
  batches: readonly (readonly (readonly Value[])[])[],
) {
  const sink = make()
  const checkpoint = await openState(path, { onOpen: [(transaction) => sink.open(transaction)] })
  try {
    for (const rows of batches) {
      sink.stage(rowsOf(schema, rows)).add(null)
      const batch = batchOf(checkpoint.resume.lastBatchId + 1, [])
      checkpoint.commit(batch, (transaction) => sink.write(transaction, batch.batchId))
      sink.committed()
    }
  } finally {
    checkpoint.close()
  }
}

export const statePath = () => join(temporaryDirectory(), 'state.db')
export const results = (path: string) => query(path, 'SELECT * FROM results ORDER BY rowid')

/** Rows to compare where their order is no promise. */
export function inAnyOrder(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

export function thrown(make: () => unknown): SprkError {
  try {
    make()
  } catch (error) {
    if (error instanceof SprkError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
