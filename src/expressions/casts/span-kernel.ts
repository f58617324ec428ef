// Casts of whole columns whose texts stand in bytes: each value is read from them, and no text is made.
//
// What the short way cannot read exactly, or at all, goes through the scalar function row by row.

import { type Column, type Frame, type Selection, Tag, type Value, valueAt } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { setNumber, wordsOf } from '../../values/int64.ts'
import { readDouble, readInteger, readTruncated, unscaledReader } from '../../values/number-bytes.ts'
import { readDate, timestampReader } from '../../values/time-bytes.ts'
import type { Zone } from '../../values/zone.ts'
import { bitsOf } from '../analysis/numeric.ts'
import { rejectFault } from '../runtime/call.ts'
import type { Kernel, Scalar } from '../typed.ts'

/** The value of a text's span; NaN: the short way does not tell. */
export type ReadSpan = (bytes: Uint8Array, start: number, end: number) => number

/** The short ways to a type; undefined where there is none. */
export interface SpanReaders {
  /** Of texts, and of the JSON strings of variants. */
  readonly text: ReadSpan | undefined
  /** Of the JSON numbers of variants. */
  readonly number: ReadSpan | undefined
}

/** Of a cast of strings and variants. `isTruncated`: whether a JSON number with a fraction is cast to an integer. */
export function castReaders(to: DataType, zone: Zone, isTruncated: boolean): SpanReaders {
  return { text: timeReader(to, zone, true) ?? numberSpanReader(to, false), number: jsonNumberReader(to, isTruncated) }
}

/** Dates and timestamps. `zoned`: whether the text of a local time may name a zone. */
export function timeReader(to: DataType, zone: Zone, zoned: boolean): ReadSpan | undefined {
  switch (to.kind) {
    case 'date':
      return readDate
    case 'timestamp':
      return timestampReader(zone, true)
    case 'timestamp_ntz':
      return timestampReader(null, zoned)
    default:
      return undefined
  }
}

function jsonNumberReader(to: DataType, isTruncated: boolean): ReadSpan | undefined {
  // Seconds, with six digits behind the point.
  return to.kind === 'timestamp' ? unscaledReader(6) : numberSpanReader(to, isTruncated)
}

export function numberSpanReader(to: DataType, isTruncated: boolean): ReadSpan | undefined {
  switch (to.kind) {
    case 'double':
      return readDouble
    case 'float':
      return (bytes, start, end) => Math.fround(readDouble(bytes, start, end))
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint': {
      const limit = 2 ** (bitsOf(to) - 1)
      const read = isTruncated ? readTruncated : readInteger
      return (bytes, start, end) => {
        const value = read(bytes, start, end)
        return value < limit && value >= -limit ? value : Number.NaN
      }
    }
    case 'decimal': {
      const limit = 10 ** to.precision
      const read = unscaledReader(to.scale)
      return (bytes, start, end) => {
        const value = read(bytes, start, end)
        return value < limit && value > -limit ? value : Number.NaN
      }
    }
    default:
      return undefined
  }
}

/** The cast of texts and variants. `apply` casts any other value that is not NULL. Undefined where nothing is shorter. */
export function spanKernel(to: DataType, { text, number }: SpanReaders, apply: Scalar['apply']): Kernel | undefined {
  if (text === undefined && number === undefined) return undefined
  return ([column], frame, selection) => {
    if ((column?.layout !== 'string' && column?.layout !== 'variant') || column.spans === undefined) return undefined
    const { bytes, starts, ends } = column.spans
    const [marks, isNull, tags] =
      column.layout === 'variant' ? [column.tags, Tag.NULL, column.tags] : [column.nulls, 1, null]
    const numbers = new Float64Array(frame.length)
    const nulls = new Uint8Array(frame.length)
    const others: Others = { values: new Map(), nulls }
    const { rows, count } = selection
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (marks !== null && marks[row] === isNull) {
        nulls[row] = 1
        continue
      }
      const end = ends[row] as number
      const tag = tags === null ? Tag.STRING : tags[row]
      const read = end < 0 ? undefined : tag === Tag.STRING ? text : tag === Tag.NUMBER ? number : undefined
      const value = read === undefined ? Number.NaN : read(bytes, starts[row] as number, end)
      if (Number.isNaN(value)) castOther(others, apply, column, frame, row)
      else numbers[row] = value
    }
    return columnOf(to, numbers, others, selection)
  }
}

/** What the short way could not read. */
interface Others {
  readonly values: Map<number, Value>
  readonly nulls: Uint8Array
}

function castOther({ values, nulls }: Others, apply: Scalar['apply'], column: Column, frame: Frame, row: number): void {
  try {
    const value = apply(valueAt(column, row))
    if (value === null) nulls[row] = 1
    else values.set(row, value)
  } catch (fault) {
    rejectFault(fault, frame, row)
    nulls[row] = 1
  }
}

/** Decimals of so many digits are 64-bit integers. */
const INT64_DIGITS = 18

function columnOf(to: DataType, numbers: Float64Array, { values, nulls }: Others, { rows, count }: Selection): Column {
  if (to.kind === 'decimal' && to.precision > INT64_DIGITS) {
    const boxed = new Array<Value>(numbers.length).fill(null)
    for (let k = 0; k < count; k++) {
      const row = rows[k] as number
      if (nulls[row] === 0) boxed[row] = values.get(row) ?? BigInt(numbers[row] as number)
    }
    return { layout: 'values', type: to, values: boxed }
  }
  if (to.kind === 'decimal' || to.kind === 'bigint') {
    const integers = new BigInt64Array(numbers.length)
    const words = wordsOf(integers)
    for (let k = 0; k < count; k++) setNumber(words, rows[k] as number, numbers[rows[k] as number] as number)
    for (const [row, value] of values) integers[row] = value as bigint
    return { layout: 'bigint', type: to, values: integers, nulls }
  }
  for (const [row, value] of values) numbers[row] = value as number
  return { layout: 'number', type: to, values: numbers, nulls }
}
