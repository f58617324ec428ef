// Expressions inside others: as operands, as conditions, and the type that several have in common.

import { BOOLEAN, type DataType, type TypeKind, typeName, VOID } from '../../types.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { commonType, implicitCast, mismatch } from './coerce.ts'
import type { Context, Operand } from './context.ts'

export function operand(syntax: Syntax, context: Context): Operand {
  return { node: context.analyse(syntax, context), syntax }
}

/** An operand of AND, OR, NOT or IS TRUE. */
export function condition(syntax: Syntax, context: Context): Node {
  return asCondition(syntax, context, ['boolean', 'variant', 'void', 'string'])
}

/** Behind WHEN Spark casts nothing to boolean. */
export function whenCondition(syntax: Syntax, context: Context): Node {
  return asCondition(syntax, context, ['boolean', 'variant'])
}

/** The first argument of `if`. */
export function ifCondition(syntax: Syntax, context: Context): Node {
  return asCondition(syntax, context, ['boolean', 'variant', 'void'])
}

function asCondition(syntax: Syntax, context: Context, kinds: readonly TypeKind[]): Node {
  const node = context.analyse(syntax, context)
  if (!kinds.includes(node.type.kind))
    throw mismatch(`a condition is wanted here, and this is ${typeName(node.type)}`, syntax)
  return implicitCast(node, BOOLEAN, context, syntax)
}

/** The type that all operands are brought to. */
export function common(operands: readonly Operand[]): DataType {
  let type: DataType = VOID
  for (const { node, syntax } of operands) {
    const next = commonType(type, node.type)
    if (next === undefined) throw mismatch(`${typeName(type)} and ${typeName(node.type)} have no common type`, syntax)
    type = next
  }
  return type
}
