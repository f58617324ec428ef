// Expressions inside others: as operands, as conditions, and the type that several have in common.

import { BOOLEAN, type DataType, typeName, VOID } from '../../types.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { commonType, implicitCast, mismatch } from './coerce.ts'
import type { Context, Operand } from './context.ts'

export function operand(syntax: Syntax, context: Context): Operand {
  return { node: context.analyse(syntax, context), syntax }
}

/** An expression where a truth value is wanted. */
export function condition(syntax: Syntax, context: Context): Node {
  const node = context.analyse(syntax, context)
  const { kind } = node.type
  const literalText = kind === 'string' && node.kind === 'literal'
  if (kind !== 'boolean' && kind !== 'variant' && kind !== 'void' && !literalText)
    throw mismatch(`A condition is wanted here, and this is ${typeName(node.type)}.`, syntax)
  return implicitCast(node, BOOLEAN, context, syntax)
}

/** The type that all operands are brought to. */
export function common(operands: readonly Operand[]): DataType {
  let type: DataType = VOID
  for (const { node, syntax } of operands) {
    const next = commonType(type, node.type)
    if (next === undefined) throw mismatch(`${typeName(type)} and ${typeName(node.type)} have no common type.`, syntax)
    type = next
  }
  return type
}
