// Values → variants, which are JSON: what JSON has no type for becomes the string that Spark's to_json writes of it.

import { Tag, type Value, type Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { decimalText } from '../../values/decimal.ts'
import { doubleText, floatText } from '../../values/java-number.ts'
import { renderer, timestampText } from '../../values/to-string.ts'
import { offsetText, type Zone } from '../../values/zone.ts'
import { compareUtf8 } from '../runtime/utf8.ts'

type ToVariant = (value: Value) => Variant

/** `cast`: scalars and arrays of them. `object`: structs and maps from strings too, as `to_variant_object` takes them. */
export type VariantReach = 'cast' | 'object'

/** Of values that are not NULL; undefined where the type has no variants. */
export function variantWriter(type: DataType, zone: Zone, reach: VariantReach): ToVariant | undefined {
  switch (type.kind) {
    case 'variant':
      return (value) => value as Variant
    case 'boolean':
      return (value) => ({ tag: value === true ? Tag.TRUE : Tag.FALSE, text: String(value) })
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return number(String)
    case 'float':
      return double(floatText)
    case 'double':
      return double(doubleText)
    case 'decimal':
      return number((value) => withoutZeros(decimalText(value as bigint, type.scale)))
    case 'string':
    case 'date':
    case 'timestamp_ntz':
      return text(renderer(type, zone))
    case 'timestamp':
      return text((value) => zonedText(value as number, zone))
    case 'binary':
      return text((value) => Buffer.from(value as Uint8Array).toString('base64'))
    case 'array':
    case 'struct':
    case 'map':
      return nestedWriter(type, zone, reach)
    case 'void':
    case 'interval':
    case 'year_month_interval':
    case 'day_time_interval':
      return undefined
    default:
      return type satisfies never
  }
}

function text(write: (value: Value) => string): ToVariant {
  return (value) => ({ tag: Tag.STRING, text: write(value) })
}

function number(write: (value: Value) => string): ToVariant {
  return (value) => ({ tag: Tag.NUMBER, text: write(value) })
}

/** NaN and the infinities are strings. */
function double(write: (value: number) => string): ToVariant {
  return (value) => ({ tag: Number.isFinite(value) ? Tag.NUMBER : Tag.STRING, text: write(value as number) })
}

function withoutZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** `2026-01-31 12:30:05.5+01:00`. */
function zonedText(micros: number, zone: Zone): string {
  const local = zone.toLocal(micros)
  return `${timestampText(local)}${offsetText(local - micros)}`
}

function nestedWriter(
  type: Extract<DataType, { kind: 'array' | 'struct' | 'map' }>,
  zone: Zone,
  reach: VariantReach,
): ToVariant | undefined {
  if (type.kind === 'array') {
    const element = json(variantWriter(type.element, zone, reach))
    return element && ((value) => ({ tag: Tag.ARRAY, text: `[${(value as readonly Value[]).map(element).join(',')}]` }))
  }
  if (reach === 'cast') return undefined
  if (type.kind === 'map') {
    const item = json(variantWriter(type.value, zone, reach))
    if (type.key.kind !== 'string' || item === undefined) return undefined
    return (value) => object([...(value as ReadonlyMap<string, Value>)].map(([key, part]) => [key, item(part)]))
  }
  const fields: (readonly [string, (value: Value) => string])[] = []
  for (const { name, type: fieldType } of type.fields) {
    const write = json(variantWriter(fieldType, zone, reach))
    if (write === undefined) return undefined
    fields.push([name, write])
  }
  return (value) => object(fields.map(([name, write], i) => [name, write((value as readonly Value[])[i] ?? null)]))
}

/** Members in the order of their names, as Spark's variants keep them. */
function object(members: readonly (readonly [name: string, json: string])[]): Variant {
  const sorted = members.toSorted(([a], [b]) => compareUtf8(a, b))
  return { tag: Tag.OBJECT, text: `{${sorted.map(([name, part]) => `${JSON.stringify(name)}:${part}`).join(',')}}` }
}

function json(write: ToVariant | undefined): ((value: Value) => string) | undefined {
  if (write === undefined) return undefined
  return (value) => {
    if (value === null) return 'null'
    const variant = write(value)
    return variant.tag === Tag.STRING ? JSON.stringify(variant.text) : variant.text
  }
}
