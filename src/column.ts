// Columns: how the values of many rows travel between the steps of a pipeline.
//
// All columns of a frame are aligned: row i of one belongs to row i of every other. A column is defined only at the
// rows that were selected when it was computed; values of other rows are unspecified. Layouts exist for speed. The
// meaning of a column comes from `type` alone: `valueAt` reads every layout.

import type { Place } from './errors.ts'
import type { DataType } from './types.ts'

/**
 * One SQL value. By type: boolean → boolean; tinyint, smallint, int, float, double → number; bigint → bigint;
 * decimal → its unscaled bigint; string → string; binary → Uint8Array; date → days since 1970-01-01 (number);
 * timestamp and timestamp_ntz → microseconds since 1970-01-01T00:00Z (number, an integer); array → Value[];
 * struct → Value[] in field order; map → Map; variant → Variant; year-month interval → months (number, 32 bits);
 * day-time interval → microseconds (bigint, 64 bits); interval → CalendarInterval; NULL of any type → null.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Variant
  | CalendarInterval
  | readonly Value[]
  | ReadonlyMap<Value, Value>

/** JSON types as the tags of a variant column. `NULL` stands for a missing field and for JSON's null alike. */
export const Tag = { NULL: 0, STRING: 1, NUMBER: 2, TRUE: 3, FALSE: 4, OBJECT: 5, ARRAY: 6 } as const
export type Tag = (typeof Tag)[keyof typeof Tag]

/** A JSON value that is not null. `text` is the decoded string of a STRING, else the value's JSON source text. */
export interface Variant {
  readonly tag: Tag
  readonly text: string
}

/** Months and days have 32 bits, the microseconds 64. The three may have different signs. */
export interface CalendarInterval {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

/**
 * Strings by id, in order of first appearance. A dictionary grows but never changes an entry; a new generation is a new
 * object. Code that caches by id therefore compares dictionaries by identity.
 */
export interface Dictionary {
  readonly size: number
  text(id: number): string
}

interface ColumnOf<Layout extends string> {
  readonly layout: Layout
  readonly type: DataType
}

/** 1 for rows that are NULL; null: no row is NULL. */
export type Nulls = Uint8Array | null

/** tinyint, smallint, int, float, double, date, timestamp, timestamp_ntz. */
export interface NumberColumn extends ColumnOf<'number'> {
  readonly values: Float64Array
  readonly nulls: Nulls
}

export interface BigintColumn extends ColumnOf<'bigint'> {
  readonly values: BigInt64Array
  readonly nulls: Nulls
}

/** 0 or 1. */
export interface BooleanColumn extends ColumnOf<'boolean'> {
  readonly values: Uint8Array
  readonly nulls: Nulls
}

/**
 * Where the texts of rows stand as UTF-8: that of a row is exactly `bytes[starts[row] … ends[row])`. An end below 0:
 * nowhere, and only `textAt` gives the text. Unspecified for rows that are NULL.
 */
export interface Spans {
  readonly bytes: Buffer
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/**
 * Strings that are made only when asked for. Where `ids` is given and `ids[row] >= 0`, the row's string is
 * `dictionary.text(ids[row])`; else `textAt(row)` makes it. `textAt` works for every row that is not NULL.
 */
export interface StringColumn extends ColumnOf<'string'> {
  readonly nulls: Nulls
  readonly ids: Int32Array | null
  readonly dictionary: Dictionary | null
  /** Absent where no row has a span. */
  readonly spans?: Spans | undefined
  textAt(row: number): string
}

/**
 * JSON values without a declared type. `ids` (only for rows of Tag.STRING) as in StringColumn. `textAt(row)` gives
 * what `Variant.text` means; it works for every row whose tag is not NULL.
 */
export interface VariantColumn extends ColumnOf<'variant'> {
  readonly tags: Uint8Array
  readonly ids: Int32Array | null
  readonly dictionary: Dictionary | null
  /** Of the same text; absent where no row has a span. */
  readonly spans?: Spans | undefined
  textAt(row: number): string
}

/**
 * Arrays whose elements stand in one column: those of a row are its rows from `starts[row]` to before `ends[row]`. A row
 * that is NULL has none: both are the same.
 */
export interface ListColumn extends ColumnOf<'list'> {
  readonly nulls: Nulls
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly elements: Column
}

/** Any type, one boxed value a row. */
export interface ValueColumn extends ColumnOf<'values'> {
  readonly values: readonly Value[]
}

/** The same value in every row: a literal. */
export interface ConstantColumn extends ColumnOf<'constant'> {
  readonly value: Value
}

export type Column =
  | NumberColumn
  | BigintColumn
  | BooleanColumn
  | StringColumn
  | VariantColumn
  | ListColumn
  | ValueColumn
  | ConstantColumn

/** The value of one row, boxed. */
export function valueAt(column: Column, row: number): Value {
  switch (column.layout) {
    case 'number':
    case 'bigint':
      return isNullAt(column.nulls, row) ? null : (column.values[row] as number | bigint)
    case 'boolean':
      return isNullAt(column.nulls, row) ? null : column.values[row] === 1
    case 'string':
      return isNullAt(column.nulls, row) ? null : stringAt(column, row)
    case 'variant': {
      const tag = column.tags[row] as Tag
      return tag === Tag.NULL ? null : { tag, text: stringAt(column, row) }
    }
    case 'list':
      return isNullAt(column.nulls, row) ? null : listAt(column, row)
    case 'values':
      return column.values[row] as Value
    case 'constant':
      return column.value
    default:
      return column satisfies never
  }
}

function listAt({ starts, ends, elements }: ListColumn, row: number): readonly Value[] {
  const items: Value[] = []
  for (let item = starts[row] as number; item < (ends[row] as number); item++) items.push(valueAt(elements, item))
  return items
}

/** The text of a row that is not NULL, through the dictionary where it has the row. */
export function stringAt(column: StringColumn | VariantColumn, row: number): string {
  if (column.ids !== null && column.dictionary !== null) {
    const id = column.ids[row] as number
    if (id >= 0) return column.dictionary.text(id)
  }
  return column.textAt(row)
}

export function isNull(column: Column, row: number): boolean {
  switch (column.layout) {
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'string':
    case 'list':
      return isNullAt(column.nulls, row)
    case 'variant':
      return column.tags[row] === Tag.NULL
    case 'values':
      return column.values[row] === null
    case 'constant':
      return column.value === null
    default:
      return column satisfies never
  }
}

function isNullAt(nulls: Nulls, row: number): boolean {
  return nulls !== null && nulls[row] === 1
}

/**
 * The rows to work on: `rows[0 … count)`, ascending. The array may be longer than `count` and may be shared: read only.
 */
export interface Selection {
  readonly rows: Int32Array
  readonly count: number
}

let identity = new Int32Array(0)

/** Every row of a frame of this length. */
export function allRows(length: number): Selection {
  if (identity.length < length)
    identity = Int32Array.from({ length: Math.max(length, identity.length * 2) }, (_, i) => i)
  return { rows: identity, count: length }
}

/** Why one record is refused. */
export interface Reject {
  readonly code: string
  readonly message: string
  /** The name of Spark's error; absent where it is that of the code (`conditionOf`). */
  readonly condition?: string | undefined
  /** Place of the expression without a result for the record; absent where no expression is at fault. */
  readonly place?: Place | undefined
  /** The column that the expression computes; absent where it has no name. */
  readonly column?: string | undefined
}

/** Collects the failing records of one chunk. The first failure of a record counts. */
export interface Rejects {
  reject(record: number, reject: Reject): void
}

/** The current micro-batch, as far as expressions, folds and sinks know it. */
export interface BatchContext {
  /** The last committed id plus one. */
  readonly batchId: number
  /**
   * Epoch milliseconds: the multiple of the batch interval that the batch was due at; never lower than that of the
   * batch before.
   */
  readonly batchTime: number
}

/** Aligned columns of the rows of one chunk, or of the result of a fold. */
export interface Frame {
  readonly length: number
  readonly columns: readonly Column[]
  /** The record (index in the chunk) that each row came from; null: row i came from record i. */
  readonly records: Int32Array | null
  readonly rejects: Rejects
  /** The batch that the rows belong to; null where a format computes fields, which are the same in every batch. */
  readonly batch: BatchContext | null
}

/** What an expression compiles to: the result is aligned with the frame and defined at the selected rows. */
export type Evaluate = (frame: Frame, selection: Selection) => Column

/** Refuses the record that a row came from. The row's value is then NULL. */
export function rejectRow(frame: Frame, row: number, reject: Reject): void {
  frame.rejects.reject(frame.records === null ? row : (frame.records[row] as number), reject)
}
