// percentile_approx: a value whose rank is at most 1 / accuracy of all rows away from the wanted one.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { decimalToNumber, parseDecimal, rescale } from '../../values/decimal.ts'
import { mismatch } from '../analysis/coerce.ts'
import { integral, numeric, type Parameter } from '../functions/parameters.ts'
import type { Syntax } from '../syntax/tree.ts'
import { type AggregateCall, argumentOf, constantOf, ofStates, type Resolved, WHEN_READING } from './definition.ts'
import { percentagesOf } from './percentages.ts'
import { Quantiles } from './quantiles.ts'
import type { StateFunction } from './states.ts'

const DEFAULT_ACCURACY = 10_000

const LIKE_NUMBERS: ReadonlySet<DataType['kind']> = new Set<DataType['kind']>([
  'date',
  'timestamp',
  'timestamp_ntz',
  'year_month_interval',
  'day_time_interval',
])

/** Numbers, times and intervals stay; strings and variants become doubles. */
const measurable: Parameter = {
  wants: 'a number, a time or an interval',
  accepts: (from) => (LIKE_NUMBERS.has(from.kind) ? from : numeric.accepts(from)),
}

export function approximatePercentile(call: AggregateCall): Resolved {
  const node = argumentOf(call, 0, measurable)
  const { parts, isArray } = percentagesOf(call, 1)
  const accuracy = call.call.args.length > 2 ? accuracyOf(call) : DEFAULT_ACCURACY
  const { type } = node
  const result: DataType = isArray ? { kind: 'array', element: type } : type
  const valueOf = fromDouble(type)
  const states = quantiles(1 / accuracy, toDouble(type), (summary) => {
    const values = parts.map((part) => summary.at(part))
    if (values.length === 0 || values[0] === undefined) return null
    const results = values.map((value) => valueOf(value as number))
    return isArray ? results : (results[0] as Value)
  })
  return ofStates(call, [node], result, { instead: WHEN_READING }, states)
}

function accuracyOf(call: AggregateCall): number {
  const { value } = constantOf(call, 2, integral)
  const accuracy = value === null ? Number.NaN : Number(value)
  if (accuracy >= 1 && accuracy < 2 ** 31) return accuracy
  throw mismatch(`the accuracy lies between 1 and ${2 ** 31 - 1}`, call.call.args[2] as Syntax)
}

function quantiles(
  error: number,
  number: (value: Value) => number,
  result: (summary: Quantiles) => Value,
): StateFunction<Quantiles> {
  return {
    stateBytes: 200,
    empty: () => new Quantiles(error),
    add(summary, [value = null]) {
      const before = summary.keptBytes
      if (value !== null) summary.add(number(value))
      return summary.keptBytes - before
    },
    merge(summary, other) {
      const before = summary.keptBytes
      summary.addAll(other)
      return summary.keptBytes - before
    },
    result,
  }
}

function toDouble(type: DataType): (value: Value) => number {
  return type.kind === 'decimal' ? (value) => decimalToNumber(value as bigint, type.scale) : Number
}

/** As Spark casts the double that it keeps back to the type; integers end at their bounds. */
function fromDouble(type: DataType): (value: number) => Value {
  if (type.kind === 'decimal') {
    return (value) => {
      const { unscaled, scale } = parseDecimal(String(value)) ?? { unscaled: 0n, scale: 0 }
      return rescale(unscaled, scale, type.scale)
    }
  }
  if (type.kind === 'bigint' || type.kind === 'day_time_interval') return saturated
  return (value) => value
}

const [MIN_BIGINT, MAX_BIGINT] = [-(2n ** 63n), 2n ** 63n - 1n]

function saturated(value: number): bigint {
  const whole = BigInt(Math.trunc(value))
  return whole > MAX_BIGINT ? MAX_BIGINT : whole < MIN_BIGINT ? MIN_BIGINT : whole
}
