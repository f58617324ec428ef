// Functions that make arrays from values and from other arrays. What could make a large one from a few bytes is bounded
// before it is made.

import type { Value } from '../../column.ts'
import { type DataType, INT, type Schema, typeName } from '../../types.ts'
import { boundedCount, boundedRequest } from '../../values/collection-limit.ts'
import { argument } from '../analysis/argument.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import {
  type ArrayType,
  arrayAndValue,
  arrayOperand,
  comparable,
  elementType,
  twoArrays,
} from '../analysis/elements.ts'
import { common, operand } from '../analysis/operand.ts'
import { type KeyOf, keyOf } from '../runtime/element-key.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import type { Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import { placeZero } from './arrays.ts'
import type { Call, Entry } from './definition.ts'
import { array, boolean, type Parameter } from './parameters.ts'
import { nameOf } from './structs.ts'

type Items = readonly Value[]
const MANY = Number.POSITIVE_INFINITY

export function arrayMakers(): readonly Entry[] {
  return [
    ['array', { least: 0, most: MANY, analyse: makeArray }],
    ['array_repeat', { least: 2, most: 2, analyse: repeat }],
    ['array_append', { least: 2, most: 2, analyse: (call, context) => joined(call, context, false) }],
    ['array_prepend', { least: 2, most: 2, analyse: (call, context) => joined(call, context, true) }],
    ['array_insert', { least: 3, most: 3, analyse: insert }],
    ['array_remove', { least: 2, most: 2, analyse: remove }],
    sameTypeEntry('array_compact', () => (items) => items.filter((item) => item !== null)),
    sameTypeEntry('array_distinct', (element, call) => distinct(keyFor(element, call))),
    setEntry('array_union', (key) => (a, b) => distinct(key)([...a, ...b])),
    setEntry('array_except', (key) => (a, b) => selected(key, a, b, false)),
    setEntry('array_intersect', (key) => (a, b) => selected(key, a, b, true)),
    flattenEntry(),
    sortArrayEntry(),
    ['arrays_zip', { least: 0, most: MANY, analyse: zip }],
  ]
}

/** A function that gives an element its key; NULL is its own. */
function keyFor(element: DataType, call: Call): KeyOf {
  comparable(element, call)
  const key = keyOf(element) as KeyOf
  return (value) => (value === null ? null : key(value))
}

function makeArray(call: Call, context: Context): Node {
  const items = call.args.map((arg) => operand(arg, context))
  const element = common(items)
  const scalar: Scalar = { name: 'array', nulls: 'called', total: true, apply: (...values) => values }
  const args = items.map(({ node, syntax }) => implicitCast(node, element, context, syntax))
  return scalarNode(scalar, args, { kind: 'array', element })
}

function repeat(call: Call, context: Context): Node {
  const [first, second] = call.args as [Syntax, Syntax]
  const { node } = operand(first, context)
  const count = argument(second, smallInt, context, call.name)
  const scalar: Scalar = {
    name: 'array_repeat',
    nulls: 'called',
    apply(value = null, times = null) {
      return times === null ? null : new Array<Value>(boundedRequest(Math.max(0, times as number))).fill(value)
    },
  }
  return scalarNode(scalar, [node, count], { kind: 'array', element: node.type })
}

/** Spark casts nothing but smaller integers to this int. */
const smallInt: Parameter = {
  wants: 'int',
  accepts: ({ kind }) => (['tinyint', 'smallint', 'int', 'variant', 'void'].includes(kind) ? INT : undefined),
}

function joined(call: Call, context: Context, isFirst: boolean): Node {
  const { array: items, value, element } = arrayAndValue(call, context)
  const apply = (list: Value = null, item: Value = null): Value => {
    if (list === null) return null
    boundedCount((list as Items).length + 1)
    return isFirst ? [item, ...(list as Items)] : [...(list as Items), item]
  }
  return scalarNode({ name: call.name, nulls: 'called', apply }, [items, value], { kind: 'array', element })
}

/** At the place `at` from 1 on, or from the end where it is negative; what is missing up to there is NULL. */
function insert(call: Call, context: Context): Node {
  const { array: items, value, element } = arrayAndValue(call, context, 2)
  const place = operand(call.args[1] as Syntax, context)
  if (!['tinyint', 'smallint', 'int', 'variant'].includes(place.node.type.kind))
    throw mismatch(`array_insert wants int here, and this is ${typeName(place.node.type)}`, place.syntax)
  const at = implicitCast(place.node, INT, context, place.syntax)
  const scalar: Scalar = {
    name: 'array_insert',
    nulls: 'called',
    apply: (list = null, where = null, item = null) =>
      list === null || where === null ? null : inserted(list as Items, where as number, item),
  }
  return scalarNode(scalar, [items, at, value], { kind: 'array', element })
}

function inserted(items: Items, at: number, item: Value): Items {
  if (at === 0) throw placeZero()
  const missing = new Array<Value>(boundedCount(Math.max(0, Math.abs(at) - 1 - items.length))).fill(null)
  boundedCount(items.length + missing.length + 1)
  if (at < 0) {
    const from = items.length + at + 1
    return from < 0 ? [item, ...missing, ...items] : [...items.slice(0, from), item, ...items.slice(from)]
  }
  return [...items.slice(0, at - 1), ...missing, item, ...items.slice(at - 1)]
}

function remove(call: Call, context: Context): Node {
  const { array: items, value, element } = arrayAndValue(call, context)
  comparable(element, call)
  const order = orderOf(element) as Order
  const apply = (list: Items, unwanted: Value) => list.filter((item) => item === null || order(item, unwanted) !== 0)
  const scalar: Scalar = { name: 'array_remove', nulls: 'strict', apply: apply as Scalar['apply'] }
  return scalarNode(scalar, [items, value], { kind: 'array', element })
}

/** The first of equal elements stays. */
function distinct(key: KeyOf): (items: Items) => Items {
  return (items) => {
    const seen = new Set<unknown>()
    const kept = items.filter((item) => {
      const size = seen.size
      return seen.add(key(item)).size > size
    })
    // Spark keeps no -0 where it compares.
    return kept.map((item) => (item === 0 ? 0 : item))
  }
}

/** The different elements of `a` that `b` has, or has not. */
function selected(key: KeyOf, a: Items, b: Items, wanted: boolean): Items {
  const others = new Set(b.map(key))
  return distinct(key)(a.filter((item) => others.has(key(item)) === wanted))
}

/** A function from an array to one of the same type. */
function sameTypeEntry(name: string, make: (element: DataType, call: Call) => (items: Items) => Items): Entry {
  return [
    name,
    {
      parameters: [array],
      resolve([items], _, call) {
        const type = items?.type as ArrayType
        return { type, scalar: { name, nulls: 'strict', apply: make(type.element, call) as Scalar['apply'] } }
      },
    },
  ]
}

/** A function of two arrays as sets. */
function setEntry(name: string, make: (key: KeyOf) => (a: Items, b: Items) => Items): Entry {
  return [
    name,
    {
      least: 2,
      most: 2,
      analyse(call, context) {
        const [left, right, element] = twoArrays(call, context)
        const apply = make(keyFor(element, call)) as Scalar['apply']
        return scalarNode({ name, nulls: 'strict', apply }, [left, right], { kind: 'array', element })
      },
    },
  ]
}

/** NULL where one of the arrays inside is. */
function flattenEntry(): Entry {
  const apply = (lists: readonly (Items | null)[]): Items | null => {
    if (lists.includes(null)) return null
    boundedCount(lists.reduce((sum, list) => sum + (list as Items).length, 0))
    return (lists as readonly Items[]).flat()
  }
  const scalar: Scalar = { name: 'flatten', nulls: 'strict', apply: apply as Scalar['apply'] }
  return [
    'flatten',
    {
      least: 1,
      most: 1,
      analyse(call, context) {
        const [first] = call.args as [Syntax]
        const outer = arrayOperand(first, context, 'flatten')
        const wanted =
          outer.element.kind === 'variant' ? ({ kind: 'array', element: outer.element } as const) : outer.element
        if (wanted.kind !== 'array')
          throw mismatch(`flatten wants an array of arrays, and this is ${typeName(outer.node.type)}`, first)
        return scalarNode(
          scalar,
          [implicitCast(outer.node, { kind: 'array', element: wanted }, context, first)],
          wanted,
        )
      },
    },
  ]
}

/** NULLs come first, and last where the order is descending. */
function sortArrayEntry(): Entry {
  return [
    'sort_array',
    {
      parameters: [array, boolean],
      optional: 1,
      resolve([items], _, call) {
        const type = items?.type as ArrayType
        comparable(type.element, call)
        const ascending = nullsFirst(orderOf(type.element) as Order)
        const apply = (list: Items, isAscending = true): Items =>
          isAscending ? list.toSorted(ascending) : list.toSorted((a, b) => ascending(b, a))
        return { type, scalar: { name: 'sort_array', nulls: 'strict', apply: apply as Scalar['apply'] } }
      },
    },
  ]
}

function nullsFirst(order: Order): Order {
  return (a, b) => (a === null || b === null ? Number(a !== null) - Number(b !== null) : order(a, b))
}

/** A struct of each place; a shorter array has NULLs there. */
function zip(call: Call, context: Context): Node {
  const arrays = call.args.map((arg) => argument(arg, array, context, call.name))
  const fields: Schema = arrays.map((each, i) => ({
    name: call.aliases?.[i] ?? nameOf(call.args[i] as Syntax) ?? String(i),
    type: elementType(each),
  }))
  const apply = (...lists: readonly Items[]): Value => {
    const length = lists.reduce((longest, list) => Math.max(longest, list.length), 0)
    return Array.from({ length }, (_, i) => lists.map((list) => list[i] ?? null))
  }
  const scalar: Scalar = { name: 'arrays_zip', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return scalarNode(scalar, arrays, { kind: 'array', element: { kind: 'struct', fields } })
}
