// What a variant says: its numbers, and its text as a string.

import { Tag, type Variant } from '../column.ts'

/** A string as it is, everything else as its JSON text. */
export function variantToString(variant: Variant): string {
  return variant.text
}

/** The name of a variant's JSON type, for messages. */
export function jsonTypeName(tag: Tag): string {
  switch (tag) {
    case Tag.NULL:
      return 'null'
    case Tag.STRING:
      return 'string'
    case Tag.NUMBER:
      return 'number'
    case Tag.TRUE:
    case Tag.FALSE:
      return 'boolean'
    case Tag.OBJECT:
      return 'object'
    case Tag.ARRAY:
      return 'array'
    default:
      return tag satisfies never
  }
}
