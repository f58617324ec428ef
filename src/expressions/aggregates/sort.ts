// WITHIN GROUP (ORDER BY …): what rows are sorted by.

import type { Value } from '../../column.ts'
import { typeName } from '../../types.ts'
import { mismatch } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import type { Node } from '../typed.ts'
import type { AggregateCall } from './definition.ts'

/** Compares rows whose first value is followed by those of the keys. */
export type RowOrder = (a: readonly Value[], b: readonly Value[]) => number

/** `compare` is null where there is no order. */
export function sortKeys({ call, context }: AggregateCall): {
  readonly keys: readonly Node[]
  readonly compare: RowOrder | null
} {
  if (call.orderBy.length === 0) return { keys: [], compare: null }
  const items = call.orderBy.map(({ expression, descending, nullsFirst }) => {
    const { node } = operand(expression, context)
    const order = node.type.kind === 'variant' ? undefined : orderOf(node.type)
    if (order === undefined)
      throw mismatch(`ORDER BY takes values that have an order, not ${typeName(node.type)}`, expression)
    return { node, compare: withNulls(order, descending, nullsFirst ?? !descending) }
  })
  return {
    keys: items.map(({ node }) => node),
    compare(a, b) {
      for (const [i, { compare }] of items.entries()) {
        const result = compare(a[i + 1] as Value, b[i + 1] as Value)
        if (result !== 0) return result
      }
      return 0
    },
  }
}

function withNulls(order: Order, descending: boolean, nullsFirst: boolean): Order {
  return (a, b) => {
    if (a === null || b === null) return (Number(b === null) - Number(a === null)) * (nullsFirst ? 1 : -1)
    return descending ? order(b, a) : order(a, b)
  }
}
