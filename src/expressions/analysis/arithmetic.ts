// + - * / % div and the unary minus: operand types, result types, and what each computes.

import { BIGINT, type DataType, DOUBLE, typeName } from '../../types.ts'
import { decimalScalar, doubleScalar, integralScalar, negateScalar } from '../runtime/arithmetic.ts'
import type { ArithmeticOperator, Span } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { commonType, implicitCast, mismatch, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { isInterval, negatedInterval, timeArithmetic } from './date-arithmetic.ts'
import { type DecimalType, decimalForIntegral, decimalResult, isIntegral, isNumeric } from './numeric.ts'

export function arithmetic(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  at: Span,
  context: Context,
): Node {
  const time = timeArithmetic(operator, left, right, context)
  if (time !== undefined) return time
  const args = operandsOf(operator, left, right, at, context)
  const [a, b] = args.map(({ type }) => type) as [DataType, DataType]
  if (a.kind === 'decimal' && b.kind === 'decimal') {
    const type = operator === 'div' ? BIGINT : decimalResult(operator, a, b)
    return scalarNode(decimalScalar(operator, a.scale, b.scale, type), args, type)
  }
  if (isIntegral(a) && operator !== '/') return scalarNode(integralScalar(operator, a), args, a)
  return scalarNode(doubleScalar(operator, a), args, a)
}

/** Both operands, cast to what the operator computes with: numbers of one type, or two decimals. */
export function operandsOf(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  at: Span,
  context: Context,
): readonly [Node, Node] {
  const [a, b] = operandTypes(operator, left, right, at)
  return [asOperand(left, right, a, context), asOperand(right, left, b, context)]
}

/** A string is first read as what it stands beside: '1.5' / 2 fails, for '1.5' is no bigint. */
function asOperand({ node, syntax }: Operand, other: Operand, type: DataType, context: Context): Node {
  const read = node.type.kind === 'string' ? numericOf({ node, syntax }, other.node.type) : undefined
  const number = read === undefined ? node : implicitCast(node, read, context, syntax)
  return implicitCast(number, type, context, syntax)
}

/** Both types after the implicit casts: the same, or two decimals. */
function operandTypes(
  operator: ArithmeticOperator,
  left: Operand,
  right: Operand,
  at: Span,
): readonly [DataType, DataType] {
  const [a, b] = [numericOf(left, right.node.type), numericOf(right, left.node.type)]
  if (a === undefined || b === undefined) {
    const types = `${typeName(left.node.type)} ${operator} ${typeName(right.node.type)}`
    throw mismatch(`${types} is not possible: ${operator} takes numbers`, at, 'CAST the operands to numbers')
  }
  const decimals = asDecimals(left, a, right, b)
  if (decimals !== undefined) return decimals
  const common = commonType(a, b) ?? DOUBLE
  if (operator === '/') return [DOUBLE, DOUBLE]
  if (operator === 'div') {
    if (!isIntegral(common)) throw mismatch(`div takes whole numbers, not ${typeName(common)}`, at)
    return [BIGINT, BIGINT]
  }
  return [common, common]
}

/** The type that an operand is read as; undefined where it is no number. */
function numericOf({ node }: Operand, other: DataType): DataType | undefined {
  const { type } = node
  if (isNumeric(type)) return type
  switch (type.kind) {
    case 'variant':
      return DOUBLE
    case 'void':
      return isNumeric(other) ? other : DOUBLE
    case 'string':
      if (other.kind === 'variant') return DOUBLE
      return isNumeric(other) ? (commonType(type, other) as DataType) : undefined
    default:
      return undefined
  }
}

function asDecimals(
  left: Operand,
  a: DataType,
  right: Operand,
  b: DataType,
): readonly [DecimalType, DecimalType] | undefined {
  if (a.kind !== 'decimal' && b.kind !== 'decimal') return undefined
  const [x, y] = [asDecimal(left, a), asDecimal(right, b)]
  return x === undefined || y === undefined ? undefined : [x, y]
}

/** An integer that is written as a literal counts with the digits that it has (Spark's `literalPickMinimumPrecision`). */
function asDecimal({ node, syntax }: Operand, type: DataType): DecimalType | undefined {
  if (type.kind === 'decimal') return type
  if (!isIntegral(type)) return undefined
  // Not a tinyint: DecimalType.fromLiteral leaves it out.
  if (
    syntax.kind !== 'literal' ||
    node.kind !== 'literal' ||
    node.value === null ||
    !isIntegral(node.type) ||
    type.kind === 'tinyint'
  )
    return decimalForIntegral(type)
  const digits = String(node.value).replace('-', '').length
  return { kind: 'decimal', precision: digits, scale: 0 }
}

export function negation(operand: Operand, at: Span, context: Context): Node {
  const interval = negatedInterval(operand)
  if (interval !== undefined) return interval
  const type = signedType(operand.node.type)
  if (type === undefined) throw mismatch(`- takes a number, not ${typeName(operand.node.type)}`, at)
  return scalarNode(negateScalar(type), [implicitCast(operand.node, type, context, operand.syntax)], type)
}

/** The unary plus: the operand as a number or an interval. */
export function identity(operand: Operand, at: Span, context: Context): Node {
  if (isInterval(operand.node.type)) return operand.node
  const type = signedType(operand.node.type)
  if (type === undefined) throw mismatch(`+ takes a number, not ${typeName(operand.node.type)}`, at)
  return implicitCast(operand.node, type, context, operand.syntax)
}

function signedType(type: DataType): DataType | undefined {
  if (isNumeric(type)) return type
  return type.kind === 'variant' || type.kind === 'string' || type.kind === 'void' ? DOUBLE : undefined
}
