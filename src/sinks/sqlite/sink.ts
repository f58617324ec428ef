// Collects the rows of a batch for the table of a sink sqlite, and writes them in its mode.

import type { Transaction } from '../../checkpoint.ts'
import type { Sink, SinkInput } from '../../sink.ts'
import type { Rows } from '../../transform.ts'
import { type Schema, typeName } from '../../types.ts'
import { rowWriter } from './insert.ts'
import { keyIndexNames, type TableKey, tableKey } from './key.ts'
import { planMerge } from './merge.ts'
import { assertTable, quoted } from './names.ts'
import type { SqliteOptions } from './options.ts'
import { type Block, RowBuffer } from './rows.ts'
import { openTable } from './table.ts'
import { planUpsert } from './upsert.ts'
import { upsertColumns } from './upsert-columns.ts'

/** How a mode collects and writes rows. */
interface Writing {
  /** The table's columns. */
  readonly schema: Schema
  readonly key: TableKey | null
  readonly canonical: readonly string[]
  /** Columns of collected rows, where they are not those of the table. */
  readonly collected?: Schema
  collect?(rows: Rows): Rows
  write(transaction: Transaction, blocks: readonly Block[]): void
}

/** Of the key in a map, and of its place in the order of keys, while rows are written. */
const KEYED_ROW_BYTES = 100

/** Throws a SprkError with exit 78 for a table, columns or a mode that do not fit together. */
export function sqliteSink(options: SqliteOptions, input: SinkInput): Sink {
  const { table, mode } = options
  const { schema, key, canonical, collected, collect, write } = writingOf(options, input)
  const buffer = new RowBuffer(table, collected ?? schema, key === null ? 0 : KEYED_ROW_BYTES)
  return {
    guarantee: 'exactly once',
    targets: [
      {
        kind: 'table',
        name: table,
        key: key?.columns ?? null,
        indexes: key === null ? [] : [...key.indexes.keys()],
        reservedIndexes: keyIndexNames(table),
      },
    ],
    canonical: [
      `${mode} ${quoted(table)}`,
      `columns ${schema.map(({ name, type }) => `${quoted(name)} ${typeName(type)}`).join(', ')}`,
      ...canonical,
    ].join('\n'),
    merges: mode === 'merge',
    whenReadAgain: `table ${table}: ${whenReadAgain(options, input)}`,
    open: (transaction) => openTable(transaction, table, schema, key),
    stage: (rows) => buffer.stage(collect === undefined ? rows : collect(rows)),
    write: (transaction) => write(transaction, buffer.inOrder()),
    keptBytes: () => buffer.keptBytes,
    committed: () => buffer.clear(),
    abandoned: () => buffer.clear(),
  }
}

function writingOf(options: SqliteOptions, input: SinkInput): Writing {
  const { table, mode } = options
  const { schema } = input
  if (mode === 'upsert') {
    const columns = upsertColumns(table, options, input)
    assertTable(table, columns.stored)
    const { canonical, key } = columns
    return { schema: columns.stored, canonical, ...planUpsert(table, tableKey(table, key), columns) }
  }
  assertTable(table, schema)
  return mode === 'merge'
    ? { schema, ...planMerge(table, input) }
    : { schema, key: null, canonical: [], write: appendWriter(table, schema) }
}

function appendWriter(table: string, schema: Schema): Writing['write'] {
  const names = schema.map(({ name }) => name)
  const writer = rowWriter(table, names)
  return (transaction, blocks) => {
    const rows = writer(transaction)
    for (const { count, cells } of blocks) for (let i = 0; i < count; i++) rows.add(cells, i)
    rows.end()
  }
}

function whenReadAgain({ mode }: SqliteOptions, { aggregation }: SinkInput): string {
  switch (mode) {
    case 'append':
      return 'their rows are there twice'
    case 'upsert':
      return 'the rows of their keys are overwritten, in the end by what they hold now'
    case 'merge':
      return aggregation?.merges.includes('sum') === true
        ? 'counts and sums have them twice'
        : 'nothing changes, since minima and maxima stay what they are'
    default:
      return mode satisfies never
  }
}
