// Functions that choose among their arguments, or ask about one: what is not chosen is not evaluated.

import { BOOLEAN, DOUBLE, INT, STRING, type TypeKind, typeName, VOID } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { argument } from '../analysis/argument.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import { comparison } from '../analysis/compare.ts'
import { isPredicate } from '../analysis/conditions.ts'
import type { Context, Operand } from '../analysis/context.ts'
import { common, ifCondition, operand } from '../analysis/operand.ts'
import { orderOf } from '../runtime/order.ts'
import { canonical } from '../syntax/canonical.ts'
import type { Syntax } from '../syntax/tree.ts'
import { literal, type Node, type Scalar } from '../typed.ts'
import type { Call, Entry, SyntaxFunction } from './definition.ts'
import { named } from './definition.ts'
import { boolean, oneOf, parameter, text } from './parameters.ts'

export function conditionalFunctions(): readonly Entry[] {
  return [
    ['if', of(3, chosen)],
    ['coalesce', { least: 1, most: Number.POSITIVE_INFINITY, analyse: (call, context) => first(call.args, context) }],
    ...named(['nvl', 'ifnull'], ['nvl', of(2, (call, context) => first(call.args, context))]),
    ['nvl2', of(3, (call, context) => choose(isPredicate(isNull(call, true), context), call, context))],
    ['nullif', of(2, (call, context) => nullWhere(call, call.args[1] as Syntax, context))],
    ['nullifzero', of(1, (call, context) => nullWhere(call, zero(call), context))],
    ['zeroifnull', of(1, (call, context) => first([call.args[0] as Syntax, zero(call)], context))],
    ['greatest', extreme('greatest', 1)],
    ['least', extreme('least', -1)],
    ['isnull', of(1, (call, context) => isPredicate(isNull(call, false), context))],
    ['isnotnull', of(1, (call, context) => isPredicate(isNull(call, true), context))],
    ['equal_null', of(2, equalNull)],
    ['isnan', of(1, isNan)],
    ['nanvl', of(2, nanvl)],
    ['typeof', of(1, (call, context) => literal(catalogName(operand(call.args[0] as Syntax, context)), STRING))],
    ['assert_true', { least: 1, most: 2, analyse: assertTrue }],
    ['raise_error', of(1, (call, context) => raise(argument(call.args[0] as Syntax, text, context, call.name)))],
  ]
}

function of(count: number, analyse: SyntaxFunction['analyse']): SyntaxFunction {
  return { least: count, most: count, analyse }
}

function chosen(call: Call, context: Context): Node {
  const [condition] = call.args as [Syntax]
  return choose(ifCondition(condition, context), call, context)
}

/** The second argument where the condition holds, else the third. */
function choose(when: Node, call: Call, context: Context): Node {
  const [, ...choices] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand, Operand]
  const type = common(choices)
  const [then, otherwise] = choices.map(({ node, syntax }) => implicitCast(node, type, context, syntax)) as [Node, Node]
  return { kind: 'case', branches: [{ when, then }], otherwise, type }
}

/** The first that is not NULL. */
function first(args: readonly Syntax[], context: Context): Node {
  const operands = args.map((arg) => operand(arg, context))
  const type = common(operands)
  return { kind: 'coalesce', args: operands.map(({ node, syntax }) => implicitCast(node, type, context, syntax)), type }
}

function isNull({ args, start, end }: Call, negated: boolean): Extract<Syntax, { kind: 'is' }> {
  return { kind: 'is', what: 'null', negated, operand: args[0] as Syntax, start, end }
}

function zero({ start, end }: Call): Syntax {
  return { kind: 'literal', type: INT, value: 0, start, end }
}

/** The first argument, but NULL where it equals the other. */
function nullWhere(call: Call, other: Syntax, context: Context): Node {
  const value = operand(call.args[0] as Syntax, context)
  const isEqual = comparison('=', value, operand(other, context), call, context)
  const scalar: Scalar = {
    name: call.name,
    nulls: 'called',
    total: true,
    apply: (value, equal) => (equal === true ? null : (value ?? null)),
  }
  return scalarNode(scalar, [value.node, isEqual], value.node.type)
}

/** NULLs count only where all are; NaN is the greatest. `sign` is 1 for the greatest. */
function extreme(name: string, sign: number): SyntaxFunction {
  return {
    least: 2,
    most: Number.POSITIVE_INFINITY,
    analyse(call, context) {
      const operands = call.args.map((arg) => operand(arg, context))
      refuseMixedStrings(name, operands)
      const type = common(operands)
      const order = orderOf(type)
      if (order === undefined) throw mismatch(`${name} takes values that have an order, not ${typeName(type)}`, call)
      const scalar: Scalar = {
        name,
        nulls: 'called',
        apply: (...values) =>
          values.reduce((best, value) => {
            if (best === null || value === null) return best ?? value
            return order(value, best) * sign > 0 ? value : best
          }, null),
      }
      const args = operands.map(({ node, syntax }) => implicitCast(node, type, context, syntax))
      return scalarNode(scalar, args, type)
    },
  }
}

/** Spark reads no string as what stands beside it here. */
function refuseMixedStrings(name: string, operands: readonly Operand[]): void {
  const kinds: TypeKind[] = operands
    .map(({ node }) => node.type.kind)
    .filter((kind) => kind !== 'void' && kind !== 'variant')
  const other = operands.find(({ node: { type } }) => type.kind !== 'string' && kinds.includes(type.kind))
  if (!kinds.includes('string') || other === undefined) return
  const hint = 'CAST the strings, or the others to string'
  throw mismatch(`${name} takes values of one type, not string and ${typeName(other.node.type)}`, other.syntax, hint)
}

function equalNull(call: Call, context: Context): Node {
  const [left, right] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand]
  return comparison('<=>', left, right, call, context)
}

const DOUBLES = oneOf(parameter(DOUBLE), parameter({ kind: 'float' }))

/** NULL is a number as well. */
function isNan(call: Call, context: Context): Node {
  const node = argument(call.args[0] as Syntax, DOUBLES, context, call.name)
  const scalar: Scalar = { name: 'isnan', nulls: 'called', total: true, apply: (value) => Number.isNaN(value) }
  return scalarNode(scalar, [node], BOOLEAN)
}

function nanvl(call: Call, context: Context): Node {
  const args = call.args.map((arg) => ({ node: argument(arg, DOUBLES, context, call.name), syntax: arg }))
  const type = common(args)
  const [value, otherwise] = args.map(({ node, syntax }) => implicitCast(node, type, context, syntax)) as [Node, Node]
  const isNaN: Scalar = { name: 'isnan', nulls: 'called', total: true, apply: (x) => Number.isNaN(x) }
  const when = scalarNode(isNaN, [value], BOOLEAN)
  return { kind: 'case', branches: [{ when, then: otherwise }], otherwise: value, type }
}

/** As `typeof` writes it, without the blanks of DDL. */
function catalogName({ node }: Operand): string {
  return typeName(node.type).replaceAll(/([:,]) /g, '$1')
}

/** NULL where the condition holds; else the record fails. */
function assertTrue(call: Call, context: Context): Node {
  const [condition, message] = call.args as [Syntax, Syntax?]
  const when = argument(condition, boolean, context, call.name)
  const written = literal(`'${canonical(condition)}' is not true!`, STRING)
  const otherwise = raise(message === undefined ? written : argument(message, text, context, call.name))
  return { kind: 'case', branches: [{ when, then: literal(null, VOID) }], otherwise, type: VOID }
}

function raise(message: Node): Node {
  const scalar: Scalar = {
    name: 'raise_error',
    nulls: 'called',
    apply(text) {
      const message = text === null ? 'an error without a message was raised' : (text as string)
      throw new RowFault('E_RAISED', message, 'USER_RAISED_EXCEPTION')
    },
  }
  return scalarNode(scalar, [message], VOID)
}
