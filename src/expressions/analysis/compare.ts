// Comparisons: which types compare, and as what.

import { BOOLEAN, type DataType, typeName } from '../../types.ts'
import { compareNumberColumns } from '../runtime/compare-kernel.ts'
import { decimalOrder, type Order, orderOf } from '../runtime/order.ts'
import type { ComparisonOperator, Span } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import { commonType, implicitCast, mismatch, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { decimalForIntegral, isIntegral } from './numeric.ts'

export function comparison(
  operator: ComparisonOperator,
  left: Operand,
  right: Operand,
  at: Span,
  context: Context,
): Node {
  const [a, b, order] = comparable(left, right, at, context)
  return scalarNode(comparisonScalar(operator, order), [a, b], BOOLEAN)
}

/** Both sides after their implicit casts, and the order that compares them. */
export function comparable(left: Operand, right: Operand, at: Span, context: Context): readonly [Node, Node, Order] {
  const exact = exactDecimals(left, right, context)
  if (exact !== undefined) return exact
  const type = commonType(left.node.type, right.node.type)
  const order = type && orderOf(type)
  if (type === undefined || order === undefined) {
    const [a, b] = [typeName(left.node.type), typeName(right.node.type)]
    throw mismatch(`${a} and ${b} cannot be compared.`, at, 'CAST one side to the type of the other.')
  }
  return [
    implicitCast(left.node, type, context, left.syntax),
    implicitCast(right.node, type, context, right.syntax),
    order,
  ]
}

/** Decimals among themselves and beside integers, and variants beside what a double may not hold. */
function exactDecimals(left: Operand, right: Operand, context: Context): readonly [Node, Node, Order] | undefined {
  const [a, b] = [comparedAs(left, right.node.type, context), comparedAs(right, left.node.type, context)]
  if (a.type.kind !== 'decimal' || b.type.kind !== 'decimal') return undefined
  return [a, b, decimalOrder(a.type.scale, b.type.scale)]
}

/** A double holds all decimals of 15 digits apart. */
const DOUBLE_DIGITS = 15

function comparedAs({ node, syntax }: Operand, other: DataType, context: Context): Node {
  const { type } = node
  if (other.kind === 'decimal' && isIntegral(type)) return implicitCast(node, decimalForIntegral(type), context, syntax)
  if (type.kind === 'variant') {
    const wide = wideDecimal(other)
    return wide === undefined ? node : implicitCast(node, wide, context, syntax)
  }
  if (other.kind === 'variant' && wideDecimal(type) !== undefined && isIntegral(type))
    return implicitCast(node, decimalForIntegral(type), context, syntax)
  return node
}

function wideDecimal(type: DataType): DataType | undefined {
  if (type.kind === 'bigint') return { kind: 'decimal', precision: 38, scale: 18 }
  if (type.kind === 'decimal' && type.precision > DOUBLE_DIGITS)
    return { kind: 'decimal', precision: 38, scale: type.scale }
  return undefined
}

/** For each operator whether it holds where the left side is less, equal, greater. */
const HOLDS: Readonly<Record<Exclude<ComparisonOperator, '<=>'>, readonly [boolean, boolean, boolean]>> = {
  '=': [false, true, false],
  '<>': [true, false, true],
  '<': [true, false, false],
  '<=': [true, true, false],
  '>': [false, false, true],
  '>=': [false, true, true],
}

function comparisonScalar(operator: ComparisonOperator, order: Order): Scalar {
  if (operator === '<=>')
    return {
      name: operator,
      nulls: 'called',
      apply: (a = null, b = null) => (a === null || b === null ? a === b : order(a, b) === 0),
    }
  const holds = HOLDS[operator]
  const [less, equal, greater] = holds
  return {
    name: operator,
    nulls: 'strict',
    apply(a, b) {
      const result = order(a ?? null, b ?? null)
      return result < 0 ? less : result > 0 ? greater : equal
    },
    kernel: (args, frame, selection) => compareNumberColumns(args, holds, frame, selection),
  }
}
