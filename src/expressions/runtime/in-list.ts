// IN over a list of values.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import type { Scalar } from '../typed.ts'
import type { Order } from './order.ts'

/** NULL where the value is NULL, or is not in the list and the list has a NULL. */
export function inScalar(type: DataType, order: Order, items: readonly Value[]): Scalar {
  const missing = items.includes(null) ? null : false
  const values = items.filter((item) => item !== null)
  const contains = isHashable(type)
    ? setTest(values)
    : (value: Value) => values.some((item) => order(value, item) === 0)
  return { name: 'in', nulls: 'strict', apply: (value = null) => contains(value) || missing }
}

/** Types whose equal values are the same JavaScript value: a Set has NaN = NaN and -0 = 0 too. */
function isHashable({ kind }: DataType): boolean {
  return kind !== 'binary' && kind !== 'array' && kind !== 'struct' && kind !== 'map' && kind !== 'variant'
}

function setTest(values: readonly Value[]): (value: Value) => boolean {
  const set = new Set(values)
  return (value) => set.has(value)
}
