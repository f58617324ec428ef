// CAST and TRY_CAST: from one type to another, as Spark's ANSI mode allows it.

import type { Value } from '../../column.ts'
import { BOOLEAN, type DataType, STRING, sameType, typeName, VARIANT } from '../../types.ts'
import { checked } from '../../values/decimal.ts'
import { parseDate, parseTimestamp } from '../../values/parse-time.ts'
import { orNull } from '../../values/row-fault.ts'
import { withinText } from '../../values/text-limit.ts'
import { renderer } from '../../values/to-string.ts'
import { bytesToText } from '../../values/utf8.ts'
import type { Zone } from '../../values/zone.ts'
import { isIntegral, isNumeric } from '../analysis/numeric.ts'
import type { Scalar } from '../typed.ts'
import { castFault, variantFaults } from './fault.ts'
import { stringToBoolean, stringToDecimal, stringToDouble, stringToIntegral } from './from-string.ts'
import { variantCast } from './from-variant.ts'
import { intervalCast } from './intervals.ts'
import { castKernel } from './kernels.ts'
import { nestedCast } from './nested.ts'
import { timeKernel } from './number-kernel.ts'
import { numericCast } from './numbers.ts'
import { castReaders, spanKernel } from './span-kernel.ts'
import { fromDate, fromTimestamp, inRange, numberToTimestamp } from './times.ts'
import { variantWriter } from './to-variant.ts'
import { variantNestedCast } from './variant-nested.ts'

type Convert = (value: Value) => Value

/** The cast as a function of values; undefined where there is no such cast. */
export function castScalar(from: DataType, to: DataType, zone: Zone): Scalar | undefined {
  const convert = converter(from, to, zone)
  return convert && scalarOf('cast', from, to, zone, convert)
}

/** TRY_CAST: NULL where the cast fails; inside of arrays, maps and structs it is the part that is NULL. */
export function tryCastScalar(from: DataType, to: DataType, zone: Zone): Scalar | undefined {
  const convert = lenientConverter(from, to, zone)
  return convert && { ...scalarOf('try_cast', from, to, zone, convert), total: true }
}

function scalarOf(name: string, from: DataType, to: DataType, zone: Zone, convert: Convert): Scalar {
  const scalar: Scalar = { name: `${name} to ${typeName(to)}`, nulls: 'strict', apply: convert as Scalar['apply'] }
  const kernel = castKernel(from, to)
  // The casts that have such a kernel cannot fail.
  if (kernel !== undefined) return { ...scalar, kernel, total: true }
  const shorter =
    from.kind === 'variant' || from.kind === 'string'
      ? spanKernel(to, castReaders(to, zone, true), scalar.apply)
      : timeKernel(from, to, zone)
  return shorter === undefined ? scalar : { ...scalar, kernel: shorter }
}

type PartCast = (from: DataType, to: DataType) => Convert | undefined

/** Of values that are not NULL; throws RowFault for those that cannot be cast. */
export function converter(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  return conversion(from, to, zone, (inner, outer) => converter(inner, outer, zone))
}

function lenientConverter(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  const convert = conversion(from, to, zone, (inner, outer) => lenientConverter(inner, outer, zone))
  if (convert === undefined || (from.kind === 'map' && to.kind === 'map' && mayBeNull(from.key, to.key)))
    return undefined
  return (value) => orNull(() => convert(value))
}

/** Whether a cast that failed gives NULL, which no key of a map can be (Spark's `Cast.forceNullable`). */
function mayBeNull(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === 'void' || to.kind === 'string') return false
  if (from.kind === 'string') return to.kind !== 'binary'
  if (from.kind === 'variant' || to.kind === 'decimal') return true
  if (from.kind === 'decimal' || from.kind === 'float' || from.kind === 'double') return isIntegral(to)
  return to.kind === 'date' || (from.kind === 'timestamp' && isIntegral(to))
}

/** `partCast` casts what stands inside of `from`. */
function conversion(from: DataType, to: DataType, zone: Zone, partCast: PartCast): Convert | undefined {
  if (sameType(from, to)) return (value) => value
  if (from.kind === 'void') return () => null
  if (from.kind === 'variant') return fromVariant(to, zone, partCast)
  if (to.kind === 'variant') return variantWriter(from, zone, 'cast')
  if (to.kind === 'string') return bounded(renderer(from, zone, bytesToText), from)
  if (isNumeric(from) && isNumeric(to)) return numericCast(from, to)
  return ofKind(from, to, zone, partCast) ?? intervalCast(from, to)
}

function ofKind(from: DataType, to: DataType, zone: Zone, partCast: PartCast): Convert | undefined {
  switch (from.kind) {
    case 'string':
      return fromString(to, zone)
    case 'boolean':
      return fromBoolean(to)
    case 'date':
      return fromDate(to, zone)
    case 'timestamp':
    case 'timestamp_ntz':
      return fromTimestamp(from, to, zone)
    case 'array':
    case 'map':
    case 'struct':
      return nestedCast(from, to, partCast)
  }
  if (!isNumeric(from)) return undefined
  if (to.kind === 'boolean') return (value) => value !== 0n && value !== 0
  return to.kind === 'timestamp' ? numberToTimestamp(from) : undefined
}

function fromVariant(to: DataType, zone: Zone, partCast: PartCast): Convert | undefined {
  if (isInterval(to)) return undefined
  const convert =
    variantNestedCast(to, (part) => partCast(VARIANT, part)) ??
    variantCast(to, converter(STRING, to, zone), converter(BOOLEAN, to, zone))
  return convert && variantFaults(convert)
}

function isInterval({ kind }: DataType): boolean {
  return kind === 'interval' || kind === 'year_month_interval' || kind === 'day_time_interval'
}

/** Only the text of a nested value can be too long for a text. */
function bounded(render: (value: Value) => string, from: DataType): Convert {
  if (from.kind !== 'array' && from.kind !== 'map' && from.kind !== 'struct') return render
  return (value) => withinText(() => render(value))
}

function fromString(to: DataType, zone: Zone): Convert | undefined {
  switch (to.kind) {
    case 'tinyint':
    case 'smallint':
    case 'int':
      return (value) => Number(stringToIntegral(value as string, to))
    case 'bigint':
      return (value) => stringToIntegral(value as string, to)
    case 'float':
    case 'double':
      return (value) => stringToDouble(value as string, to)
    case 'decimal':
      return (value) => stringToDecimal(value as string, to)
    case 'boolean':
      return (value) => stringToBoolean(value as string, to)
    case 'binary': {
      const encoder = new TextEncoder()
      return (value) => encoder.encode(value as string)
    }
    case 'date':
      return (value) => parsed(parseDate(value as string), value as string, to)
    case 'timestamp':
      return (value) =>
        inRange(parsed(parseTimestamp(value as string, zone), value as string, to), to, () => value as string)
    case 'timestamp_ntz':
      return (value) =>
        inRange(parsed(parseTimestamp(value as string, null), value as string, to), to, () => value as string)
    default:
      return undefined
  }
}

function parsed(result: number | undefined, text: string, to: DataType): number {
  if (result === undefined) throw castFault(text, to)
  return result
}

function fromBoolean(to: DataType): Convert | undefined {
  switch (to.kind) {
    case 'bigint':
      return (value) => (value === true ? 1n : 0n)
    case 'decimal': {
      const one = 10n ** BigInt(to.scale)
      return (value) => (value === true ? checked(one, to.precision, to.scale) : 0n)
    }
    default:
      return isNumeric(to) ? (value) => (value === true ? 1 : 0) : undefined
  }
}
