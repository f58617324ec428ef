// Comparisons: which types compare, and as what.

import { BOOLEAN, type DataType, typeName } from '../../types.ts'
import { compareNumberColumns } from '../runtime/compare-kernel.ts'
import { decimalOrder, type Order, orderOf } from '../runtime/order.ts'
import { variantNumberOrder } from '../runtime/variant-order.ts'
import { children } from '../syntax/children.ts'
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
  // Only variants of different JSON types cannot be compared; they may be inside of arrays.
  const isTotal = !`${typeName(a.type)} ${typeName(b.type)}`.includes('variant')
  return scalarNode({ ...comparisonScalar(operator, order), total: isTotal }, [a, b], BOOLEAN)
}

/** Both sides after their implicit casts, and the order that compares them. */
function comparable(left: Operand, right: Operand, at: Span, context: Context): readonly [Node, Node, Order] {
  const exact = exactNumbers(left, right, context)
  if (exact !== undefined) return exact
  const type = commonType(left.node.type, right.node.type)
  const order = type && orderOf(type)
  if (type === undefined || order === undefined) {
    const [a, b] = [typeName(left.node.type), typeName(right.node.type)]
    throw mismatch(`${a} and ${b} cannot be compared`, at, comparableHint(left, right))
  }
  return [
    implicitCast(left.node, type, context, left.syntax),
    implicitCast(right.node, type, context, right.syntax),
    order,
  ]
}

/** `a = 1 || b = 2` and `1 < a < 5` are read as comparisons with the result of another one. */
function comparableHint(left: Operand, right: Operand): string {
  const sides = [left.syntax, right.syntax]
  const inner = sides.find((side) => side.kind === 'binary' && side.operator in HOLDS)
  if (inner === undefined) return 'CAST one side to the type of the other'
  const hasJoined = [...children(inner), ...sides].some((side) => side.kind === 'binary' && side.operator === '||')
  return hasJoined ? 'write OR: || joins texts' : 'join comparisons by AND: a < b AND b < c'
}

/** Decimals among themselves and beside integers, and variants beside what a double may not hold. */
function exactNumbers(left: Operand, right: Operand, context: Context): readonly [Node, Node, Order] | undefined {
  const [a, b] = [left.node.type, right.node.type]
  if (a.kind === 'variant' && isWide(b)) return [left.node, right.node, variantNumberOrder(scaleOf(b))]
  if (b.kind === 'variant' && isWide(a)) {
    const order = variantNumberOrder(scaleOf(a))
    return [left.node, right.node, (x, y) => -order(y, x)]
  }
  const [x, y] = [asDecimal(left, b, context), asDecimal(right, a, context)]
  if (x.type.kind !== 'decimal' || y.type.kind !== 'decimal') return undefined
  return [x, y, decimalOrder(x.type.scale, y.type.scale)]
}

/** A double holds all decimals of 15 digits apart. */
const DOUBLE_DIGITS = 15

function isWide(type: DataType): boolean {
  return type.kind === 'bigint' || (type.kind === 'decimal' && type.precision > DOUBLE_DIGITS)
}

function scaleOf(type: DataType): number {
  return type.kind === 'decimal' ? type.scale : 0
}

function asDecimal({ node, syntax }: Operand, other: DataType, context: Context): Node {
  if (other.kind !== 'decimal' || !isIntegral(node.type)) return node
  return implicitCast(node, decimalForIntegral(node.type), context, syntax)
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
