// A data type as text that reads as it: names of fields are quoted where they must be.

import { type DataType, typeName } from '../../types.ts'

export function typeText(type: DataType): string {
  switch (type.kind) {
    case 'array':
      return `array<${typeText(type.element)}>`
    case 'map':
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map((field) => `${fieldName(field.name)}: ${typeText(field.type)}`).join(', ')}>`
    default:
      return typeName(type)
  }
}

/** Keywords are names there. */
function fieldName(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}
