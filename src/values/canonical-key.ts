// The canonical text of a key: equal texts, equal keys.

import type { Value } from '../column.ts'

/** Each part has its type and its length, so that different keys have different texts. */
export function canonicalKey(values: readonly Value[]): string {
  return values.map(canonicalPart).join('')
}

function canonicalPart(value: Value): string {
  if (value === null) return 'N;'
  switch (typeof value) {
    case 'boolean':
      return value ? 'T;' : 'F;'
    case 'number':
      return `n${value};`
    case 'bigint':
      return `i${value};`
    case 'string':
      return `s${value.length}:${value}`
    default:
      return canonicalObject(value)
  }
}

function canonicalObject(value: Exclude<Value, null | boolean | number | bigint | string>): string {
  if (value instanceof Uint8Array) return `b${value.length}:${Buffer.from(value).toString('latin1')}`
  if (isMap(value)) {
    const entries = [...value].map(([key, item]) => canonicalPart(key) + canonicalPart(item)).sort()
    return `m${entries.length}:${entries.join('')}`
  }
  if ('tag' in value) return `v${value.tag}:${value.text.length}:${value.text}`
  if ('months' in value) return `c${value.months},${value.days},${value.microseconds};`
  return `a${value.length}:${canonicalKey(value)}`
}

function isMap(value: object): value is ReadonlyMap<Value, Value> {
  return value instanceof Map
}
