// Functions of two numbers over whole columns and constants.

import type { Column, Frame, Nulls, Selection } from '../../column.ts'
import type { DataType } from '../../types.ts'

/**
 * Undefined for other layouts, and where a result is NaN though no argument is: such a row may have no result, and it is
 * the row-by-row path that knows.
 */
export function numberKernel(
  operate: (a: number, b: number) => number,
  type: DataType,
  [left, right]: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
): Column | undefined {
  const [a, b] = [operandOf(left), operandOf(right)]
  if (a === undefined || b === undefined) return undefined
  const values = new Float64Array(frame.length)
  const nulls = eitherNull(a.nulls, b.nulls, frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls !== null && nulls[row] === 1) continue
    const x = a.values[row & a.mask] as number
    const y = b.values[row & b.mask] as number
    const value = operate(x, y)
    if (Number.isNaN(value) && !Number.isNaN(x) && !Number.isNaN(y)) return undefined
    values[row] = value
  }
  return { layout: 'number', type, values, nulls }
}

/** A function of one number over a whole column; undefined for other layouts. */
export function mapNumbers(
  apply: (x: number) => number,
  type: DataType,
  column: Column,
  frame: Frame,
  { rows, count }: Selection,
): Column | undefined {
  if (column.layout !== 'number') return undefined
  const values = new Float64Array(frame.length)
  const from = column.values
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    values[row] = apply(from[row] as number)
  }
  return { layout: 'number', type, values, nulls: column.nulls }
}

/** A constant is an array of one element, at which the mask of 0 points from every row. */
interface Operand {
  readonly values: Float64Array
  readonly nulls: Nulls
  readonly mask: number
}

function operandOf(column: Column | undefined): Operand | undefined {
  if (column?.layout === 'number') return { values: column.values, nulls: column.nulls, mask: -1 }
  if (column?.layout === 'constant' && typeof column.value === 'number')
    return { values: Float64Array.of(column.value), nulls: null, mask: 0 }
  return undefined
}

/** 1 where one of the two is NULL. */
export function eitherNull(a: Nulls, b: Nulls, length: number): Nulls {
  if (a === null || b === null) return a ?? b
  const nulls = new Uint8Array(length)
  for (let row = 0; row < length; row++) nulls[row] = (a[row] as number) | (b[row] as number)
  return nulls
}
