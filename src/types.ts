// SQL data types of columns and expressions: a subset of Spark SQL 4 plus its VARIANT.

export type DataType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'tinyint' | 'smallint' | 'int' | 'bigint' }
  | { readonly kind: 'float' | 'double' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'string' | 'binary' }
  | { readonly kind: 'date' | 'timestamp' | 'timestamp_ntz' }
  | { readonly kind: 'array'; readonly element: DataType }
  | { readonly kind: 'struct'; readonly fields: readonly Field[] }
  | { readonly kind: 'map'; readonly key: DataType; readonly value: DataType }
  /** A JSON value whose type is known only when it is read. */
  | { readonly kind: 'variant' }
  /** The type of the literal NULL; casts implicitly to every other type. */
  | { readonly kind: 'void' }

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
export const VARIANT = simple('variant')
export const VOID = simple('void')

/** The type as Spark's DDL writes it: `decimal(10,2)`, `array<string>`, `struct<city: string>`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
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
