// Predicates and CASE: NOT, IS, IN, BETWEEN, CASE WHEN.

import { BOOLEAN, type DataType, typeName } from '../../types.ts'
import { inScalar } from '../runtime/in-list.ts'
import { nullTest } from '../runtime/null-kernel.ts'
import type { Order } from '../runtime/order.ts'
import { orderOf } from '../runtime/order.ts'
import type { Syntax } from '../syntax/tree.ts'
import { type Branch, literal, type Node, type Scalar } from '../typed.ts'
import { implicitCast, mismatch, scalarNode } from './coerce.ts'
import { comparison } from './compare.ts'
import type { Context } from './context.ts'
import { common, condition, operand, whenCondition } from './operand.ts'

type Of<Kind extends Syntax['kind']> = Extract<Syntax, { kind: Kind }>

const NOT: Scalar = { name: 'not', nulls: 'strict', total: true, apply: (value) => value === false }

export function negated(node: Node): Node {
  return scalarNode(NOT, [node], BOOLEAN)
}

export function negatedIf(is: boolean, node: Node): Node {
  return is ? negated(node) : node
}

export function isPredicate(syntax: Of<'is'>, context: Context): Node {
  const { what } = syntax
  if (what === 'null')
    return scalarNode(isNullScalar(syntax.negated), [context.analyse(syntax.operand, context)], BOOLEAN)
  const wanted = what === 'unknown' ? null : what === 'true'
  const scalar: Scalar = {
    name: `is ${what}`,
    nulls: 'called',
    total: true,
    apply: (value) => (value === wanted) !== syntax.negated,
  }
  return scalarNode(scalar, [condition(syntax.operand, context)], BOOLEAN)
}

function isNullScalar(isNegated: boolean): Scalar {
  return {
    name: 'is null',
    nulls: 'called',
    total: true,
    apply: (value) => (value === null) !== isNegated,
    kernel: ([column], frame, selection) => column && nullTest(column, isNegated, frame, selection),
  }
}

/** `a IN (b, c)` is `a = b OR a = c`; literals are looked up in a set. */
export function inList(syntax: Of<'in'>, context: Context): Node {
  const left = operand(syntax.operand, context)
  const items = syntax.list.map((item) => operand(item, context))
  const type = common([left, ...items])
  const order = orderOf(type)
  if (order === undefined) throw mismatch(`${typeName(type)} values cannot be compared`, syntax)
  const args = [left, ...items].map(({ node, syntax: at }) => implicitCast(node, type, context, at))
  return negatedIf(syntax.negated, inNode(args, type, order))
}

function inNode(args: readonly Node[], type: DataType, order: Order): Node {
  const [value, ...items] = args as [Node, ...Node[]]
  const literals = items.filter((item) => item.kind === 'literal')
  if (literals.length === items.length) {
    const values = literals.map((item) => item.value)
    return scalarNode(inScalar(type, order, values), [value], BOOLEAN)
  }
  return { kind: 'in', value, items, equal: (a, b) => order(a, b) === 0, type: BOOLEAN }
}

export function between(syntax: Of<'between'>, context: Context): Node {
  const value = operand(syntax.operand, context)
  const left = comparison('>=', value, operand(syntax.low, context), syntax, context)
  const right = comparison('<=', value, operand(syntax.high, context), syntax, context)
  return negatedIf(syntax.negated, { kind: 'logic', operator: 'and', left, right, type: BOOLEAN })
}

export function caseWhen(syntax: Of<'case'>, context: Context): Node {
  const whens = syntax.branches.map(({ when }) => caseCondition(syntax, when, context))
  const thens = syntax.branches.map(({ then }) => operand(then, context))
  const otherwise = syntax.otherwise === null ? null : operand(syntax.otherwise, context)
  const type = common(otherwise === null ? thens : [...thens, otherwise])
  const branches = thens.map(
    (then, i): Branch => ({ when: whens[i] as Node, then: implicitCast(then.node, type, context, then.syntax) }),
  )
  const last = otherwise === null ? literal(null, type) : implicitCast(otherwise.node, type, context, otherwise.syntax)
  return { kind: 'case', branches, otherwise: last, type }
}

function caseCondition(syntax: Of<'case'>, when: Syntax, context: Context): Node {
  if (syntax.operand === null) return whenCondition(when, context)
  return comparison('=', operand(syntax.operand, context), operand(when, context), when, context)
}
