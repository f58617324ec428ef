// Aggregate calls → aggregates: argument and result types as Spark has them.

import type { Column, Selection } from '../../column.ts'
import { BIGINT, type DataType, DOUBLE, typeName } from '../../types.ts'
import { doubleText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { type Call, checkArity } from '../analysis/call.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { boundedDecimal, isIntegral } from '../analysis/numeric.ts'
import { operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { compile } from '../runtime/compile.ts'
import { orderOf } from '../runtime/order.ts'
import { canonical } from '../syntax/canonical.ts'
import { notYet } from '../syntax/explain.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Aggregate } from './aggregate.ts'
import { DecimalAverage } from './average.ts'
import { Count } from './count.ts'
import { Extreme } from './extreme.ts'
import { type Conclude, DoubleAggregate, ExactSum } from './sum.ts'

/** `context` is that of the rows below the aggregation; no aggregate may stand in the argument. */
export function resolveAggregate(call: Call, context: Context): Aggregate {
  if (call.distinct)
    throw notYet(
      `${call.name}(DISTINCT …)`,
      call,
      'put the value into the `key` with a table of mode `merge`, and count its rows when reading',
    )
  if (call.filter !== null) throw notYet('FILTER', call, 'write the condition inside: `sum(CASE WHEN a THEN b END)`')
  if (call.orderBy.length > 0 || call.ignoreNulls !== null)
    throw notYet(call.ignoreNulls === null ? 'WITHIN GROUP' : 'IGNORE NULLS', call)
  if (call.name === 'count') return count(call, context)
  if (call.star) throw new ExpressionError('E_ARITY', `${call.name} takes a value, not *`, call)
  checkArity(call, 1, 1)
  const [argument] = call.args.map((arg) => operand(arg, context)) as [Operand]
  switch (call.name) {
    case 'sum':
      return sum(call, argument, context)
    case 'avg':
    case 'mean':
      return average(call, argument, context)
    case 'min':
    case 'max':
      return extreme(call.name, call, argument)
    default:
      throw new Error(`no aggregate ${call.name}`)
  }
}

function count(call: Call, context: Context): Aggregate {
  if (call.args.length > 1)
    throw notYet(
      'count of several values',
      call,
      'write `sum(CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN 1 ELSE 0 END)`',
    )
  if (!call.star) checkArity(call, 1, 1)
  const [argument] = call.args.map((arg) => compile(operand(arg, context).node))
  const evaluateInput = argument ?? null
  return {
    canonical: canonical(call),
    type: BIGINT,
    merge: 'sum',
    evaluateInput,
    open: (input = evaluateInput) => new Count(input),
  }
}

function sum(call: Call, argument: Operand, context: Context): Aggregate {
  const name = canonical(call)
  const { node, type } = numeric(call, argument, context)
  const evaluateInput = compile(node)
  const common = { canonical: name, merge: 'sum' as const, evaluateInput }
  if (type.kind === 'double') {
    return { ...common, type, open: (input) => new DoubleAggregate(input ?? evaluateInput, sumOf) }
  }
  const result = type.kind === 'decimal' ? boundedDecimal(type.precision + 10, type.scale) : BIGINT
  return { ...common, type: result, open: (input) => new ExactSum(input ?? evaluateInput, result, name) }
}

function average(call: Call, argument: Operand, context: Context): Aggregate {
  const name = canonical(call)
  const { node, type } = numeric(call, argument, context)
  const evaluateInput = compile(node)
  const [written] = call.args.map(canonical)
  const merge = {
    refused: `${name} cannot be merged from batch to batch; keep sum(${written}) and count(${written}) and divide when reading`,
  }
  const common = { canonical: name, merge, evaluateInput }
  if (type.kind !== 'decimal')
    return { ...common, type: DOUBLE, open: (input) => new DoubleAggregate(input ?? evaluateInput, meanOf) }
  const sumType = boundedDecimal(type.precision + 10, type.scale)
  const result = boundedDecimal(type.precision + 4, type.scale + 4)
  return { ...common, type: result, open: (input) => new DecimalAverage(input ?? evaluateInput, sumType, result, name) }
}

/** The argument as integers, decimals or doubles. */
function numeric(call: Call, { node, syntax }: Operand, context: Context): { node: Node; type: DataType } {
  const { type } = node
  if (isIntegral(type) || type.kind === 'decimal') return { node, type }
  const { kind } = type
  if (kind === 'timestamp' || kind === 'date') throw notYet(`${call.name} of times`, call, 'CAST it to a number first')
  if (kind !== 'double' && kind !== 'float' && kind !== 'variant' && kind !== 'string' && kind !== 'void')
    throw mismatch(`${call.name} takes numbers, not ${typeName(type)}`, syntax)
  context.notes.add(`${canonical(call)} adds doubles: its last digits depend on the order of the records`)
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

function extreme(which: 'min' | 'max', call: Call, { node, syntax }: Operand): Aggregate {
  const { type } = node
  const order = type.kind === 'variant' ? undefined : orderOf(type)
  if (order === undefined) {
    const cast = `${which}(CAST(${canonical(syntax)} AS double))`
    const hint = type.kind === 'variant' ? `CAST it to the type it is compared as: ${cast}` : undefined
    throw mismatch(`${which} takes values that have an order, not ${typeName(type)}`, syntax, hint)
  }
  const evaluateInput = compile(node)
  return {
    canonical: canonical(call),
    type,
    merge: which,
    evaluateInput,
    open: (input) => new Extreme(which, input ?? evaluateInput, type, order),
  }
}

const sumOf: Conclude = (sum) => sum
const meanOf: Conclude = (sum, count) => sum / count
