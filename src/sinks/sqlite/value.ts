// SQL values → values that SQLite stores: exactly, or an error.

import type { SqlValue } from '../../checkpoint.ts'
import { Tag, type Value, type Variant } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { dateText } from '../../values/calendar.ts'
import { decimalText } from '../../values/decimal.ts'
import { intervalRenderer } from '../../values/interval-text.ts'
import { localText } from '../../values/time-text.ts'
import { jsonEncoder } from './json-text.ts'

/** A value that SQLite cannot store exactly. */
export class Unstorable extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Column types of STRICT tables. */
export type ColumnType = 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB' | 'ANY'

/** SQL type → column type; null: values of the type cannot be stored. */
export function columnType({ kind }: DataType): ColumnType | null {
  switch (kind) {
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return 'INTEGER'
    case 'float':
    case 'double':
      return 'REAL'
    case 'string':
    case 'decimal':
    case 'date':
    case 'timestamp':
    case 'timestamp_ntz':
    case 'year_month_interval':
    case 'day_time_interval':
    case 'interval':
    case 'array':
    case 'struct':
    case 'map':
      return 'TEXT'
    case 'binary':
      return 'BLOB'
    case 'variant':
      return 'ANY'
    case 'void':
      return null
    default:
      return kind satisfies never
  }
}

/** Encodes a value that is not NULL. Throws Unstorable. */
export type Encode = (value: Value) => SqlValue

export function encoderOf(type: DataType): Encode {
  switch (type.kind) {
    case 'boolean':
      return (value) => (value === true ? 1n : 0n)
    case 'tinyint':
    case 'smallint':
    case 'int':
      // better-sqlite3 would bind a number as REAL.
      return (value) => BigInt(value as number)
    case 'bigint':
      return (value) => value as bigint
    case 'float':
    case 'double':
      return (value) => real(value as number)
    case 'string':
      return (value) => text(value as string)
    case 'binary':
      return (value) => Uint8Array.from(value as Uint8Array)
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale)
    case 'date':
      return (value) => date(value as number)
    case 'timestamp':
      return (value) => `${localText(value as number)}Z`
    case 'timestamp_ntz':
      return (value) => localText(value as number)
    case 'year_month_interval':
    case 'day_time_interval':
    case 'interval':
      return intervalRenderer(type)
    case 'array':
    case 'struct':
    case 'map':
      return jsonEncoder(type)
    case 'variant':
      return (value) => variant(value as Variant)
    case 'void':
      return () => null
    default:
      return type satisfies never
  }
}

/** Refuses NaN: SQLite would silently store NULL. */
function real(value: number): number {
  if (Number.isNaN(value)) throw new Unstorable('E_NAN', 'NaN cannot be stored: SQLite has no such number')
  return value
}

const LONE_SURROGATE = /\p{Surrogate}/u

/** Whether the string has a UTF-8 text. */
export function isStorableText(value: string): boolean {
  return !LONE_SURROGATE.test(value)
}

function text(value: string): string {
  if (!isStorableText(value)) {
    throw new Unstorable('E_SURROGATE', 'a string with half a surrogate pair cannot be stored: it has no UTF-8')
  }
  return value
}

/** Days since 1970-01-01 of 0000-01-01 and of 9999-12-31: texts of other years would not sort as dates do. */
const [FIRST_DAY, LAST_DAY] = [-719_528, 2_932_896]

/** `days` since 1970-01-01. */
export function isDateStorable(days: number): boolean {
  return days >= FIRST_DAY && days <= LAST_DAY
}

function date(days: number): string {
  const written = dateText(days)
  if (isDateStorable(days)) return written
  throw new Unstorable('E_DATE', `date ${written} cannot be stored: only years 0000 to 9999`)
}

/** For an ANY column: each JSON type becomes SQLite's. Only their text distinguishes the JSON numbers 1 and 1.0. */
function variant({ tag, text: written }: Variant): SqlValue {
  switch (tag) {
    case Tag.STRING:
      return text(written)
    case Tag.NUMBER:
      return variantNumber(written)
    case Tag.TRUE:
      return 1n
    case Tag.FALSE:
      return 0n
    case Tag.OBJECT:
    case Tag.ARRAY:
      return text(written)
    case Tag.NULL:
      return null
    default:
      return tag satisfies never
  }
}

function variantNumber(written: string): bigint | number {
  if (/^-?\d+$/.test(written)) {
    const integer = BigInt(written)
    if (integer === BigInt.asIntN(64, integer)) return integer
    throw new Unstorable('E_OVERFLOW', `integer ${written} cannot be stored: it has more than 64 bits`)
  }
  const number = Number(written)
  if (Number.isFinite(number)) return number
  throw new Unstorable('E_OVERFLOW', `number ${written} cannot be stored: it is beyond a double`)
}
