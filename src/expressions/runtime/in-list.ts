// IN over a list of values.

import type { Column, Frame, Selection, Value } from '../../column.ts'
import { BOOLEAN, type DataType } from '../../types.ts'
import type { Scalar } from '../typed.ts'
import type { Order } from './order.ts'

/** NULL where the value is NULL, or is not in the list and the list has a NULL. */
export function inScalar(type: DataType, order: Order, items: readonly Value[]): Scalar {
  const missing = items.includes(null) ? null : false
  const values = items.filter((item) => item !== null)
  const contains = isHashable(type)
    ? setTest(values)
    : (value: Value) => values.some((item) => order(value, item) === 0)
  const scalar: Scalar = { name: 'in', nulls: 'strict', apply: (value = null) => contains(value) || missing }
  // With a NULL in the list a row without a match is NULL: rare enough for the row-by-row path.
  return missing === null ? scalar : { ...scalar, kernel: (args, frame, rows) => among(contains, args, frame, rows) }
}

function among(
  contains: (value: Value) => boolean,
  [column]: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
): Column | undefined {
  if (column?.layout !== 'number') return undefined
  const { values, nulls } = column
  const out = new Uint8Array(frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    out[row] = contains(values[row] as number) ? 1 : 0
  }
  return { layout: 'boolean', type: BOOLEAN, values: out, nulls }
}

/** Types whose equal values are the same JavaScript value: a Set has NaN = NaN and -0 = 0 too. */
function isHashable({ kind }: DataType): boolean {
  return kind !== 'binary' && kind !== 'array' && kind !== 'struct' && kind !== 'map' && kind !== 'variant'
}

function setTest(values: readonly Value[]): (value: Value) => boolean {
  const set = new Set(values)
  return (value) => set.has(value)
}
