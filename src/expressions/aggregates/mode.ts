// mode: the value that occurs most often.

import type { Value } from '../../column.ts'
import { typeName } from '../../types.ts'
import { mismatch } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { any, boolean } from '../functions/parameters.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { Bag } from './bag.ts'
import {
  type AggregateCall,
  type AggregateEntry,
  argumentOf,
  constantOf,
  ofStates,
  ordered,
  WHEN_READING,
} from './definition.ts'
import type { StateFunction } from './states.ts'

export function mode(): readonly AggregateEntry[] {
  return [
    [
      'mode',
      {
        least: 0,
        most: 2,
        order: 'taken',
        distinct: 'refused',
        resolve(call) {
          const { node, order } = modeOf(call)
          if (order === null) ordered(call)
          return ofStates(call, [node], node.type, { instead: WHEN_READING }, mostFrequent(order))
        },
      },
    ],
  ]
}

/** The value, and which of several that occur as often is taken: the first by this order; null: the one met first. */
function modeOf(call: AggregateCall): { readonly node: Node; readonly order: Order | null } {
  const { args, orderBy } = call.call
  const [item, ...more] = orderBy
  if (item === undefined) {
    if (args.length === 0) throw new ExpressionError('E_ARITY', 'mode takes a value', call.call)
    const node = argumentOf(call, 0, any)
    const isLowest = args.length > 1 && constantOf(call, 1, boolean).value === true
    return { node, order: isLowest ? orderedBy(node, args[0] as Syntax) : null }
  }
  if (args.length > 0 || more.length > 0)
    throw new ExpressionError('E_ARITY', 'mode() WITHIN GROUP (ORDER BY x) takes one value, behind ORDER BY', call.call)
  const { node } = operand(item.expression, call.context)
  const order = orderedBy(node, item.expression)
  return { node, order: item.descending ? (a, b) => order(b, a) : order }
}

function orderedBy({ type }: Node, at: Syntax): Order {
  const order = type.kind === 'variant' ? undefined : orderOf(type)
  if (order === undefined) throw mismatch(`${typeName(type)} has no order`, at)
  return order
}

function mostFrequent(order: Order | null): StateFunction<Bag> {
  return {
    stateBytes: 160,
    empty: () => new Bag(),
    add: (bag, [value = null]) => (value === null ? 0 : bag.add(value, 1)),
    merge: (bag, other) => bag.addAll(other),
    result(bag) {
      let best: { readonly value: Value; readonly count: number } | undefined
      for (const entry of bag.entries()) {
        const isEqual = best !== undefined && entry.count === best.count
        if (best === undefined || entry.count > best.count) best = entry
        else if (isEqual && order !== null && order(entry.value, best.value) < 0) best = entry
      }
      return best?.value ?? null
    },
  }
}
