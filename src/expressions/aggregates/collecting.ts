// collect_list, collect_set and listagg: results that hold what their rows had.

import type { Value } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import { type DataType, STRING, typeName } from '../../types.ts'
import { canonicalKey } from '../../values/canonical-key.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import { ExpressionError } from '../error.ts'
import { any, binary, text, textOrBinary } from '../functions/parameters.ts'
import { canonical } from '../syntax/canonical.ts'
import type { Node } from '../typed.ts'
import {
  type AggregateCall,
  type AggregateDefinition,
  type AggregateEntry,
  argumentOf,
  constantOf,
  ofStates,
  ordered,
  WHEN_READING,
} from './definition.ts'
import { normal } from './distinct.ts'
import { type RowOrder, sortKeys } from './sort.ts'
import type { StateFunction } from './states.ts'

export function collecting(): readonly AggregateEntry[] {
  return [
    ['collect_list', collectList],
    ['array_agg', collectList],
    ['collect_set', collectSet],
    ['listagg', listagg],
    ['string_agg', listagg],
  ]
}

const merge = { instead: WHEN_READING }

const collectList: AggregateDefinition = {
  least: 1,
  most: 1,
  takesNulls: true,
  resolve(call) {
    ordered(call)
    const node = argumentOf(call, 0, any)
    return ofStates(call, [node], arrayOf(node), merge, listOf(call.call.ignoreNulls ?? true))
  },
}

function arrayOf({ type }: Node): DataType {
  return { kind: 'array', element: type }
}

function listOf(ignoresNulls: boolean): StateFunction<Value[]> {
  return {
    stateBytes: 64,
    empty: () => [],
    add(list, [value = null]) {
      if (value === null && ignoresNulls) return 0
      list.push(value)
      return keptBytes(value)
    },
    merge: (list, other) => append(list, other, keptBytes),
    result: (list) => list,
  }
}

/** Gives the bytes of what was appended. */
function append<Item>(list: Item[], other: readonly Item[], bytesOf: (item: Item) => number): number {
  let bytes = 0
  for (const item of other) {
    list.push(item)
    bytes += bytesOf(item)
  }
  return bytes
}

/** Values are compared as keys are; they stand in the order in which they were first met. */
const collectSet: AggregateDefinition = {
  least: 1,
  most: 1,
  takesNulls: true,
  distinct: 'idle',
  resolve(call) {
    ordered(call)
    const node = argumentOf(call, 0, any)
    if (hasMap(node.type)) throw mismatch('collect_set takes no maps: they cannot be compared', call.call)
    return ofStates(call, [node], arrayOf(node), merge, setOf(call.call.ignoreNulls ?? true))
  },
}

function hasMap(type: DataType): boolean {
  if (type.kind === 'array') return hasMap(type.element)
  return type.kind === 'map' || (type.kind === 'struct' && type.fields.some((field) => hasMap(field.type)))
}

const SET_ENTRY_BYTES = 64

function setOf(ignoresNulls: boolean): StateFunction<Map<Value, Value>> {
  const keep = (set: Map<Value, Value>, value: Value): number => {
    if (value === null && ignoresNulls) return 0
    const isPlain = value === null || typeof value !== 'object'
    const key = isPlain ? value : canonicalKey([value])
    if (set.has(key)) return 0
    set.set(key, normal(value))
    return SET_ENTRY_BYTES + keptBytes(value) + (isPlain ? 0 : keptBytes(key))
  }
  return {
    stateBytes: 128,
    empty: () => new Map(),
    add: (set, [value = null]) => keep(set, value),
    merge(set, other) {
      let bytes = 0
      for (const value of other.values()) bytes += keep(set, value)
      return bytes
    },
    result: (set) => [...set.values()],
  }
}

const listagg: AggregateDefinition = {
  least: 1,
  most: 2,
  order: 'taken',
  resolve(call) {
    const node = argumentOf(call, 0, textOrBinary)
    const parameter = node.type.kind === 'binary' ? binary : text
    const separator = call.call.args.length > 1 ? constantOf(call, 1, parameter).value : null
    const { keys, compare } = sortKeys(call)
    if (call.call.distinct) checkOrder(call)
    if (compare === null) ordered(call)
    const value = node.type.kind === 'void' ? implicitCast(node, STRING, call.context, call.call) : node
    const join = value.type.kind === 'binary' ? joinBytes(separator) : joinTexts(separator)
    return ofStates(call, [value, ...keys], value.type, merge, joined(compare, join))
  },
}

/** Of equal values one is left, which has no place by another value. */
function checkOrder({ call }: AggregateCall): void {
  const [value] = call.args.map(canonical)
  for (const { expression } of call.orderBy) {
    const text = canonical(expression)
    if (text === value || text === `CAST(${value} AS ${typeName(STRING)})`) continue
    throw new ExpressionError(
      'E_TYPE',
      `${call.name}(DISTINCT ${value}) has an order by ${value} only, not by ${text}`,
      expression,
    )
  }
}

/** The value, then what it is sorted by. */
type Item = readonly Value[]

function joined(compare: RowOrder | null, join: (values: readonly Value[]) => Value): StateFunction<Item[]> {
  const bytesOf = (item: Item): number => {
    let bytes = 64
    for (const value of item) bytes += keptBytes(value)
    return bytes
  }
  return {
    stateBytes: 64,
    empty: () => [],
    add(items, row) {
      if (row[0] === null) return 0
      items.push([...row])
      return bytesOf(row)
    },
    merge: (items, other) => append(items, other, bytesOf),
    result(items) {
      if (items.length === 0) return null
      const sorted = compare === null ? items : items.toSorted(compare)
      return join(sorted.map(([value = null]) => value))
    },
  }
}

function joinTexts(separator: Value): (values: readonly Value[]) => Value {
  const between = (separator ?? '') as string
  return (values) => {
    const length = (values as readonly string[]).reduce((sum, value) => sum + value.length, 0)
    boundedLength(length + between.length * (values.length - 1))
    return values.join(between)
  }
}

function joinBytes(separator: Value): (values: readonly Value[]) => Value {
  const between = (separator ?? new Uint8Array(0)) as Uint8Array
  return (values) => {
    const parts = (values as readonly Uint8Array[]).flatMap((value, i) => (i === 0 ? [value] : [between, value]))
    return Buffer.concat(parts)
  }
}
