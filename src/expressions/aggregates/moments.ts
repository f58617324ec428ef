// Standard deviation, variance, skewness and kurtosis, in one pass.
//
// Central moments are updated and merged as by X. Meng, "Simpler Online Updates for Arbitrary-Order Central Moments" (2015),
// which is what Spark's CentralMomentAgg does.

import { DOUBLE } from '../../types.ts'
import { double } from '../functions/parameters.ts'
import { canonical } from '../syntax/canonical.ts'
import { type AggregateDefinition, type AggregateEntry, addsDoubles, argumentOf, ofStates } from './definition.ts'
import type { StateFunction } from './states.ts'

export function moments(): readonly AggregateEntry[] {
  const deviation = moment((m) => sample(m, (variance) => Math.sqrt(variance)))
  const variance = moment((m) => sample(m, (variance) => variance))
  return [
    ['stddev', deviation],
    ['stddev_samp', deviation],
    ['std', deviation],
    ['variance', variance],
    ['var_samp', variance],
    ['stddev_pop', moment(({ count, second }) => Math.sqrt(second / count))],
    ['var_pop', moment(({ count, second }) => second / count)],
    ['skewness', moment(skewness)],
    ['kurtosis', moment(kurtosis)],
  ]
}

/** The mean, and sums of powers of the distances from it. */
interface Moments {
  count: number
  mean: number
  second: number
  third: number
  fourth: number
}

/** `conclude` gets the moments of one value at least. */
function moment(conclude: (moments: Moments) => number | null): AggregateDefinition {
  return {
    least: 1,
    most: 1,
    resolve(call) {
      const [x] = call.call.args.map(canonical)
      addsDoubles(call)
      const instead = `keep count(${x}), sum(${x}) and sums of its powers, and compute it when reading`
      return ofStates(call, [argumentOf(call, 0, double)], DOUBLE, { instead }, momentsOf(conclude))
    },
  }
}

function momentsOf(conclude: (moments: Moments) => number | null): StateFunction<Moments> {
  return {
    stateBytes: 72,
    empty: () => ({ count: 0, mean: 0, second: 0, third: 0, fourth: 0 }),
    add(moments, [value = null]) {
      if (value !== null) update(moments, value as number)
      return 0
    },
    merge(moments, other) {
      combine(moments, other)
      return 0
    },
    result: (moments) => (moments.count === 0 ? null : conclude(moments)),
  }
}

function update(moments: Moments, value: number): void {
  const { second, third } = moments
  const count = moments.count + 1
  const delta = value - moments.mean
  const step = delta / count
  moments.count = count
  moments.mean += step
  moments.second = second + delta * (delta - step)
  moments.third = third - 3 * step * moments.second + delta * (delta * delta - step * step)
  moments.fourth +=
    -4 * step * moments.third - 6 * step * step * moments.second + delta * (delta * delta * delta - step * step * step)
}

function combine(a: Moments, b: Moments): void {
  const [n, m] = [a.count, b.count]
  if (m === 0) return
  const delta = b.mean - a.mean
  const step = delta / (n + m)
  const fourth =
    a.fourth +
    b.fourth +
    step * step * step * delta * n * m * (n * n - n * m + m * m) +
    6 * step * step * (n * n * b.second + m * m * a.second) +
    4 * step * (n * b.third - m * a.third)
  const third = a.third + b.third + step * step * delta * n * m * (n - m) + 3 * step * (n * b.second - m * a.second)
  a.fourth = fourth
  a.third = third
  a.second += b.second + delta * step * n * m
  a.mean += step * m
  a.count = n + m
}

/** NULL of one value. */
function sample({ count, second }: Moments, of: (variance: number) => number): number | null {
  return count === 1 ? null : of(second / (count - 1))
}

function skewness({ count, second, third }: Moments): number | null {
  return second === 0 ? null : (Math.sqrt(count) * third) / Math.sqrt(second * second * second)
}

function kurtosis({ count, second, fourth }: Moments): number | null {
  return second === 0 ? null : (count * fourth) / (second * second) - 3
}
