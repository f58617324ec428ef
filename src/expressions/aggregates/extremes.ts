// min, max and what Spark makes of them: bool_and, bool_or; min_by and max_by.

import type { Evaluate, Value } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import { BOOLEAN, typeName } from '../../types.ts'
import { mismatch } from '../analysis/coerce.ts'
import type { Operand } from '../analysis/context.ts'
import { boolean } from '../functions/parameters.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import { canonical } from '../syntax/canonical.ts'
import type { MergeRule } from './aggregate.ts'
import {
  type AggregateDefinition,
  type AggregateEntry,
  argumentOf,
  ofStates,
  operandOf,
  WHEN_READING,
} from './definition.ts'
import { Extreme } from './extreme.ts'
import type { StateFunction } from './states.ts'

export function extremes(): readonly AggregateEntry[] {
  const every = ofBooleans('min', 'and')
  const some = ofBooleans('max', 'or')
  return [
    ['min', extreme('min')],
    ['max', extreme('max')],
    ['bool_and', every],
    ['every', every],
    ['bool_or', some],
    ['some', some],
    ['any', some],
    ['min_by', extremeBy('min')],
    ['max_by', extremeBy('max')],
  ]
}

function extreme(which: 'min' | 'max'): AggregateDefinition {
  return {
    least: 1,
    most: 1,
    distinct: 'idle',
    resolve(call) {
      const { node, syntax } = operandOf(call, 0)
      const order = orderedBy(which, { node, syntax }, `${which}(CAST(${canonical(syntax)} AS double))`)
      const { type } = node
      return {
        type,
        inputs: [node],
        merge: which,
        open: ([input]) => new Extreme(which, input as Evaluate, type, order),
      }
    },
  }
}

function orderedBy(name: string, { node: { type }, syntax }: Operand, cast: string): Order {
  const order = type.kind === 'variant' ? undefined : orderOf(type)
  if (order !== undefined) return order
  const hint = type.kind === 'variant' ? `CAST it to the type it is compared as: ${cast}` : undefined
  throw mismatch(`${name} takes values that have an order, not ${typeName(type)}`, syntax, hint)
}

/** false is less than true. */
function ofBooleans(which: 'min' | 'max', merge: MergeRule): AggregateDefinition {
  const order = orderOf(BOOLEAN) as Order
  return {
    least: 1,
    most: 1,
    distinct: 'idle',
    resolve: (call) => ({
      type: BOOLEAN,
      inputs: [argumentOf(call, 0, boolean)],
      merge,
      open: ([input]) => new Extreme(which, input as Evaluate, BOOLEAN, order),
    }),
  }
}

interface Best {
  /** Null: no row yet. */
  by: Value
  value: Value
}

function extremeBy(which: 'min' | 'max'): AggregateDefinition {
  return {
    least: 2,
    most: 2,
    resolve(call) {
      const [value, by] = [operandOf(call, 0), operandOf(call, 1)]
      const [x, y] = call.call.args.map(canonical)
      const order = orderedBy(`${which}_by`, by, `${which}_by(${x}, CAST(${y} AS double))`)
      const instead =
        which === 'max' ? `write the rows to a table of mode upsert whose \`version\` is ${y}` : WHEN_READING
      return ofStates(call, [value.node, by.node], value.node.type, { instead }, bestOf(which, order))
    },
  }
}

/** Of rows that are equally good the last wins, as in Spark's MaxBy. */
function bestOf(which: 'min' | 'max', order: Order): StateFunction<Best> {
  const offer = (best: Best, value: Value, by: Value): number => {
    if (by === null) return 0
    if (best.by !== null && (which === 'max' ? order(best.by, by) > 0 : order(best.by, by) < 0)) return 0
    const bytes = keptBytes(value) + keptBytes(by) - keptBytes(best.value) - keptBytes(best.by)
    best.value = value
    best.by = by
    return bytes
  }
  return {
    stateBytes: 96,
    empty: () => ({ by: null, value: null }),
    add: (best, [value = null, by = null]) => offer(best, value, by),
    merge: (best, { value, by }) => offer(best, value, by),
    result: ({ value }) => value,
  }
}
