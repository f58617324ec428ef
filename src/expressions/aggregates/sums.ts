// sum, try_sum, avg and try_avg: argument and result types as Spark has them.

import type { Column, Evaluate, Selection } from '../../column.ts'
import { BIGINT, type DataType, DOUBLE, dayTimeInterval, typeName, yearMonthInterval } from '../../types.ts'
import { divideHalfUp, powerOfTen, rescale } from '../../values/decimal.ts'
import { doubleText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import type { Operand } from '../analysis/context.ts'
import { boundedDecimal, isIntegral } from '../analysis/numeric.ts'
import { canonical } from '../syntax/canonical.ts'
import { notYet } from '../syntax/explain.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Divide, ExactAverage } from './average.ts'
import {
  type AggregateCall,
  type AggregateDefinition,
  type AggregateEntry,
  addsDoubles,
  operandOf,
  type Resolved,
} from './definition.ts'
import { type Conclude, DoubleAggregate, ExactSum, exactValue } from './sum.ts'

export function sums(): readonly AggregateEntry[] {
  return [
    ['sum', { least: 1, most: 1, resolve: (call) => sum(call, false) }],
    ['try_sum', { least: 1, most: 1, resolve: (call) => sum(call, true) }],
    ['avg', mean(false)],
    ['mean', mean(false)],
    ['try_avg', mean(true)],
  ]
}

function mean(isLenient: boolean): AggregateDefinition {
  return { least: 1, most: 1, resolve: (call) => average(call, operandOf(call, 0).node, isLenient) }
}

/** `isLenient`: NULL where it overflows. */
function sum(call: AggregateCall, isLenient: boolean): Resolved {
  const { node, type } = summand(call, operandOf(call, 0))
  const [written] = call.call.args.map(canonical)
  const merge = isLenient ? { instead: `write sum(${written}), which fails the batch where it overflows` } : 'sum'
  if (type.kind === 'double') return { ...ofDoubles(node, sumOf), merge }
  const result = sumType(type)
  return {
    type: result,
    inputs: [node],
    merge,
    open: ([input]) => new ExactSum(input as Evaluate, result, call.name, isLenient),
  }
}

/** The average of a node, which the call's name stands for. */
export function average(call: AggregateCall, of: Node, isLenient: boolean): Resolved {
  const { node, type } = summand(call, { node: of, syntax: call.call.args[0] ?? call.call })
  const [written] = call.call.args.map(canonical)
  const merge = { instead: `keep sum(${written}) and count(${written}) and divide when reading` }
  if (type.kind === 'year_month_interval')
    return { ...exactly(call, node, yearMonthInterval('year', 'month'), isLenient, divideHalfUp), merge }
  if (type.kind === 'day_time_interval')
    return { ...exactly(call, node, dayTimeInterval('day', 'second'), isLenient, divideHalfUp), merge }
  if (type.kind !== 'decimal') return { ...ofDoubles(node, meanOf), merge }
  const total = boundedDecimal(type.precision + 10, type.scale)
  const result = boundedDecimal(type.precision + 4, type.scale + 4)
  const dividend = powerOfTen(DIVISION_SCALE - type.scale)
  const divide: Divide = (sum, count) => {
    exactValue(sum, total)
    return rescale(divideHalfUp(sum * dividend, count), DIVISION_SCALE, result.scale)
  }
  return { ...exactly(call, node, result, isLenient, divide), merge }
}

/** Spark divides decimals with 39 digits behind the point, then rounds to the result's scale. */
const DIVISION_SCALE = 39

function sumType(type: DataType): DataType {
  if (type.kind === 'decimal') return boundedDecimal(type.precision + 10, type.scale)
  return isIntegral(type) ? BIGINT : type
}

type Partly = Omit<Resolved, 'merge'>

function ofDoubles(node: Node, conclude: Conclude): Partly {
  return { type: DOUBLE, inputs: [node], open: ([input]) => new DoubleAggregate(input as Evaluate, conclude) }
}

function exactly({ name }: AggregateCall, node: Node, type: DataType, isLenient: boolean, divide: Divide): Partly {
  return {
    type,
    inputs: [node],
    open: ([input]) => new ExactAverage(input as Evaluate, type, name, isLenient, divide),
  }
}

/** The argument as integers, decimals, intervals or doubles. */
function summand(summed: AggregateCall, { node, syntax }: Operand): { node: Node; type: DataType } {
  const { call, context } = summed
  const { type } = node
  const { kind } = type
  if (isIntegral(type) || kind === 'decimal' || kind === 'year_month_interval' || kind === 'day_time_interval')
    return { node, type }
  if (kind === 'timestamp' || kind === 'date') throw notYet(`${call.name} of times`, call, 'CAST it to a number first')
  if (kind !== 'double' && kind !== 'float' && kind !== 'variant' && kind !== 'string' && kind !== 'void')
    throw mismatch(`${call.name} takes numbers, not ${typeName(type)}`, syntax)
  addsDoubles(summed)
  const double = implicitCast(node, DOUBLE, context, syntax)
  return { node: kind === 'variant' || kind === 'string' ? finite(double) : double, type: DOUBLE }
}

/**
 * A text or a JSON number such as 1e400 that is read as double without a cast is a record error where it is no finite
 * number: it would make the sum of its whole group one that no table can hold.
 */
function finite(node: Node): Node {
  const scalar: Scalar = {
    name: 'finite',
    nulls: 'strict',
    apply(value) {
      if (Number.isFinite(value)) return value as number
      throw new RowFault('E_OVERFLOW', `${doubleText(value as number)} cannot be added up; cast it to double to add it`)
    },
    kernel: ([column], _frame, selection) =>
      column !== undefined && isAllFinite(column, selection) ? column : undefined,
  }
  return { kind: 'scalar', scalar, args: [node], type: DOUBLE }
}

function isAllFinite(column: Column, { rows, count }: Selection): boolean {
  if (column.layout !== 'number') return false
  const { values } = column
  for (let k = 0; k < count; k++) {
    const value = values[rows[k] as number] as number
    if (value - value !== 0) return false // Infinity or NaN; a NULL's value is a number too.
  }
  return true
}

const sumOf: Conclude = (sum) => sum
const meanOf: Conclude = (sum, count) => sum / count
