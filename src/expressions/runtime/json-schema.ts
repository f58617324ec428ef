// schema_of_json: the type that from_json would read a text with (org.apache.spark.sql.catalyst.json.JsonInferSchema).

import { Tag, type Variant } from '../../column.ts'
import { BIGINT, BOOLEAN, type DataType, DOUBLE, type Field, STRING, VOID } from '../../types.ts'
import { parseDecimal } from '../../values/decimal.ts'
import { isNumeric } from '../analysis/numeric.ts'
import { jsonItems, jsonMembers } from './json-access.ts'

export function jsonType(variant: Variant | null): DataType {
  return withoutVoid(inferred(variant))
}

function inferred(variant: Variant | null): DataType {
  switch (variant?.tag) {
    case Tag.STRING:
      return STRING
    case Tag.TRUE:
    case Tag.FALSE:
      return BOOLEAN
    case Tag.NUMBER:
      return numberType(variant.text)
    case Tag.ARRAY:
      return { kind: 'array', element: jsonItems(variant).map(inferred).reduce(merged, VOID) }
    case Tag.OBJECT: {
      const fields = [...jsonMembers(variant)].map(([name, value]): Field => ({ name, type: inferred(value) }))
      return { kind: 'struct', fields: fields.sort(byName) }
    }
    default:
      return VOID
  }
}

function byName({ name: a }: Field, { name: b }: Field): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const DECIMAL_DIGITS = 38

function numberType(text: string): DataType {
  if (!/^-?\d+$/.test(text)) return DOUBLE
  const value = parseDecimal(text)?.unscaled ?? 0n
  if (value === BigInt.asIntN(64, value)) return BIGINT
  const precision = text.replace('-', '').length
  return precision > DECIMAL_DIGITS ? DOUBLE : { kind: 'decimal', precision, scale: 0 }
}

/** What two elements of an array have in common; a string where that is nothing. */
function merged(a: DataType, b: DataType): DataType {
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  if (a.kind === 'array' && b.kind === 'array') return { kind: 'array', element: merged(a.element, b.element) }
  if (a.kind === 'struct' && b.kind === 'struct') {
    const types = new Map(a.fields.map(({ name, type }) => [name, type]))
    for (const { name, type } of b.fields) types.set(name, merged(types.get(name) ?? VOID, type))
    return { kind: 'struct', fields: [...types].map(([name, type]) => ({ name, type })).sort(byName) }
  }
  if (isNumeric(a) && isNumeric(b)) return mergedNumber(a, b)
  return a.kind === b.kind ? a : STRING
}

function mergedNumber(a: DataType, b: DataType): DataType {
  if (a.kind === 'double' || b.kind === 'double') return DOUBLE
  if (a.kind !== 'decimal') return b
  return b.kind !== 'decimal' || a.precision >= b.precision ? a : b
}

function withoutVoid(type: DataType): DataType {
  switch (type.kind) {
    case 'void':
      return STRING
    case 'array':
      return { kind: 'array', element: withoutVoid(type.element) }
    case 'struct':
      return { kind: 'struct', fields: type.fields.map((field) => ({ ...field, type: withoutVoid(field.type) })) }
    default:
      return type
  }
}

/** As Spark writes a type for DDL: `STRUCT<a: BIGINT>`. */
export function ddl(type: DataType): string {
  switch (type.kind) {
    case 'array':
      return `ARRAY<${ddl(type.element)}>`
    case 'struct':
      return `STRUCT<${type.fields.map((field) => `${fieldName(field.name)}: ${ddl(field.type)}`).join(', ')}>`
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    default:
      return type.kind.toUpperCase()
  }
}

/** In backquotes where it is no plain name. */
export function fieldName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
}
