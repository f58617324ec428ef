// TRY_CAST: a cast that gives NULL where it has no result.

import type { Value } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Zone } from '../../values/zone.ts'
import type { Scalar } from '../typed.ts'
import { castScalar, converter } from './cast.ts'
import { variantNestedCast } from './variant-nested.ts'

type Convert = (value: Value) => Value

/** Undefined where there is no such cast. Spark's EvalMode.TRY: inside of arrays, maps and structs each part fails alone. */
export function lenientCastScalar(from: DataType, to: DataType, zone: Zone): Scalar | undefined {
  const strict = castScalar(from, to, zone)
  if (strict === undefined || strict.total) return strict
  const apply = lenientConverter(from, to, zone)
  return apply && { name: `try_cast to ${typeName(to)}`, nulls: 'strict', total: true, apply }
}

function lenientConverter(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  const convert = converter(from, to, zone)
  if (convert === undefined) return undefined
  return orNull(byParts(from, to, zone) ?? convert)
}

function byParts(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  const part = (a: DataType, b: DataType): Convert => {
    // The whole cast exists, so that of each part does.
    const convert = lenientConverter(a, b, zone) as Convert
    return (value) => (value === null ? null : convert(value))
  }
  if (from.kind === 'variant') return variantNestedCast(to, (type) => lenientConverter(from, type, zone))
  if (from.kind === 'array' && to.kind === 'array') {
    const element = part(from.element, to.element)
    return (value) => (value as readonly Value[]).map(element)
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const [key, item] = [converter(from.key, to.key, zone) as Convert, part(from.value, to.value)]
    return (value) => new Map([...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [key(k), item(v)]))
  }
  if (from.kind === 'struct' && to.kind === 'struct') {
    const fields = from.fields.map(({ type }, i) => part(type, to.fields[i]?.type as DataType))
    return (value) => (value as readonly Value[]).map((field, i) => (fields[i] as Convert)(field))
  }
  return undefined
}

function orNull(convert: Convert): Convert {
  return (value) => {
    try {
      return convert(value)
    } catch (fault) {
      if (fault instanceof RowFault) return null
      throw fault
    }
  }
}
