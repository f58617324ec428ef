// What tells equal values from others in a Set or a Map: NaN = NaN, -0 = 0, and nested values by their parts.

import { Tag, type Value, type Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { numberKey } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { jsonTypeName } from '../../values/variant-text.ts'

/** Two keys are the same to a Set exactly where their values, neither of them NULL, are equal. */
export type KeyOf = (value: Value) => unknown

/** Undefined where values of the type cannot be compared. */
export function keyOf(type: DataType): KeyOf | undefined {
  switch (type.kind) {
    case 'map':
      return undefined
    case 'binary':
      return (value) => bytesKey(value as Uint8Array)
    case 'variant':
      return (value) => variantKey(value as Variant)
    case 'array': {
      const element = keyOf(type.element)
      return element && ((value) => joined(value as readonly Value[], () => element))
    }
    case 'struct': {
      const fields = type.fields.map((field) => keyOf(field.type))
      if (fields.includes(undefined)) return undefined
      return (value) => joined(value as readonly Value[], (i) => fields[i] as KeyOf)
    }
    default:
      return (value) => value
  }
}

function bytesKey({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1')
}

/** Each part behind its length, so that no two lists have one text. */
function joined(parts: readonly Value[], of: (i: number) => KeyOf): string {
  return parts
    .map((part, i) => {
      if (part === null) return '-'
      const text = String(of(i)(part))
      return `${text.length}:${text}`
    })
    .join('')
}

/** By JSON type and value. Objects and arrays are refused, as by every comparison of variants. */
function variantKey({ tag, text }: Variant): string {
  switch (tag) {
    case Tag.OBJECT:
    case Tag.ARRAY:
      throw new RowFault('E_TYPE', `JSON ${jsonTypeName(tag)}s cannot be compared; cast them to string`)
    case Tag.NUMBER:
      return `n${numberKey(text)}`
    default:
      return tag === Tag.STRING ? `s${text}` : text
  }
}
