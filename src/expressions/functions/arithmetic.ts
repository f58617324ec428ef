// The operators of arithmetic as functions, and those that give NULL where the operator fails.

import type { DataType } from '../../types.ts'
import { orNull } from '../../values/row-fault.ts'
import { castArgument } from '../analysis/argument.ts'
import { arithmetic, identity, negation, operandsOf } from '../analysis/arithmetic.ts'
import { shifted } from '../analysis/bits.ts'
import { scalarNode } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { decimalResult } from '../analysis/numeric.ts'
import { operand } from '../analysis/operand.ts'
import { absoluteScalar, positiveDecimalRemainder, positiveRemainder } from '../runtime/absolute.ts'
import type { ArithmeticOperator, Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry, SyntaxFunction } from './definition.ts'
import { ansiInterval, numeric, oneOf } from './parameters.ts'

export function arithmeticFunctions(): readonly Entry[] {
  return [
    ['mod', ofTwo((left, right, call, context) => arithmetic('%', left, right, call, context))],
    ['pmod', ofTwo(remainder)],
    ['abs', ofOne(absolute)],
    ['shiftleft', ofTwo((left, right, call, context) => shifted('<<', left, right, call, context))],
    ['shiftright', ofTwo((left, right, call, context) => shifted('>>', left, right, call, context))],
    ['shiftrightunsigned', ofTwo((left, right, call, context) => shifted('>>>', left, right, call, context))],
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

function remainder(left: Operand, right: Operand, call: Call, context: Context): Node {
  const args = operandsOf('%', left, right, call, context)
  const [a, n] = args.map(({ type }) => type) as [DataType, DataType]
  if (a.kind !== 'decimal' || n.kind !== 'decimal') return scalarNode(positiveRemainder(a), args, a)
  const type = decimalResult('%', a, n)
  return scalarNode(positiveDecimalRemainder(a, n, type), args, type)
}

const MAGNITUDE = oneOf(numeric, ansiInterval)

function absolute({ node, syntax }: Operand, call: Call, context: Context): Node {
  const value = castArgument({ node, syntax }, MAGNITUDE, context, call.name)
  return scalarNode(absoluteScalar(value.type), [value], value.type)
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

/** The call with NULL for every fault of its own; the casts between it and what was written are tried too. */
function trying(node: Extract<Node, { kind: 'scalar' }>, written: readonly Node[]): Node {
  const args = node.args.map((arg) => (isCastOf(arg, written) ? trying(arg, written) : arg))
  return scalarNode(nullForFaults(node.scalar), args, node.type)
}

function isCastOf(node: Node, written: readonly Node[]): node is Extract<Node, { kind: 'scalar' }> {
  if (node.kind !== 'scalar' || written.includes(node)) return false
  return node.args.some((inner) => written.includes(inner) || isCastOf(inner, written))
}

/** Kernels refuse the rows that fail by themselves, so there is none. */
function nullForFaults(scalar: Scalar): Scalar {
  return {
    ...withoutKernel(scalar),
    total: true,
    apply: (...args) => orNull(() => scalar.apply(...args)),
  }
}

function withoutKernel({ kernel: _, ...scalar }: Scalar): Scalar {
  return scalar
}
