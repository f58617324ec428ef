// map_filter, transform_keys, transform_values and map_zip_with over columns.

import { type Column, type Frame, type Selection, type Value, valueAt } from '../../column.ts'
import type { DataType } from '../../types.ts'
import type { HigherOrder } from '../typed.ts'
import { columnFrom } from './array-forms.ts'
import { builder } from './builder.ts'
import { rejectFault } from './call.ts'
import { keyOf } from './element-key.ts'
import { refuseFaults } from './higher-order.ts'
import { mapBuilder } from './map-build.ts'

type Entried = ReadonlyMap<Value, Value>
type MapType = Extract<DataType, { kind: 'map' }>

interface Entries {
  readonly keys: readonly Value[]
  readonly values: readonly Value[]
  /** For each entry the row of its map. */
  readonly origins: Int32Array
}

function entriesOf(maps: Column, { rows, count }: Selection): Entries {
  const keys: Value[] = []
  const values: Value[] = []
  const origins: number[] = []
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    for (const [key, value] of valueAt(maps, row) as Entried) {
      keys.push(key)
      values.push(value)
      origins.push(row)
    }
  }
  return { keys, values, origins: Int32Array.from(origins) }
}

/** What the entries of a row become; `result` is that of the lambda for an entry. */
type Keep = (key: Value, value: Value, result: Value) => readonly [Value, Value] | undefined

export const mapFilterForm = entryForm('map_filter', (key, value, result) =>
  result === true ? [key, value] : undefined,
)
export const transformValuesForm = entryForm('transform_values', (key, _, result) => [key, result])
export const transformKeysForm = entryForm('transform_keys', (_, value, result) => [result, value])

function entryForm(name: string, keep: Keep): HigherOrder {
  return {
    name,
    strictArgs: 1,
    apply({ args: [maps], lambda, type, frame, selection }) {
      const from = (maps as Column).type as MapType
      const { keys, values, origins } = entriesOf(maps as Column, selection)
      const called = lambda([columnFrom(from.key, keys), columnFrom(from.value, values)], origins, frame)
      refuseFaults(called, origins, frame)
      const refused = new Set([...called.faults.keys()].map((call) => origins[call]))
      let at = 0
      return mapsOf(type as MapType, frame, selection, (row) => {
        const entries: (readonly [Value, Value])[] = []
        for (; origins[at] === row; at++) {
          const entry = keep(keys[at] as Value, values[at] as Value, valueAt(called.results, at))
          if (entry !== undefined) entries.push(entry)
        }
        return refused.has(row) ? undefined : entries
      })
    },
  }
}

/** A map for each row, of the entries that it has; undefined: its record is refused already. */
function mapsOf(
  type: MapType,
  frame: Frame,
  { rows, count }: Selection,
  entries: (row: number) => Iterable<readonly [Value, Value]> | undefined,
): Column {
  const out = builder(type, frame.length)
  const build = mapBuilder(type.key)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    const of = entries(row)
    try {
      if (of !== undefined) out.set(row, build(of))
    } catch (fault) {
      rejectFault(fault, frame, row)
    }
  }
  return out.finish()
}

/** The keys of both maps, those of the first one first; NULL stands for the value of a map that lacks the key. */
export const mapZipForm: HigherOrder = {
  name: 'map_zip_with',
  strictArgs: 2,
  apply({ args, lambda, type, frame, selection }) {
    const [left, right] = args as readonly [Column, Column]
    const [first, second] = [left.type as MapType, right.type as MapType]
    const keys: Value[] = []
    const pairs: [Value[], Value[]] = [[], []]
    const origins: number[] = []
    for (let k = 0; k < selection.count; k++) {
      const row = selection.rows[k] as number
      for (const [key, a, b] of zipped(valueAt(left, row) as Entried, valueAt(right, row) as Entried, first.key)) {
        keys.push(key)
        pairs[0].push(a)
        pairs[1].push(b)
        origins.push(row)
      }
    }
    const from = Int32Array.from(origins)
    const columns = [columnFrom(first.key, keys), columnFrom(first.value, pairs[0]), columnFrom(second.value, pairs[1])]
    const called = lambda(columns, from, frame)
    refuseFaults(called, from, frame)
    let at = 0
    return mapsOf(type as MapType, frame, selection, (row) => {
      const entries: (readonly [Value, Value])[] = []
      for (; from[at] === row; at++) entries.push([keys[at] as Value, valueAt(called.results, at)])
      return entries
    })
  },
}

function zipped(a: Entried, b: Entried, type: DataType): Iterable<readonly [Value, Value, Value]> {
  const key = keyOf(type) ?? ((value: Value) => value)
  const all = new Map<unknown, [Value, Value, Value]>()
  for (const [each, value] of a) all.set(key(each), [each, value, null])
  for (const [each, value] of b) {
    const known = all.get(key(each))
    if (known === undefined) all.set(key(each), [each, null, value])
    else known[2] = value
  }
  return all.values()
}
