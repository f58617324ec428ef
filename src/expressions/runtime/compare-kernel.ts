// Comparison of number columns: a filter on an amount is one of the hottest loops.

import {
  type Column,
  type ConstantColumn,
  type Frame,
  type NumberColumn,
  type Selection,
  valueAt,
} from '../../column.ts'
import { BOOLEAN } from '../../types.ts'
import { numberAt } from '../../values/int64.ts'
import { integersOf } from './integer-kernel.ts'
import { eitherNull } from './number-kernel.ts'
import { compareBigints, compareNumbers } from './order.ts'

/** `holds`: the result where the left side is less, equal, greater. Undefined for other layouts, NULL and NaN constants. */
export function compareNumberColumns(
  [left, right]: readonly Column[],
  holds: readonly [boolean, boolean, boolean],
  frame: Frame,
  selection: Selection,
): Column | undefined {
  if (left?.layout === 'number' && isNumberConstant(right))
    return withConstant(left, right.value as number, holds, frame, selection)
  if (right?.layout === 'number' && isNumberConstant(left))
    return withConstant(right, left.value as number, [holds[2], holds[1], holds[0]], frame, selection)
  if (left?.layout === 'number' && right?.layout === 'number') return twoColumns(left, right, holds, frame, selection)
  return twoIntegers(left, right, holds, frame, selection)
}

/** Integers of 64 bits: as numbers where both are, else as they are. */
function twoIntegers(
  left: Column | undefined,
  right: Column | undefined,
  [less, equal, greater]: readonly [boolean, boolean, boolean],
  frame: Frame,
  { rows, count }: Selection,
): Column | undefined {
  const [a, b] = [integersOf(left), integersOf(right)]
  if (a === undefined || b === undefined || scaleOf(left) !== scaleOf(right)) return undefined
  const out = new Uint8Array(frame.length)
  const nulls = eitherNull(a.nulls, b.nulls, frame.length)
  const [ifLess, ifEqual, ifGreater] = [Number(less), Number(equal), Number(greater)]
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls !== null && nulls[row] === 1) continue
    const x = numberAt(a.words, row & a.mask)
    const y = numberAt(b.words, row & b.mask)
    if (x < y) out[row] = ifLess
    else if (x === y) out[row] = ifEqual
    else if (x > y) out[row] = ifGreater
    else {
      const order = compareBigints(valueAt(left as Column, row) as bigint, valueAt(right as Column, row) as bigint)
      out[row] = order < 0 ? ifLess : order > 0 ? ifGreater : ifEqual
    }
  }
  return { layout: 'boolean', type: BOOLEAN, values: out, nulls }
}

/** Decimals stand in such columns as their unscaled values. */
function scaleOf(column: Column | undefined): number {
  return column?.type.kind === 'decimal' ? column.type.scale : 0
}

function isNumberConstant(column: Column | undefined): column is ConstantColumn {
  return column?.layout === 'constant' && typeof column.value === 'number' && !Number.isNaN(column.value)
}

function withConstant(
  column: NumberColumn,
  constant: number,
  [less, equal, greater]: readonly [boolean, boolean, boolean],
  frame: Frame,
  { rows, count }: Selection,
): Column {
  const out = new Uint8Array(frame.length)
  const { values, nulls } = column
  const [ifLess, ifEqual, ifGreater] = [Number(less), Number(equal), Number(greater)]
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const value = values[row] as number
    // NaN is greater than every number.
    out[row] = value < constant ? ifLess : value === constant ? ifEqual : ifGreater
  }
  return { layout: 'boolean', type: BOOLEAN, values: out, nulls }
}

function twoColumns(
  a: NumberColumn,
  b: NumberColumn,
  [less, equal, greater]: readonly [boolean, boolean, boolean],
  frame: Frame,
  { rows, count }: Selection,
): Column {
  const out = new Uint8Array(frame.length)
  const nulls = new Uint8Array(frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (a.nulls?.[row] === 1 || b.nulls?.[row] === 1) nulls[row] = 1
    else {
      const order = compareNumbers(a.values[row] as number, b.values[row] as number)
      out[row] = Number(order < 0 ? less : order > 0 ? greater : equal)
    }
  }
  return { layout: 'boolean', type: BOOLEAN, values: out, nulls }
}
