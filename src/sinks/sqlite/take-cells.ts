// Takes the values of columns: typed where the column is.

import type { SqlValue } from '../../checkpoint.ts'
import { type BigintColumn, type Column, isNull, type NumberColumn, type Selection, valueAt } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import type { DataType } from '../../types.ts'
import { CELLS_BYTES, type Cells, encodeOr, type Refuse } from './cells.ts'
import { textCells } from './text-cells.ts'
import { columnType, type Encode, encoderOf, isDateStorable } from './value.ts'

/** Takes the selected rows of a column: cell i is that of row `selection.rows[i]`. */
export type TakeCells = (column: Column, selection: Selection, refuse: Refuse) => Cells

/** Whole numbers below it are exact. */
const EXACT = 2 ** 53

export function cellsOf(type: DataType): TakeCells {
  const encode = encoderOf(type)
  const isInteger = columnType(type) === 'INTEGER'
  const isStorable = storableNumbers(type)
  return (column, selection, refuse) => {
    switch (column.layout) {
      case 'string':
      case 'variant':
        return textCells(column, encode, selection, refuse)
      case 'number':
        return numberCells(column, encode, isInteger, isStorable, selection, refuse)
      case 'bigint':
        if (type.kind === 'bigint') return bigintCells(column, selection)
    }
    return valueCells(column, encode, selection, refuse)
  }
}

/** Whether `encode` takes a number of the type; null: it takes each. */
function storableNumbers({ kind }: DataType): ((value: number) => boolean) | null {
  switch (kind) {
    case 'float':
    case 'double':
      return (value) => !Number.isNaN(value)
    case 'date':
      return isDateStorable
    default:
      return null
  }
}

/** Numbers, dates and times, encoded when they are written. */
function numberCells(
  { values, nulls }: NumberColumn,
  encode: Encode,
  isInteger: boolean,
  isStorable: ((value: number) => boolean) | null,
  { rows, count }: Selection,
  refuse: Refuse,
): Cells {
  const taken = new Float64Array(count)
  let marks: Uint8Array | null = null
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    const value = values[row] as number
    taken[i] = value
    const isNull = nulls !== null && nulls[row] === 1
    if (!isNull && (isStorable === null || isStorable(value))) continue
    marks ??= new Uint8Array(count)
    marks[i] = 1
    if (!isNull) encodeOr(encode, value, i, refuse)
  }
  const nullMarks = marks
  const isNullAt = (i: number) => nullMarks !== null && nullMarks[i] === 1
  const at = (i: number) => (isNullAt(i) ? null : encode(taken[i] as number))
  const bound = isInteger ? (i: number) => (isNullAt(i) ? null : (taken[i] as number)) : at
  return { keptBytes: CELLS_BYTES + 9 * count, at, bound }
}

/** Kept as numbers where these are exact. */
function bigintCells({ values, nulls }: BigintColumn, { rows, count }: Selection): Cells {
  const numbers = new Float64Array(count)
  let marks: Uint8Array | null = null
  let areExact = true
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    if (nulls !== null && nulls[row] === 1) {
      marks ??= new Uint8Array(count)
      marks[i] = 1
    } else {
      const number = Number(values[row])
      numbers[i] = number
      areExact &&= number < EXACT && number > -EXACT
    }
  }
  const keptBytes = CELLS_BYTES + 9 * count
  const nullMarks = marks
  const isNullAt = (i: number) => nullMarks !== null && nullMarks[i] === 1
  if (areExact) {
    const at = (i: number) => (isNullAt(i) ? null : BigInt(numbers[i] as number))
    return { keptBytes, at, bound: (i) => (isNullAt(i) ? null : (numbers[i] as number)) }
  }
  const taken = BigInt64Array.from({ length: count }, (_, i) => values[rows[i] as number] as bigint)
  const at = (i: number) => (isNullAt(i) ? null : (taken[i] as bigint))
  return { keptBytes, at, bound: at }
}

/** The values of any column, encoded. */
function valueCells(column: Column, encode: Encode, { rows, count }: Selection, refuse: Refuse): Cells {
  const values: SqlValue[] = []
  let bytes = CELLS_BYTES
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number
    const value = isNull(column, row) ? null : encodeOr(encode, valueAt(column, row), i, refuse)
    values.push(value)
    bytes += keptBytes(value)
  }
  const at = (i: number) => values[i] as SqlValue
  return { keptBytes: bytes, at, bound: at }
}
