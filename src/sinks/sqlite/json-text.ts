// Arrays, structs and maps → JSON text, as SQLite's JSON functions read it.

import type { Value, Variant } from '../../column.ts'
import { Tag } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { dateText } from '../../values/calendar.ts'
import { decimalText } from '../../values/decimal.ts'
import { intervalRenderer } from '../../values/interval-text.ts'
import { localText } from '../../values/time-text.ts'

/**
 * Numbers keep all their digits. NaN, the infinities, timestamps, dates, intervals and binary (in Base64) are strings, as in
 * Spark's to_json. A lone surrogate is escaped. The keys of a map are strings.
 */
export function jsonEncoder(type: DataType): (value: Value) => string {
  const write = writerOf(type)
  return (value) => (value === null ? 'null' : write(value))
}

function writerOf(type: DataType): (value: Value) => string {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return String
    case 'float':
    case 'double':
      return (value) => (Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(String(value)))
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale)
    case 'string':
      return (value) => JSON.stringify(value)
    case 'binary':
      return (value) => JSON.stringify(Buffer.from(value as Uint8Array).toString('base64'))
    case 'date':
      return (value) => JSON.stringify(dateText(value as number))
    case 'timestamp':
      return (value) => JSON.stringify(`${localText(value as number)}Z`)
    case 'timestamp_ntz':
      return (value) => JSON.stringify(localText(value as number))
    case 'year_month_interval':
    case 'day_time_interval':
    case 'interval': {
      const write = intervalRenderer(type)
      return (value) => JSON.stringify(write(value))
    }
    case 'variant':
      return (value) => variantJson(value as Variant)
    case 'array': {
      const element = jsonEncoder(type.element)
      return (value) => `[${(value as readonly Value[]).map(element).join(',')}]`
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({
        name: JSON.stringify(field.name),
        encode: jsonEncoder(field.type),
      }))
      return (value) =>
        `{${fields.map(({ name, encode }, i) => `${name}:${encode((value as readonly Value[])[i] ?? null)}`).join(',')}}`
    }
    case 'map':
      return mapWriter(jsonEncoder(type.key), jsonEncoder(type.value))
    case 'void':
      return () => 'null'
    default:
      return type satisfies never
  }
}

function mapWriter(key: (value: Value) => string, item: (value: Value) => string): (value: Value) => string {
  const name = (value: Value) => {
    const written = key(value)
    return written.startsWith('"') ? written : JSON.stringify(written)
  }
  return (value) => `{${[...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => `${name(k)}:${item(v)}`).join(',')}}`
}

function variantJson({ tag, text }: Variant): string {
  return tag === Tag.STRING ? JSON.stringify(text) : text
}
