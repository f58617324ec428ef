// Values as JSON texts, as Spark's to_json writes them (org.apache.spark.sql.catalyst.json.JacksonGenerator).

import type { Value, Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { dateText, MICROS_PER_DAY, timestampParts } from '../../values/calendar.ts'
import { decimalText } from '../../values/decimal.ts'
import { doubleText, floatText } from '../../values/java-number.ts'
import { renderer } from '../../values/to-string.ts'
import type { Zone } from '../../values/zone.ts'
import { type Compact, compactJson, quoted } from './json-text.ts'

/** The numbers of a variant keep their digits. */
const AS_WRITTEN: Compact = { number: (text) => text, isSorted: false }

type Write = (value: Value) => string

export interface WriteOptions {
  /** Whether a field of a struct that is NULL is written. */
  readonly keepsNulls: boolean
  /** Times are written as a variant becomes a text, not as to_json writes them. */
  readonly isVariant?: boolean
}

/** The text of values that are not NULL; undefined for a type that JSON cannot hold. */
export function jsonWriter(type: DataType, zone: Zone, options: WriteOptions): Write | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return String
    case 'float':
      return (value) => numberText(value as number, floatText)
    case 'double':
      return (value) => numberText(value as number, doubleText)
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale)
    case 'string':
      return (value) => quoted(value as string)
    case 'binary':
      return (value) => quoted(Buffer.from(value as Uint8Array).toString('base64'))
    case 'date':
      return (value) => quoted(dateText(value as number))
    case 'timestamp':
    case 'timestamp_ntz': {
      const at = type.kind === 'timestamp' ? zone : undefined
      if (options.isVariant !== true) return (value) => quoted(isoText(value as number, at))
      const render = renderer(type, zone)
      return (value) => quoted(render(value) + (at === undefined ? '' : plusText(value as number, at)))
    }
    case 'variant':
      return (value) => compactJson(value as Variant, AS_WRITTEN)
    case 'void':
      return () => 'null'
    case 'interval':
    case 'year_month_interval':
    case 'day_time_interval': {
      const render = renderer(type, zone)
      return (value) => quoted(render(value))
    }
    case 'array': {
      const element = jsonWriter(type.element, zone, options)
      return element && ((items) => `[${(items as readonly Value[]).map(orNull(element)).join(',')}]`)
    }
    case 'map':
      return mapWriter(type, zone, options)
    case 'struct':
      return structWriter(type, zone, options)
    default:
      return type satisfies never
  }
}

function orNull(write: Write): Write {
  return (value) => (value === null ? 'null' : write(value))
}

/** A number that JSON lacks is a string. */
function numberText(value: number, text: (value: number) => string): string {
  return Number.isFinite(value) ? text(value) : quoted(text(value))
}

/** `2026-01-31T12:30:05.500+01:00`: three digits of the second; without a zone for a local time. */
export function isoText(micros: number, zone: Zone | undefined): string {
  const local = zone === undefined ? micros : zone.toLocal(micros)
  const { date, time, fraction } = timestampParts(local)
  const text = `${date}T${time}.${fraction.slice(0, 3)}`
  return zone === undefined ? text : text + offsetText(local - micros)
}

/** `+00:00`, also where there is no offset. */
function plusText(micros: number, zone: Zone): string {
  return offsetText(zone.toLocal(micros) - micros).replace('Z', '+00:00')
}

const MICROS_PER_MINUTE = 60_000_000

function offsetText(micros: number): string {
  const minutes = Math.floor(Math.abs(micros % MICROS_PER_DAY) / MICROS_PER_MINUTE)
  if (minutes === 0) return 'Z'
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  return `${micros < 0 ? '-' : '+'}${hours}:${rest}`
}

function mapWriter(
  { key, value }: Extract<DataType, { kind: 'map' }>,
  zone: Zone,
  options: WriteOptions,
): Write | undefined {
  // Dates and times are the numbers that Spark has them as.
  const name = ['date', 'timestamp', 'timestamp_ntz'].includes(key.kind) ? String : renderer(key, zone)
  const write = jsonWriter(value, zone, options)
  if (write === undefined) return undefined
  return (map) => {
    const entries = [...(map as ReadonlyMap<Value, Value>)]
    return `{${entries.map(([each, item]) => `${quoted(name(each))}:${orNull(write)(item)}`).join(',')}}`
  }
}

function structWriter(
  { fields }: Extract<DataType, { kind: 'struct' }>,
  zone: Zone,
  options: WriteOptions,
): Write | undefined {
  const writes: { readonly name: string; readonly write: Write }[] = []
  for (const { name, type } of fields) {
    const write = jsonWriter(type, zone, options)
    if (write === undefined) return undefined
    writes.push({ name: quoted(name), write: orNull(write) })
  }
  return (struct) => {
    const values = struct as readonly Value[]
    const members = writes.flatMap(({ name, write }, i) => {
      const value = values[i] ?? null
      return value === null && !options.keepsNulls ? [] : [`${name}:${write(value)}`]
    })
    return `{${members.join(',')}}`
  }
}
