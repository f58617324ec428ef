// How much memory values take that are kept.

import type { Value } from './column.ts'

/**
 * About how many bytes of memory a value takes in an array that keeps it: V8's header, slot and slack included. Text
 * beyond Latin-1 takes up to twice as much.
 */
export function keptBytes(value: Value): number {
  switch (typeof value) {
    case 'string':
      return 32 + value.length
    case 'object':
      return value === null ? 8 : keptObjectBytes(value)
    default:
      return 32
  }
}

function keptObjectBytes(value: Exclude<Value, null | boolean | number | bigint | string>): number {
  if (value instanceof Uint8Array) return 128 + value.length
  if (value instanceof Map) {
    let bytes = 128
    for (const [key, item] of value as ReadonlyMap<Value, Value>) bytes += 32 + keptBytes(key) + keptBytes(item)
    return bytes
  }
  if ('tag' in value) return 80 + value.text.length
  if ('months' in value) return 96
  let bytes = 64
  for (const item of value as readonly Value[]) bytes += keptBytes(item)
  return bytes
}
