// Functions that look into arrays. Places count from 1, but those of `get` from 0.

import type { Value } from '../../column.ts'
import { BIGINT, BOOLEAN, type DataType, INT, STRING, typeName } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context, Operand } from '../analysis/context.ts'
import {
  arrayAndValue,
  asArray,
  asMap,
  comparable,
  elementType,
  type MapOperand,
  tightestType,
  twoArrays,
  withoutStrings,
} from '../analysis/elements.ts'
import { operand } from '../analysis/operand.ts'
import { mapItem } from '../runtime/access.ts'
import { type KeyOf, keyOf } from '../runtime/element-key.ts'
import { type Order, orderOf } from '../runtime/order.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Call, type Entry, named, strict } from './definition.ts'
import { array, arrayOrMap, int, type Parameter, text } from './parameters.ts'

type Items = readonly Value[]

/** The fault of a place that is 0. */
export function placeZero(): RowFault {
  return new RowFault(
    'E_ARRAY_INDEX',
    'the first element has the place 1, and there is no place 0',
    'INVALID_INDEX_OF_ZERO',
  )
}

export function arrayFunctions(): readonly Entry[] {
  const length = (items: Items) => items.length
  return [
    strict('array_size', [array], INT, length),
    ...named(['size', 'cardinality'], sizeEntry()),
    ['array_contains', { least: 2, most: 2, analyse: contains }],
    ['array_position', { least: 2, most: 2, analyse: position }],
    ['arrays_overlap', { least: 2, most: 2, analyse: overlap }],
    extremeEntry('array_max', 1),
    extremeEntry('array_min', -1),
    ['element_at', { least: 2, most: 2, analyse: (call, context) => elementAt(call, context, false) }],
    ['try_element_at', { least: 2, most: 2, analyse: (call, context) => elementAt(call, context, true) }],
    getEntry(),
    sliceEntry(),
    joinEntry(),
  ]
}

function sizeEntry(): Entry {
  const apply = (value: Value) => (Array.isArray(value) ? value.length : (value as ReadonlyMap<Value, Value>).size)
  const scalar: Scalar = { name: 'size', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return ['size', { parameters: [arrayOrMap], resolve: () => ({ type: INT, scalar }) }]
}

/** NULL where no element is equal but one is NULL. */
function contains(call: Call, context: Context): Node {
  const { array: items, value, element, isNull } = arrayAndValue(call, context, 1, withoutStrings)
  if (isNull)
    throw mismatch('array_contains wants a value, and NULL is equal to none', call, 'write `exists(a, x -> x IS NULL)`')
  comparable(element, call)
  const order = orderOf(element) as Order
  const apply = (list: Items, wanted: Value): boolean | null => {
    let missing: boolean | null = false
    for (const item of list) {
      if (item === null) missing = null
      else if (order(item, wanted) === 0) return true
    }
    return missing
  }
  return strictNode('array_contains', apply as Scalar['apply'], [items, value], BOOLEAN)
}

/** 0 where no element is equal. */
function position(call: Call, context: Context): Node {
  const { array: items, value, element } = arrayAndValue(call, context)
  comparable(element, call)
  const order = orderOf(element) as Order
  const apply = (list: Items, wanted: Value) =>
    BigInt(list.findIndex((item) => item !== null && order(item, wanted) === 0) + 1)
  return strictNode('array_position', apply as Scalar['apply'], [items, value], BIGINT)
}

/** NULL where no element is common, both have elements and one has a NULL. */
function overlap(call: Call, context: Context): Node {
  const [left, right, element] = twoArrays(call, context)
  comparable(element, call)
  const key = keyOf(element) as KeyOf
  const apply = (a: Items, b: Items): boolean | null => {
    if (a.length === 0 || b.length === 0) return false
    const seen = new Set(a.map((item) => (item === null ? null : key(item))))
    if (b.some((item) => item !== null && seen.has(key(item)))) return true
    return seen.has(null) || b.includes(null) ? null : false
  }
  return strictNode('arrays_overlap', apply as Scalar['apply'], [left, right], BOOLEAN)
}

function strictNode(name: string, apply: Scalar['apply'], args: readonly Node[], type: DataType): Node {
  return scalarNode({ name, nulls: 'strict', apply }, args, type)
}

/** NULLs do not count. */
function extremeEntry(name: string, sign: 1 | -1): Entry {
  return [
    name,
    {
      parameters: [array],
      resolve([items], _, call) {
        const element = elementType(items)
        comparable(element, call)
        const order = orderOf(element) as Order
        const better = (best: Value, item: Value) =>
          item === null || (best !== null && order(item, best) * sign <= 0) ? best : item
        const apply = (list: Items) => list.reduce(better, null)
        return { type: element, scalar: { name, nulls: 'strict', apply: apply as Scalar['apply'] } }
      },
    },
  ]
}

/** Of an array by its place, from its end where it is negative; of a map by its key. */
function elementAt(call: Call, context: Context, lenient: boolean): Node {
  const [held, key] = call.args.map((arg) => operand(arg, context)) as [Operand, Operand]
  const { type } = held.node
  const isMap = type.kind === 'map' || (type.kind === 'variant' && key.node.type.kind === 'string')
  return isMap ? valueOf(asMap(held, context, call.name), key, context) : itemAt(held, key, lenient, call, context)
}

function valueOf({ node, syntax, map }: MapOperand, key: Operand, context: Context): Node {
  const type = tightestType(map.key, key.node.type)
  if (type === undefined)
    throw mismatch(`the keys are ${typeName(map.key)}, and this is ${typeName(key.node.type)}`, key.syntax)
  const entries = implicitCast(node, { ...map, key: type }, context, syntax)
  return scalarNode(mapItem(type), [entries, implicitCast(key.node, type, context, key.syntax)], map.value)
}

function itemAt(held: Operand, place: Operand, lenient: boolean, call: Call, context: Context): Node {
  const items = asArray(held, context, call.name)
  const { type } = place.node
  if (!['tinyint', 'smallint', 'int', 'variant'].includes(type.kind))
    throw mismatch(`${call.name} wants int here, and this is ${typeName(type)}`, place.syntax, 'write CAST(n AS int)')
  const args = [items.node, implicitCast(place.node, INT, context, place.syntax)]
  return strictNode(call.name, atPlace(lenient), args, items.element)
}

function atPlace(lenient: boolean): Scalar['apply'] {
  return (list, place) => {
    const items = list as Items
    const at = place as number
    if (at === 0) throw placeZero()
    if (Math.abs(at) <= items.length) return items[at > 0 ? at - 1 : items.length + at] ?? null
    if (lenient) return null
    throw new RowFault(
      'E_ARRAY_INDEX',
      `place ${at} is outside an array of ${items.length} elements`,
      'INVALID_ARRAY_INDEX_IN_ELEMENT_AT',
    )
  }
}

/** `a[i]`, but NULL outside of the array. */
function getEntry(): Entry {
  const apply = (items: Items, index: number | bigint) => items[Number(index)] ?? null
  return [
    'get',
    {
      parameters: [array, int],
      resolve: ([items]) => ({
        type: elementType(items),
        scalar: { name: 'get', nulls: 'strict', total: true, apply: apply as Scalar['apply'] },
      }),
    },
  ]
}

/** From the place `start`, which counts from the end where it is negative, at most `length` elements. */
function sliceEntry(): Entry {
  const apply = (items: Items, start: number, length: number): Items => {
    if (start === 0)
      throw new RowFault(
        'E_ARRAY_INDEX',
        'slice begins at a place from 1 on, or before 0 from the end',
        'INVALID_PARAMETER_VALUE.START',
      )
    if (length < 0)
      throw new RowFault(
        'E_ARRAY_INDEX',
        `slice wants a length of 0 or more, not ${length}`,
        'INVALID_PARAMETER_VALUE.LENGTH',
      )
    const from = start > 0 ? start - 1 : items.length + start
    return from < 0 ? [] : items.slice(from, from + length)
  }
  return [
    'slice',
    {
      parameters: [array, int, int],
      resolve: ([items]) => ({
        type: items?.type as DataType,
        scalar: { name: 'slice', nulls: 'strict', apply: apply as Scalar['apply'] },
      }),
    },
  ]
}

/** Without the NULLs, or with a text for each. */
function joinEntry(): Entry {
  const apply = (items: Items, separator: string, forNull?: string): string => {
    const texts = forNull === undefined ? items.filter((item) => item !== null) : items.map((item) => item ?? forNull)
    const separators = Math.max(0, texts.length - 1) * separator.length
    boundedLength(texts.reduce<number>((sum, item) => sum + (item as string).length, separators))
    return texts.join(separator)
  }
  const scalar: Scalar = { name: 'array_join', nulls: 'strict', apply: apply as Scalar['apply'] }
  return ['array_join', { parameters: [texts, text, text], optional: 1, resolve: () => ({ type: STRING, scalar }) }]
}

/** Elements of every type that is not nested become texts. */
const texts: Parameter = {
  wants: 'array<string>',
  accepts(from) {
    const element = from.kind === 'array' ? from.element.kind : from.kind
    const isNested = element === 'array' || element === 'map' || element === 'struct'
    const isTaken = from.kind === 'array' || from.kind === 'variant' || from.kind === 'void'
    return isTaken && !isNested ? { kind: 'array', element: STRING } : undefined
  },
}
