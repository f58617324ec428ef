// Values → strings, as Spark's cast to string writes them.

import { Tag, type Value, type Variant } from '../column.ts'
import type { DataType } from '../types.ts'
import { dateText, timestampParts } from './calendar.ts'
import { decimalText } from './decimal.ts'
import { intervalRenderer } from './interval-text.ts'
import { doubleText, floatText } from './java-number.ts'
import { variantToString } from './variant-text.ts'
import type { Zone } from './zone.ts'

type Render = (value: Value) => string

/** How the bytes of a binary become text. */
export type ReadBytes = (bytes: Uint8Array) => string

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** The function that writes values of a type that are not NULL. To be shown, bytes need not be well-formed UTF-8. */
export function renderer(type: DataType, zone: Zone, readBytes: ReadBytes = (bytes) => lenient.decode(bytes)): Render {
  switch (type.kind) {
    case 'string':
      return (value) => value as string
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return String
    case 'float':
      return (value) => floatText(value as number)
    case 'double':
      return (value) => doubleText(value as number)
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale)
    case 'date':
      return (value) => dateText(value as number)
    case 'timestamp':
      return (value) => timestampText(zone.toLocal(value as number))
    case 'timestamp_ntz':
      return (value) => timestampText(value as number)
    case 'year_month_interval':
    case 'day_time_interval':
    case 'interval':
      return intervalRenderer(type)
    case 'binary':
      return (value) => readBytes(value as Uint8Array)
    case 'variant':
      return (value) => variantToString(value as Variant)
    case 'void':
      return () => 'null'
    case 'array':
    case 'struct':
    case 'map':
      return nestedRenderer(type, zone, readBytes)
    default:
      return type satisfies never
  }
}

/** `2026-01-31 12:30:05.5`: no fraction where it is zero, no trailing zeros in it. */
export function timestampText(localMicros: number): string {
  const { date, time, fraction } = timestampParts(localMicros)
  const digits = fraction.replace(/0+$/, '')
  return digits === '' ? `${date} ${time}` : `${date} ${time}.${digits}`
}

function nestedRenderer(
  type: Extract<DataType, { kind: 'array' | 'struct' | 'map' }>,
  zone: Zone,
  readBytes: ReadBytes,
): Render {
  const item = (itemType: DataType) => {
    // Inside of others, a text is told from a number by its quotes.
    const render = itemType.kind === 'variant' ? variantJson : renderer(itemType, zone, readBytes)
    return (value: Value) => (value === null ? 'null' : render(value))
  }
  switch (type.kind) {
    case 'array': {
      const element = item(type.element)
      return (value) => `[${(value as readonly Value[]).map(element).join(', ')}]`
    }
    case 'struct': {
      const fields = type.fields.map((field) => item(field.type))
      return (value) => `{${(value as readonly Value[]).map((part, i) => fields[i]?.(part)).join(', ')}}`
    }
    case 'map': {
      const [key, entry] = [item(type.key), item(type.value)]
      return (value) =>
        `{${[...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => `${key(k)} -> ${entry(v)}`).join(', ')}}`
    }
    default:
      return type satisfies never
  }
}

function variantJson(value: Value): string {
  const variant = value as Variant
  return variant.tag === Tag.STRING ? JSON.stringify(variant.text) : variantToString(variant)
}
