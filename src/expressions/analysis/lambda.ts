// Lambdas: their parameters get the types that the function gives them, and stand before columns of the same name.

import type { DataType } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import type { Call } from '../functions/definition.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Lambda, Node, Variable } from '../typed.ts'
import type { Context } from './context.ts'

/**
 * The argument of `call` as a lambda whose parameters have these types, of which the last `optional` may be left out. An
 * expression that is no lambda is one that uses none of them. Throws ExpressionError.
 */
export function analyseLambda(
  argument: Syntax,
  types: readonly DataType[],
  call: Call,
  context: Context,
  optional = 0,
): Lambda {
  if (argument.kind !== 'lambda') return { parameters: [], body: context.analyse(argument, context) }
  const names = argument.parameters
  if (names.length > types.length || names.length < types.length - optional) {
    const wanted = optional === 0 ? `${types.length}` : `${types.length - optional} to ${types.length}`
    const plural = wanted === '1' ? '' : 's'
    throw new ExpressionError(
      'E_ARITY',
      `the lambda of ${call.name} takes ${wanted} parameter${plural}, not ${names.length}`,
      argument,
      undefined,
      'INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH',
    )
  }
  const parameters = names.map((name, i): Variable => ({ name, type: types[i] as DataType }))
  const variables = new Map(context.variables)
  for (const parameter of parameters) variables.set(parameter.name, parameter)
  return { parameters, body: context.analyse(argument.body, { ...context, variables }) }
}

/** The parameter of a lambda that a name stands for; undefined where it is none. */
export function variableNode(name: string, { variables }: Context): Node | undefined {
  const variable = variables.get(name)
  return variable && { kind: 'variable', variable, type: variable.type }
}
