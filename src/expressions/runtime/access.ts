// Parts of nested values.

import type { Value, Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Scalar } from '../typed.ts'
import { jsonItem, jsonMember } from './json-access.ts'
import { orderOf } from './order.ts'

export function structField(index: number): Scalar {
  return { name: 'field', nulls: 'strict', total: true, apply: (struct) => (struct as readonly Value[])[index] ?? null }
}

/** Of an array of structs; of a struct that is NULL it is NULL. */
export function fieldOfEach(index: number): Scalar {
  const field = (struct: Value) => (struct === null ? null : ((struct as readonly Value[])[index] ?? null))
  return { name: 'field', nulls: 'strict', total: true, apply: (structs) => (structs as readonly Value[]).map(field) }
}

/** The value of the last header of a name, as `Headers.lastHeader` of Kafka's clients; NULL where there is none. */
export function lastHeader(name: string): Scalar {
  return {
    name: 'header',
    nulls: 'strict',
    total: true,
    apply(headers) {
      const list = headers as readonly (readonly [key: string, value: Uint8Array | null])[]
      return list.findLast(([key]) => key === name)?.[1] ?? null
    },
  }
}

/** Outside the array is an error, as in Spark. */
export function arrayItem(): Scalar {
  return {
    name: 'item',
    nulls: 'strict',
    apply(array, index) {
      const items = array as readonly Value[]
      const at = Number(index)
      if (at < 0 || at >= items.length)
        throw new RowFault('E_ARRAY_INDEX', `index ${at} is outside an array of ${items.length} elements`)
      return items[at] ?? null
    },
  }
}

/** A key that is not there gives NULL. */
export function mapItem(keyType: DataType): Scalar {
  const order = orderOf(keyType)
  return {
    name: 'item',
    nulls: 'strict',
    total: true,
    apply(map, key) {
      const entries = map as ReadonlyMap<Value, Value>
      const direct = entries.get(key ?? null)
      if (direct !== undefined || order === undefined) return direct ?? null
      for (const [candidate, value] of entries)
        if (candidate !== null && order(candidate, key ?? null) === 0) return value
      return null
    },
  }
}

/** A field that is not there, or of what is no object, is NULL. */
export function variantField(name: string): Scalar {
  return { name: 'field', nulls: 'strict', total: true, apply: (variant) => jsonMember(variant as Variant, name) }
}

export function variantItem(index: number): Scalar {
  return { name: 'item', nulls: 'strict', total: true, apply: (variant) => jsonItem(variant as Variant, index) }
}
