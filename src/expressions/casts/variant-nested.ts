// Variants → arrays, maps and structs: what a JSON array or object holds, each part cast on its own.

import { Tag, type Value, type Variant } from '../../column.ts'
import { type DataType, STRING, typeName, VARIANT } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { jsonTypeName } from '../../values/variant-text.ts'
import { jsonItems, jsonMembers } from '../runtime/json-access.ts'

type Convert = (value: Value) => Value

/**
 * Undefined where `to` is not nested, or a part of it cannot be had from a variant. `partCast` casts a variant. A field
 * of a struct that the object lacks is NULL; members that the struct lacks are left aside, as Spark's `from_json` does.
 */
export function variantNestedCast(to: DataType, partCast: (to: DataType) => Convert | undefined): Convert | undefined {
  const part = (type: DataType): Convert | undefined => {
    const convert = type.kind === VARIANT.kind ? (value: Value) => value : partCast(type)
    return convert && ((value) => (value === null ? null : convert(value)))
  }
  switch (to.kind) {
    case 'array': {
      const element = part(to.element)
      return element && ((value) => jsonItems(typed(value, Tag.ARRAY, to)).map(element))
    }
    case 'map': {
      const item = part(to.value)
      if (to.key.kind !== STRING.kind || item === undefined) return undefined
      return (value) =>
        new Map([...jsonMembers(typed(value, Tag.OBJECT, to))].map(([key, member]) => [key, item(member)]))
    }
    case 'struct': {
      const fields = to.fields.map(({ name, type }) => ({ name, convert: part(type) }))
      if (fields.some(({ convert }) => convert === undefined)) return undefined
      return (value) => {
        const members = jsonMembers(typed(value, Tag.OBJECT, to))
        return fields.map(({ name, convert }) => convert?.(members.get(name) ?? null) ?? null)
      }
    }
    default:
      return undefined
  }
}

function typed(value: Value, tag: Tag, to: DataType): Variant {
  const variant = value as Variant
  if (variant.tag === tag) return variant
  throw new RowFault('E_CAST', `a JSON ${jsonTypeName(variant.tag)} cannot be cast to ${typeName(to)}`)
}
