// The arguments of functions: cast to what their parameters take.

import { typeName } from '../../types.ts'
import type { Parameter } from '../functions/parameters.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node } from '../typed.ts'
import { implicitCast, mismatch } from './coerce.ts'
import type { Context, Operand } from './context.ts'
import { operand } from './operand.ts'

/** The analysed argument as its parameter takes it. `name` is the function's. Throws ExpressionError. */
export function argument(syntax: Syntax, parameter: Parameter, context: Context, name: string): Node {
  return castArgument(operand(syntax, context), parameter, context, name)
}

/** The same for one that is analysed already. */
export function castArgument({ node, syntax }: Operand, parameter: Parameter, context: Context, name: string): Node {
  const to = parameter.accepts(node.type)
  if (to === undefined)
    throw mismatch(`${name} wants ${parameter.wants} here, and this is ${typeName(node.type)}`, syntax)
  return implicitCast(node, to, context, syntax)
}
