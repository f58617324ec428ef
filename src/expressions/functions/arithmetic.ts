// The operators of arithmetic as functions, and those that give NULL where the operator fails.

import { RowFault } from '../../values/row-fault.ts'
import { arithmetic, identity, negation } from '../analysis/arithmetic.ts'
import { scalarNode } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { operand } from '../analysis/operand.ts'
import type { ArithmeticOperator, Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry, SyntaxFunction } from './definition.ts'

export function arithmeticFunctions(): readonly Entry[] {
  return [
    ['mod', ofTwo((left, right, call, context) => arithmetic('%', left, right, call, context))],
    ['negative', ofOne(negation)],
    ['positive', ofOne(identity)],
    ['try_add', tried('+')],
    ['try_subtract', tried('-')],
    ['try_multiply', tried('*')],
    ['try_divide', tried('/')],
    ['try_mod', tried('%')],
  ]
}

function ofOne(analyse: (value: Operand, call: Call, context: Context) => Node): SyntaxFunction {
  return {
    least: 1,
    most: 1,
    analyse: (call, context) => analyse(operand(call.args[0] as Syntax, context), call, context),
  }
}

type OfTwo = (left: Operand, right: Operand, call: Call, context: Context) => Node

function ofTwo(analyse: OfTwo): SyntaxFunction {
  return {
    least: 2,
    most: 2,
    analyse(call, context) {
      const [left, right] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand]
      return analyse(left, right, call, context)
    },
  }
}

/**
 * Of numbers only the operator itself is tried; of anything else the implicit casts as well (`TryEval`). What fails in an
 * argument fails.
 */
function tried(operator: ArithmeticOperator): SyntaxFunction {
  return ofTwo((left, right, call, context) => {
    const node = arithmetic(operator, left, right, call, context)
    const written = [left.node, right.node]
    return node.kind === 'scalar' ? trying(node, written) : node
  })
}

/** The call with NULL for every fault of its own; the casts among its arguments are tried too. */
function trying(node: Extract<Node, { kind: 'scalar' }>, written: readonly Node[]): Node {
  const args = node.args.map((arg) =>
    arg.kind === 'scalar' && !written.includes(arg) && arg.args.some((inner) => written.includes(inner))
      ? scalarNode(nullForFaults(arg.scalar), arg.args, arg.type)
      : arg,
  )
  return scalarNode(nullForFaults(node.scalar), args, node.type)
}

/** Kernels refuse the rows that fail by themselves, so there is none. */
export function nullForFaults(scalar: Scalar): Scalar {
  return {
    ...withoutKernel(scalar),
    total: true,
    apply(...args) {
      try {
        return scalar.apply(...args)
      } catch (fault) {
        if (fault instanceof RowFault) return null
        throw fault
      }
    },
  }
}

function withoutKernel({ kernel: _, ...scalar }: Scalar): Scalar {
  return scalar
}
