// Functions with lambdas, of arrays.

import { BOOLEAN, type DataType, INT, sameType, typeName } from '../../types.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { arrayOperand, comparable } from '../analysis/elements.ts'
import { analyseLambda } from '../analysis/lambda.ts'
import { operand } from '../analysis/operand.ts'
import { filterForm, transformForm, untilForm, zipForm } from '../runtime/array-forms.ts'
import { foldForm } from '../runtime/fold-form.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import { sortForm } from '../runtime/sort-form.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { HigherOrder, Lambda, Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { named } from './definition.ts'

export function higherOrderFunctions(): readonly Entry[] {
  return [
    ['transform', { least: 2, most: 2, analyse: transform }],
    ['filter', { least: 2, most: 2, analyse: (call, context) => test(call, context, filterForm, 1) }],
    ['exists', { least: 2, most: 2, analyse: (call, context) => test(call, context, untilForm('exists', true), 0) }],
    ['forall', { least: 2, most: 2, analyse: (call, context) => test(call, context, untilForm('forall', false), 0) }],
    ['zip_with', { least: 3, most: 3, analyse: zipWith }],
    ['array_sort', { least: 1, most: 2, analyse: arraySort }],
    ...named(['aggregate', 'reduce'], ['aggregate', { least: 3, most: 4, analyse: aggregate }]),
  ]
}

/** `lambda` gets the element and, where it has a second parameter, its number from 0 on. */
function transform(call: Call, context: Context): Node {
  const [first, second] = call.args as [Syntax, Syntax]
  const { node, element } = arrayOperand(first, context, call.name)
  const lambda = analyseLambda(second, [element, INT], call, context, 1)
  return {
    kind: 'higher-order',
    form: transformForm,
    args: [node],
    lambda,
    type: { kind: 'array', element: lambda.body.type },
  }
}

/** filter, exists and forall. Only the lambda of filter may have a second parameter, the number of the element. */
function test(call: Call, context: Context, form: HigherOrder, optional: 0 | 1): Node {
  const [first, second] = call.args as [Syntax, Syntax]
  const { node, element } = arrayOperand(first, context, call.name)
  const types = optional === 1 ? [element, INT] : [element]
  const lambda = conditionOf(second, analyseLambda(second, types, call, context, optional), context)
  const type = form === filterForm ? node.type : BOOLEAN
  return { kind: 'higher-order', form, args: [node], lambda, type }
}

/** A lambda that tells whether; Spark casts nothing to boolean here, but a variant is read as one. */
export function conditionOf(syntax: Syntax, lambda: Lambda, context: Context): Lambda {
  const { kind } = lambda.body.type
  const at = syntax.kind === 'lambda' ? syntax.body : syntax
  if (kind !== 'boolean' && kind !== 'void' && kind !== 'variant')
    throw mismatch(`a condition is wanted here, and this is ${typeName(lambda.body.type)}`, at)
  return { ...lambda, body: implicitCast(lambda.body, BOOLEAN, context, at) }
}

function zipWith(call: Call, context: Context): Node {
  const [first, second, third] = call.args as [Syntax, Syntax, Syntax]
  const [left, right] = [first, second].map((arg) => arrayOperand(arg, context, call.name)) as [
    ReturnType<typeof arrayOperand>,
    ReturnType<typeof arrayOperand>,
  ]
  const lambda = analyseLambda(third, [left.element, right.element], call, context)
  return {
    kind: 'higher-order',
    form: zipForm,
    args: [left.node, right.node],
    lambda,
    type: { kind: 'array', element: lambda.body.type },
  }
}

/** Without a comparator in ascending order, NULLs last. */
function arraySort(call: Call, context: Context): Node {
  const [first, second] = call.args as [Syntax, Syntax | undefined]
  const { node, element } = arrayOperand(first, context, call.name)
  if (second === undefined) {
    comparable(element, call)
    const order = nullsLast(orderOf(element) as Order)
    const apply: Scalar['apply'] = (items) => (items as readonly never[]).toSorted(order)
    return scalarNode({ name: 'array_sort', nulls: 'strict', apply }, [node], node.type)
  }
  const lambda = analyseLambda(second, [element, element], call, context)
  if (lambda.body.type.kind !== 'int')
    throw mismatch(
      `a comparator gives an int: -1, 0 or 1, and this is ${typeName(lambda.body.type)}`,
      second.kind === 'lambda' ? second.body : second,
      'write CASE WHEN a < b THEN -1 WHEN a > b THEN 1 ELSE 0 END',
    )
  return { kind: 'higher-order', form: sortForm, args: [node], lambda, type: node.type }
}

function nullsLast(order: Order): Order {
  return (a, b) => (a === null || b === null ? Number(a === null) - Number(b === null) : order(a, b))
}

/** aggregate(array, start, merge[, finish]). */
function aggregate(call: Call, context: Context): Node {
  const [first, second, third, fourth] = call.args as [Syntax, Syntax, Syntax, Syntax | undefined]
  const { node, element } = arrayOperand(first, context, call.name)
  const start = operand(second, context).node
  const merge = analyseLambda(third, [start.type, element], call, context)
  const { body } = merge
  if (!sameShape(body.type, start.type))
    throw mismatch(
      `the lambda gives ${typeName(body.type)}, and the start is ${typeName(start.type)}: they must be of one type`,
      second,
      `write CAST(… AS ${typeName(body.type)}) around the start`,
    )
  const finish = fourth && analyseLambda(fourth, [start.type], call, context)
  const type = finish?.body.type ?? start.type
  return { kind: 'higher-order', form: foldForm, args: [node, start], lambda: merge, finish, type }
}

/** The same types, whatever the fields of structs are called. */
function sameShape(a: DataType, b: DataType): boolean {
  if (a.kind === 'struct' && b.kind === 'struct')
    return (
      a.fields.length === b.fields.length &&
      a.fields.every(({ type }, i) => sameShape(type, b.fields[i]?.type as DataType))
    )
  if (a.kind === 'array' && b.kind === 'array') return sameShape(a.element, b.element)
  if (a.kind === 'map' && b.kind === 'map') return sameShape(a.key, b.key) && sameShape(a.value, b.value)
  return sameType(a, b)
}
