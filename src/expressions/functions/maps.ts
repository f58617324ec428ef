// Functions of maps. A key is never NULL and never there twice: what would make such a map is a record error.

import type { Value } from '../../column.ts'
import { BOOLEAN, type DataType, STRING, typeName, VARIANT } from '../../types.ts'
import { boundedCount } from '../../values/collection-limit.ts'
import { RowFault } from '../../values/row-fault.ts'
import { implicitCast, mismatch, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { elementType, type MapType, mapOperand, tightestType } from '../analysis/elements.ts'
import { common, operand } from '../analysis/operand.ts'
import { ExpressionError } from '../error.ts'
import { type KeyOf, keyOf } from '../runtime/element-key.ts'
import { type Entries, mapBuilder } from '../runtime/map-build.ts'
import type { Span, Syntax } from '../syntax/tree.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Call, Entry } from './definition.ts'
import { array, exactText, map, type Parameter } from './parameters.ts'
import { remembering, splitter } from './split.ts'

type Items = readonly Value[]
type Entried = ReadonlyMap<Value, Value>

const MANY = Number.POSITIVE_INFINITY

export function mapFunctions(): readonly Entry[] {
  return [
    ['map', { least: 0, most: MANY, analyse: makeMap }],
    ['map_concat', { least: 0, most: MANY, analyse: concat }],
    ['map_contains_key', { least: 2, most: 2, analyse: containsKey }],
    ofMap(
      'map_keys',
      ({ key }) => key,
      (entries) => [...entries.keys()],
    ),
    ofMap(
      'map_values',
      ({ value }) => value,
      (entries) => [...entries.values()],
    ),
    ofMap('map_entries', entryType, (entries) => [...entries]),
    fromArraysEntry(),
    fromEntriesEntry(),
    stringToMapEntry(),
  ]
}

/** A map as a key would have no equal. */
export function refuseMapKey(key: DataType, at: Span): void {
  if (keyOf(key) === undefined) throw mismatch(`a key of a map cannot be ${typeName(key)}`, at)
}

function entryType({ key, value }: MapType): DataType {
  return {
    kind: 'struct',
    fields: [
      { name: 'key', type: key },
      { name: 'value', type: value },
    ],
  }
}

/** map(key, value, …). */
function makeMap(call: Call, context: Context): Node {
  if (call.args.length % 2 === 1)
    throw new ExpressionError('E_ARITY', 'map takes a key and a value for each entry', call)
  const operands = call.args.map((arg) => operand(arg, context))
  const [keys, values] = [0, 1].map((side) => operands.filter((_, i) => i % 2 === side)) as [
    typeof operands,
    typeof operands,
  ]
  const [key, value] = [common(keys), common(values)]
  refuseMapKey(key, call)
  const build = mapBuilder(key)
  const scalar: Scalar = { name: 'map', nulls: 'called', apply: (...items) => build(pairs(items)) }
  const args = operands.map(({ node, syntax }, i) => implicitCast(node, i % 2 === 0 ? key : value, context, syntax))
  return scalarNode(scalar, args, { kind: 'map', key, value })
}

function* pairs(items: Items): Entries {
  for (let i = 0; i < items.length; i += 2) yield [items[i] as Value, items[i + 1] as Value]
}

function concat(call: Call, context: Context): Node {
  const maps = call.args.map((arg) => mapOperand(arg, context, call.name))
  let type: DataType = maps[0]?.map ?? { kind: 'map', key: STRING, value: STRING }
  for (const next of maps) {
    const wider = tightestType(type, next.map)
    if (wider === undefined)
      throw mismatch(`map_concat wants maps of one type, not ${typeName(type)} and ${typeName(next.map)}`, next.syntax)
    type = wider
  }
  const build = mapBuilder((type as MapType).key)
  const apply = (...all: readonly Entried[]): Value => {
    boundedCount(all.reduce((sum, { size }) => sum + size, 0))
    return build(all.flatMap((entries) => [...entries]))
  }
  const nodes = maps.map(({ node, syntax }) => implicitCast(node, type, context, syntax))
  return scalarNode({ name: 'map_concat', nulls: 'strict', apply: apply as Scalar['apply'] }, nodes, type)
}

function containsKey(call: Call, context: Context): Node {
  const held = mapOperand(call.args[0] as Syntax, context, call.name)
  const wanted = operand(call.args[1] as Syntax, context)
  const key = tightestType(held.map.key, wanted.node.type)
  if (key === undefined || wanted.node.type.kind === 'void')
    throw mismatch(`the keys are ${typeName(held.map.key)}, and this is ${typeName(wanted.node.type)}`, wanted.syntax)
  const test = keyOf(key) as KeyOf
  const apply = (entries: Entried, value: Value): boolean => {
    if (entries.has(value)) return true
    const searched = test(value)
    return typeof value === 'object' && [...entries.keys()].some((each) => test(each) === searched)
  }
  const args = [
    implicitCast(held.node, { ...held.map, key }, context, held.syntax),
    implicitCast(wanted.node, key, context, wanted.syntax),
  ]
  return scalarNode({ name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }, args, BOOLEAN)
}

/** A function from a map to an array. */
function ofMap(name: string, element: (type: MapType) => DataType, items: (entries: Entried) => Items): Entry {
  const scalar: Scalar = { name, nulls: 'strict', total: true, apply: items as Scalar['apply'] }
  return [
    name,
    {
      parameters: [map],
      resolve: ([entries]) => ({ type: { kind: 'array', element: element(entries?.type as MapType) }, scalar }),
    },
  ]
}

function fromArraysEntry(): Entry {
  return [
    'map_from_arrays',
    {
      parameters: [array, array],
      resolve(args, _, call) {
        const [key, value] = args.map(elementType) as [DataType, DataType]
        refuseMapKey(key, call)
        const build = mapBuilder(key)
        const apply = (keys: Items, values: Items): Value => {
          if (keys.length !== values.length)
            throw new RowFault(
              'E_MAP_KEY',
              `map_from_arrays wants as many keys as values, not ${keys.length} and ${values.length}`,
              '_LEGACY_ERROR_TEMP_2128',
            )
          return build(keys.map((each, i) => [each, values[i] as Value]))
        }
        return {
          type: { kind: 'map', key, value },
          scalar: { name: 'map_from_arrays', nulls: 'strict', apply: apply as Scalar['apply'] },
        }
      },
    },
  ]
}

/** NULL where an entry is. */
function fromEntriesEntry(): Entry {
  return [
    'map_from_entries',
    {
      parameters: [entries],
      resolve([items], _, call) {
        const element = elementType(items)
        const [key, value] = element.kind === 'struct' ? element.fields.map(({ type }) => type) : []
        if (key === undefined || value === undefined)
          throw mismatch('map_from_entries wants structs of two fields', call)
        refuseMapKey(key, call)
        const build = mapBuilder(key)
        const apply = (list: readonly ([Value, Value] | null)[]): Value =>
          list.includes(null) ? null : build(list as readonly [Value, Value][])
        return {
          type: { kind: 'map', key, value },
          scalar: { name: 'map_from_entries', nulls: 'strict', apply: apply as Scalar['apply'] },
        }
      },
    },
  ]
}

const entries: Parameter = {
  wants: 'an array of structs of two fields',
  accepts(from) {
    const isTaken = from.kind === 'array' && from.element.kind === 'struct' && from.element.fields.length === 2
    return isTaken ? from : from.kind === 'variant' ? ENTRIES_OF_VARIANT : undefined
  },
}

const ENTRIES_OF_VARIANT: DataType = {
  kind: 'array',
  element: {
    kind: 'struct',
    fields: [
      { name: 'key', type: STRING },
      { name: 'value', type: VARIANT },
    ],
  },
}

/** str_to_map(text[, regex between entries[, regex between key and value]]). */
function stringToMapEntry(): Entry {
  return [
    'str_to_map',
    {
      parameters: [exactText, exactText, exactText],
      optional: 2,
      resolve([, entryRegex, valueRegex]) {
        const [split, cut] = [splitting(entryRegex), splitting(valueRegex)]
        const build = mapBuilder(STRING)
        const apply = (value: string, between = ',', inside = ':'): Value =>
          build(
            split(between)(value, -1).map((entry) => {
              const [key = '', ...rest] = cut(inside)(entry, 2)
              return [key, rest[0] ?? null]
            }),
          )
        return {
          type: { kind: 'map', key: STRING, value: STRING },
          scalar: { name: 'str_to_map', nulls: 'strict', apply: apply as Scalar['apply'] },
        }
      },
    },
  ]
}

/** Texts cut up by a regex: a literal one is compiled at once. */
function splitting(pattern: Node | undefined): ReturnType<typeof remembering> {
  const split = remembering(splitter)
  if (pattern?.kind === 'literal' && typeof pattern.value === 'string') split(pattern.value)
  return split
}
