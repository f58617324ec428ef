// Casts of arrays, maps and structs: part by part, fields by their position.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'

type Convert = (value: Value) => Value

/** `partCast` casts what stands inside; undefined where there is no such cast. */
export function nestedCast(
  from: DataType,
  to: DataType,
  partCast: (from: DataType, to: DataType) => Convert | undefined,
): Convert | undefined {
  if (from.kind === 'array' && to.kind === 'array') {
    const element = nullable(partCast(from.element, to.element))
    return element && ((value) => (value as readonly Value[]).map(element))
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const key = partCast(from.key, to.key)
    const entry = nullable(partCast(from.value, to.value))
    if (key === undefined || entry === undefined) return undefined
    return (value) => new Map([...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [key(k), entry(v)]))
  }
  if (from.kind !== 'struct' || to.kind !== 'struct' || from.fields.length !== to.fields.length) return undefined
  const fields: Convert[] = []
  for (const [i, field] of from.fields.entries()) {
    const convert = nullable(partCast(field.type, to.fields[i]?.type as DataType))
    if (convert === undefined) return undefined
    fields.push(convert)
  }
  return (value) => (value as readonly Value[]).map((part, i) => (fields[i] as Convert)(part))
}

function nullable(convert: Convert | undefined): Convert | undefined {
  return convert && ((value) => (value === null ? null : convert(value)))
}
