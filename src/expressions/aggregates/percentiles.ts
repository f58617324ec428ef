// median, percentile, percentile_cont, percentile_disc: exact. percentile_approx: within a bound of rank.

import type { Value } from '../../column.ts'
import { BIGINT, type DataType, DOUBLE, dayTimeInterval, typeName, yearMonthInterval } from '../../types.ts'
import { decimalToNumber } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { castArgument } from '../analysis/argument.ts'
import { mismatch } from '../analysis/coerce.ts'
import type { Operand } from '../analysis/context.ts'
import { isIntegral } from '../analysis/numeric.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { integral, numeric, type Parameter } from '../functions/parameters.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import type { SortItem } from '../syntax/tree.ts'
import { literal, type Node } from '../typed.ts'
import { approximatePercentile } from './approximate-percentile.ts'
import { Bag } from './bag.ts'
import {
  type AggregateCall,
  type AggregateDefinition,
  type AggregateEntry,
  argumentOf,
  ofStates,
  type Resolved,
  WHEN_READING,
} from './definition.ts'
import { type Percentages, percentagesOf } from './percentages.ts'
import type { StateFunction } from './states.ts'

export function percentiles(): readonly AggregateEntry[] {
  const approximate: AggregateDefinition = { least: 2, most: 3, resolve: approximatePercentile }
  return [
    ['median', { least: 1, most: 1, resolve: (call) => exact(call, argumentOf(call, 0, summable), HALF) }],
    ['percentile', { least: 2, most: 3, resolve: percentile }],
    ['percentile_cont', withinGroup(interpolated)],
    ['percentile_disc', withinGroup(discrete)],
    ['percentile_approx', approximate],
    ['approx_percentile', approximate],
  ]
}

/** Numbers and intervals stay; strings and variants become doubles. */
const summable: Parameter = {
  wants: 'a number or an interval',
  accepts: (from) => (isInterval(from) ? from : numeric.accepts(from)),
}

function isInterval({ kind }: DataType): boolean {
  return kind === 'year_month_interval' || kind === 'day_time_interval'
}

const HALF: Percentages = { parts: [0.5], isArray: false }

function percentile(call: AggregateCall): Resolved {
  const frequency = call.call.args.length > 2 ? argumentOf(call, 2, integral) : undefined
  return exact(call, argumentOf(call, 0, summable), percentagesOf(call, 1), frequency)
}

/** Picks the value at a part of the sorted values. */
type Pick = (sorted: Sorted, part: number) => number

function withinGroup(pick: Pick): AggregateDefinition {
  return {
    least: 1,
    most: 1,
    order: 'wanted',
    distinct: 'refused',
    resolve(call) {
      const { orderBy, name } = call.call
      const [{ expression, descending }, ...more] = orderBy as [SortItem, ...SortItem[]]
      if (more.length > 0)
        throw new ExpressionError('E_ARITY', `${name} is ordered by one value`, (more[0] as SortItem).expression)
      const of: Operand = operand(expression, call.context)
      const node = castArgument(of, summable, call.context, name)
      return exact(call, node, percentagesOf(call, 0), undefined, pick, descending)
    },
  }
}

function exact(
  call: AggregateCall,
  node: Node,
  { parts, isArray }: Percentages,
  frequency: Node = literal(1n, BIGINT),
  pick: Pick = interpolated,
  descending = false,
): Resolved {
  const { type } = node
  const result: DataType =
    type.kind === 'year_month_interval'
      ? yearMonthInterval('year', 'month')
      : type.kind === 'day_time_interval'
        ? dayTimeInterval('day', 'second')
        : DOUBLE
  const order = orderOf(type)
  if (order === undefined) throw mismatch(`${call.call.name} takes numbers, not ${typeName(type)}`, call.call)
  const valueOf = (bag: Bag): Value => {
    const sorted = sortedOf(bag, order, descending, toNumber(type))
    if (sorted === undefined || parts.length === 0) return null
    const values = parts.map((part) => fromNumber(pick(sorted, part), result))
    return isArray ? values : (values[0] as Value)
  }
  return ofStates(
    call,
    [node, frequency],
    isArray ? { kind: 'array', element: result } : result,
    { instead: WHEN_READING },
    bags(valueOf),
  )
}

function bags(valueOf: (bag: Bag) => Value): StateFunction<Bag> {
  return {
    stateBytes: 160,
    empty: () => new Bag(),
    add(bag, [value = null, frequency = null]) {
      if (value === null || frequency === null) return 0
      const times = Number(frequency)
      if (times < 0)
        throw new RowFault(
          'E_OVERFLOW',
          `the frequency ${frequency} is negative`,
          'NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION',
        )
      return times === 0 ? 0 : bag.add(value, times)
    },
    merge: (bag, other) => bag.addAll(other),
    result: valueOf,
  }
}

/** Different values in order, and how many there are up to each of them. */
interface Sorted {
  readonly values: readonly number[]
  readonly upTo: readonly number[]
  readonly count: number
}

function sortedOf(bag: Bag, order: Order, descending: boolean, number: (value: Value) => number): Sorted | undefined {
  const entries = [...bag.entries()].sort((a, b) => (descending ? order(b.value, a.value) : order(a.value, b.value)))
  if (entries.length === 0) return undefined
  let count = 0
  const upTo = entries.map((entry) => {
    count += entry.count
    return count
  })
  return { values: entries.map(({ value }) => number(value)), upTo, count }
}

/** The value at a position that counts from 0. */
function at({ values, upTo }: Sorted, position: number): number {
  let [low, high] = [0, upTo.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upTo[middle] as number) > position) high = middle
    else low = middle + 1
  }
  return values[low] as number
}

/** Between the two values that the part lies between (Spark's Percentile). */
function interpolated(sorted: Sorted, part: number): number {
  const position = (sorted.count - 1) * part
  const [low, high] = [Math.floor(position), Math.ceil(position)]
  const [below, above] = [at(sorted, low), at(sorted, high)]
  if (low === high || below === above) return below
  return (high - position) * below + (position - low) * above
}

/** The first value whose share of values up to it is at least the part. */
function discrete(sorted: Sorted, part: number): number {
  return at(sorted, Math.max(0, Math.ceil(sorted.count * part) - 1))
}

function toNumber(type: DataType): (value: Value) => number {
  if (type.kind === 'decimal') return (value) => decimalToNumber(value as bigint, type.scale)
  return isIntegral(type) || isInterval(type) ? Number : (value) => value as number
}

/** Spark cuts what lies between two intervals. */
function fromNumber(value: number, type: DataType): Value {
  if (type.kind === 'year_month_interval') return Math.trunc(value)
  return type.kind === 'day_time_interval' ? BigInt(Math.trunc(value)) : value
}
