// count, count_if and approx_count_distinct.

import type { Value } from '../../column.ts'
import { BIGINT, BOOLEAN } from '../../types.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import { any, boolean, double } from '../functions/parameters.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Scalar } from '../typed.ts'
import { distinctEstimates, MAX_DEVIATION, MIN_DEVIATION } from './approximate-distinct.ts'
import { Count } from './count.ts'
import { type AggregateDefinition, type AggregateEntry, argumentOf, constantOf, ofStates } from './definition.ts'

export function counting(): readonly AggregateEntry[] {
  return [
    ['count', count],
    ['count_if', countIf],
    ['approx_count_distinct', approximateDistinct],
  ]
}

/** Of several values, the rows where none is NULL. */
const count: AggregateDefinition = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  resolve: (call) => ({
    type: BIGINT,
    inputs: call.call.args.map((_, i) => argumentOf(call, i, any)),
    merge: 'sum',
    open: (inputs) => new Count(inputs),
  }),
}

const trueOrNull: Scalar = { name: 'true_or_null', nulls: 'strict', total: true, apply: (value) => value || null }

const countIf: AggregateDefinition = {
  least: 1,
  most: 1,
  resolve: (call) => ({
    type: BIGINT,
    inputs: [scalarNode(trueOrNull, [argumentOf(call, 0, boolean)], BOOLEAN)],
    merge: 'sum',
    open: (inputs) => new Count(inputs),
  }),
}

/** Spark's default of the relative standard deviation. */
const DEVIATION = 0.05

const approximateDistinct: AggregateDefinition = {
  least: 1,
  most: 2,
  distinct: 'idle',
  resolve(call) {
    const deviation: Value = call.call.args.length > 1 ? constantOf(call, 1, double).value : DEVIATION
    if (typeof deviation !== 'number' || !(deviation >= MIN_DEVIATION && deviation <= MAX_DEVIATION))
      throw mismatch(
        `the relative deviation lies between ${MIN_DEVIATION} and ${MAX_DEVIATION}`,
        call.call.args[1] as Syntax,
      )
    const node = argumentOf(call, 0, any)
    const instead = 'put the value into the `key` with a table of mode `merge`, and count its rows when reading'
    return ofStates(call, [node], BIGINT, { instead }, distinctEstimates(node.type, deviation))
  },
}
