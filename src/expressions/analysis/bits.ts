// Bits of whole numbers: & | ^ ~ << >> >>>.

import { BIGINT, type DataType, INT, typeName } from '../../types.ts'
import { bitScalar, invertScalar, shiftScalar } from '../runtime/bits.ts'
import type { BitOperator, Span } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { commonType, implicitCast, mismatch, scalarNode } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { isIntegral, isNumeric } from './numeric.ts'

type Bitwise = Extract<BitOperator, '&' | '|' | '^'>
type Shift = Exclude<BitOperator, Bitwise>

const HINT = 'CAST the operands to whole numbers'

/** Both operands and the result have one whole type, at least a smallint where the operands differ. */
export function bitwise(operator: Bitwise, left: Operand, right: Operand, at: Span, context: Context): Node {
  const type = bitType(left.node.type, right.node.type)
  if (type === undefined) {
    const types = `${typeName(left.node.type)} ${operator} ${typeName(right.node.type)}`
    throw mismatch(`${types} is not possible: ${operator} takes whole numbers`, at, HINT)
  }
  const args = [left, right].map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  return scalarNode(bitScalar(operator, type), args, type)
}

function bitType(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === 'void' && b.kind === 'void') return INT
  if (a.kind === 'variant' || b.kind === 'variant') return isBits(a) && isBits(b) ? BIGINT : undefined
  const type = commonType(a, b)
  return type && isIntegral(type) ? type : undefined
}

function isBits(type: DataType): boolean {
  return isIntegral(type) || type.kind === 'variant' || type.kind === 'void' || type.kind === 'string'
}

export function inverted({ node, syntax }: Operand, at: Span, context: Context): Node {
  const type = node.type.kind === 'void' ? INT : node.type.kind === 'variant' ? BIGINT : node.type
  if (!isIntegral(type)) throw mismatch(`~ takes a whole number, not ${typeName(type)}`, at, HINT)
  return scalarNode(invertScalar(type), [implicitCast(node, type, context, syntax)], type)
}

/** A bigint stays one; everything else is shifted as an int. The distance is an int. */
export function shifted(operator: Shift, left: Operand, right: Operand, at: Span, context: Context): Node {
  const [type, by] = [shiftedType(left.node.type), shiftedType(right.node.type)]
  if (type === undefined || by === undefined) {
    const types = `${typeName(left.node.type)} ${operator} ${typeName(right.node.type)}`
    throw mismatch(`${types} is not possible: ${operator} takes whole numbers`, at, HINT)
  }
  const args = [
    implicitCast(left.node, type, context, left.syntax),
    implicitCast(right.node, INT, context, right.syntax),
  ]
  return scalarNode(shiftScalar(operator, type), args, type)
}

function shiftedType(type: DataType): DataType | undefined {
  if (type.kind === 'bigint' || type.kind === 'variant') return BIGINT
  return isNumeric(type) || type.kind === 'string' || type.kind === 'void' ? INT : undefined
}
