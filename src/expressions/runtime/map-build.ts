// Maps from entries: no key is NULL, and none is there twice (Spark's `ArrayBasedMapBuilder` with its default policy).

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { keyOf } from './element-key.ts'

export type Entries = Iterable<readonly [key: Value, value: Value]>

/** Throws RowFault where a key is NULL or there twice. */
export function mapBuilder(keyType: DataType): (entries: Entries) => ReadonlyMap<Value, Value> {
  const key = keyOf(keyType) ?? ((value: Value) => value)
  return (entries) => {
    const seen = new Set<unknown>()
    const map = new Map<Value, Value>()
    for (const [each, value] of entries) {
      if (each === null) throw new RowFault('E_MAP_KEY', 'NULL cannot be a key of a map', 'NULL_MAP_KEY')
      const size = seen.size
      if (seen.add(key(each)).size === size)
        throw new RowFault('E_MAP_KEY', 'a key of the map is there twice', 'DUPLICATED_MAP_KEY')
      // Spark keeps no -0 in a key.
      map.set(each === 0 ? 0 : each, value)
    }
    return map
  }
}
