// SQL data types of columns and expressions: a subset of Spark SQL 4 plus its VARIANT.

export type DataType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'tinyint' | 'smallint' | 'int' | 'bigint' }
  | { readonly kind: 'float' | 'double' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'string' | 'binary' }
  | { readonly kind: 'date' | 'timestamp' | 'timestamp_ntz' }
  /** `from` is the larger unit or the same: INTERVAL YEAR TO MONTH, INTERVAL DAY. */
  | { readonly kind: 'year_month_interval'; readonly from: YearMonthUnit; readonly to: YearMonthUnit }
  | { readonly kind: 'day_time_interval'; readonly from: DayTimeUnit; readonly to: DayTimeUnit }
  /** Months, days and microseconds side by side (Spark's CalendarInterval); its values have no order. */
  | { readonly kind: 'interval' }
  | { readonly kind: 'array'; readonly element: DataType }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'map'; readonly key: DataType; readonly value: DataType }
  /** A JSON value whose type is known only when it is read. */
  | { readonly kind: 'variant' }
  /** The type of the literal NULL; casts implicitly to every other type. */
  | { readonly kind: 'void' }

export type YearMonthUnit = 'year' | 'month'
export type DayTimeUnit = 'day' | 'hour' | 'minute' | 'second'
export type YearMonthInterval = Extract<DataType, { kind: 'year_month_interval' }>
export type DayTimeInterval = Extract<DataType, { kind: 'day_time_interval' }>

export type TypeKind = DataType['kind']

export interface Field {
  readonly name: string
  readonly type: DataType
}

/** The columns of a stream whose names and types are fixed, in order. */
export type Schema = readonly Field[]

const simple = <K extends TypeKind>(kind: K) => Object.freeze({ kind })

export const BOOLEAN = simple('boolean')
export const TINYINT = simple('tinyint')
export const SMALLINT = simple('smallint')
export const INT = simple('int')
export const BIGINT = simple('bigint')
export const FLOAT = simple('float')
export const DOUBLE = simple('double')
export const STRING = simple('string')
export const BINARY = simple('binary')
export const DATE = simple('date')
export const TIMESTAMP = simple('timestamp')
export const TIMESTAMP_NTZ = simple('timestamp_ntz')
export const INTERVAL = simple('interval')
export const VARIANT = simple('variant')
export const VOID = simple('void')

export function yearMonthInterval(from: YearMonthUnit, to: YearMonthUnit): YearMonthInterval {
  return { kind: 'year_month_interval', from, to }
}

export function dayTimeInterval(from: DayTimeUnit, to: DayTimeUnit): DayTimeInterval {
  return { kind: 'day_time_interval', from, to }
}

/** The type as Spark's DDL writes it: `decimal(10,2)`, `array<string>`, `struct<city: string>`, `interval day to second`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'year_month_interval':
    case 'day_time_interval':
      return type.from === type.to ? `interval ${type.from}` : `interval ${type.from} to ${type.to}`
    case 'array':
      return `array<${typeName(type.element)}>`
    case 'map':
      return `map<${typeName(type.key)}, ${typeName(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}: ${typeName(field.type)}`).join(', ')}>`
    default:
      return type.kind
  }
}

export function sameType(a: DataType, b: DataType): boolean {
  return typeName(a) === typeName(b)
}

/** Whether values of the type have parts: arrays, maps and structs. */
export function isNested({ kind }: DataType): boolean {
  return kind === 'array' || kind === 'map' || kind === 'struct'
}
