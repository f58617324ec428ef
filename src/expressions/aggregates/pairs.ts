// Aggregates of two numbers: covariance, correlation and linear regression. Rows where one of them is NULL do not count.
//
// Updated and merged by the formulas of Spark's Covariance and PearsonCorrelation (P. Pébay, "Formulas for Robust, One-Pass
// Parallel Computation of Covariances and Arbitrary-Order Statistical Moments", 2008).

import { BIGINT, DOUBLE } from '../../types.ts'
import { scalarNode } from '../analysis/coerce.ts'
import { double, numeric } from '../functions/parameters.ts'
import { canonical } from '../syntax/canonical.ts'
import type { Node, Scalar } from '../typed.ts'
import { Count } from './count.ts'
import {
  type AggregateCall,
  type AggregateDefinition,
  type AggregateEntry,
  addsDoubles,
  argumentOf,
  ofStates,
} from './definition.ts'
import type { StateFunction } from './states.ts'
import { average } from './sums.ts'

export function pairs(): readonly AggregateEntry[] {
  return [
    ['covar_pop', pair(({ count, both }) => both / count)],
    ['covar_samp', pair(({ count, both }) => (count === 1 ? null : both / (count - 1)))],
    ['corr', pair((of) => (of.count === 1 ? null : correlation(of)))],
    // The dependent value comes first: regr_slope(y, x).
    ['regr_r2', pair(determination)],
    ['regr_slope', pair(({ both, ofSecond }) => (ofSecond === 0 ? null : both / ofSecond))],
    ['regr_intercept', pair(intercept)],
    ['regr_sxx', pair(({ ofSecond }) => ofSecond)],
    ['regr_sxy', pair(({ both }) => both)],
    ['regr_syy', pair(({ ofFirst }) => ofFirst)],
    ['regr_count', regrCount],
    ['regr_avgx', regrAverage(1)],
    ['regr_avgy', regrAverage(0)],
  ]
}

/** Means, and sums of products of the distances from them. */
interface Pairs {
  count: number
  firstMean: number
  secondMean: number
  ofFirst: number
  ofSecond: number
  both: number
}

/** `conclude` gets one pair at least. */
function pair(conclude: (pairs: Pairs) => number | null): AggregateDefinition {
  return {
    least: 2,
    most: 2,
    resolve(call) {
      addsDoubles(call)
      const inputs = [argumentOf(call, 0, double), argumentOf(call, 1, double)]
      return ofStates(call, inputs, DOUBLE, keepSums(call), pairsOf(conclude))
    },
  }
}

function keepSums({ call }: AggregateCall): { readonly instead: string } {
  const [x, y] = call.args.map(canonical)
  return {
    instead: `keep count(${x}, ${y}) and the sums of both values and of their products, and compute it when reading`,
  }
}

function pairsOf(conclude: (pairs: Pairs) => number | null): StateFunction<Pairs> {
  return {
    stateBytes: 80,
    empty: () => ({ count: 0, firstMean: 0, secondMean: 0, ofFirst: 0, ofSecond: 0, both: 0 }),
    add(pairs, [first = null, second = null]) {
      if (first !== null && second !== null) update(pairs, first as number, second as number)
      return 0
    },
    merge(pairs, other) {
      combine(pairs, other)
      return 0
    },
    result: (pairs) => (pairs.count === 0 ? null : conclude(pairs)),
  }
}

function update(pairs: Pairs, first: number, second: number): void {
  const count = pairs.count + 1
  const x = first - pairs.firstMean
  const y = second - pairs.secondMean
  pairs.count = count
  pairs.firstMean += x / count
  pairs.secondMean += y / count
  pairs.both += x * (second - pairs.secondMean)
  pairs.ofFirst += x * (first - pairs.firstMean)
  pairs.ofSecond += y * (second - pairs.secondMean)
}

function combine(a: Pairs, b: Pairs): void {
  const [n, m] = [a.count, b.count]
  if (m === 0) return
  const x = b.firstMean - a.firstMean
  const y = b.secondMean - a.secondMean
  const share = (n * m) / (n + m)
  a.both += b.both + x * y * share
  a.ofFirst += b.ofFirst + x * x * share
  a.ofSecond += b.ofSecond + y * y * share
  a.firstMean += (x / (n + m)) * m
  a.secondMean += (y / (n + m)) * m
  a.count = n + m
}

function correlation({ both, ofFirst, ofSecond }: Pairs): number | null {
  const divisor = Math.sqrt(ofFirst * ofSecond)
  return divisor === 0 ? null : both / divisor
}

function determination(pairs: Pairs): number | null {
  if (pairs.ofSecond === 0) return null
  if (pairs.ofFirst === 0) return 1
  const r = correlation(pairs)
  return r === null ? null : r * r
}

function intercept({ firstMean, secondMean, both, ofSecond }: Pairs): number | null {
  return ofSecond === 0 ? null : firstMean - (both / ofSecond) * secondMean
}

const regrCount: AggregateDefinition = {
  least: 2,
  most: 2,
  resolve: (call) => ({
    type: BIGINT,
    inputs: [argumentOf(call, 0, numeric), argumentOf(call, 1, numeric)],
    merge: 'sum',
    open: (inputs) => new Count(inputs),
  }),
}

/** The average of one of the two, where the other is not NULL either. */
function regrAverage(which: 0 | 1): AggregateDefinition {
  return {
    least: 2,
    most: 2,
    resolve(call) {
      const nodes = [argumentOf(call, which, numeric), argumentOf(call, 1 - which, numeric)] as const
      return { ...average(call, whereBoth(nodes), false), merge: keepSums(call) }
    },
  }
}

const where: Scalar = { name: 'where_both', nulls: 'strict', total: true, apply: (value) => value as never }

function whereBoth([value, other]: readonly [Node, Node]): Node {
  return scalarNode(where, [value, other], value.type)
}
