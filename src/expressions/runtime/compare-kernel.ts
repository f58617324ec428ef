// Comparison of number columns: a filter on an amount is one of the hottest loops.

import type { Column, ConstantColumn, Frame, NumberColumn, Selection } from '../../column.ts'
import { BOOLEAN } from '../../types.ts'
import { compareNumbers } from './order.ts'

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
  return undefined
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
