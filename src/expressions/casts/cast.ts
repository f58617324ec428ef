// CAST: from one type to another, as Spark's ANSI mode allows it.

import type { Value } from '../../column.ts'
import { BOOLEAN, type DataType, STRING, sameType, typeName } from '../../types.ts'
import { dateText, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../values/calendar.ts'
import { checked, truncateScale } from '../../values/decimal.ts'
import { MAX_MICROS, MIN_MICROS, parseDate, parseTimestamp } from '../../values/parse-time.ts'
import { withinText } from '../../values/text-limit.ts'
import { renderer } from '../../values/to-string.ts'
import { bytesToText } from '../../values/utf8.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import { isIntegral, isNumeric } from '../analysis/numeric.ts'
import type { Scalar } from '../typed.ts'
import { castFault, timeFault, variantFaults } from './fault.ts'
import { stringToBoolean, stringToDecimal, stringToDouble, stringToIntegral } from './from-string.ts'
import { variantCast } from './from-variant.ts'
import { castKernel } from './kernels.ts'
import { timeKernel } from './number-kernel.ts'
import { numericCast } from './numbers.ts'
import { castReaders, spanKernel } from './span-kernel.ts'
import { variantNestedCast } from './variant-nested.ts'

type Convert = (value: Value) => Value

/** The cast as a function of values; undefined where there is no such cast. */
export function castScalar(from: DataType, to: DataType, zone: Zone): Scalar | undefined {
  const convert = converter(from, to, zone)
  if (convert === undefined) return undefined
  const scalar: Scalar = { name: `cast to ${typeName(to)}`, nulls: 'strict', apply: convert }
  const kernel = castKernel(from, to)
  // The casts that have such a kernel cannot fail.
  if (kernel !== undefined) return { ...scalar, kernel, total: true }
  const shorter =
    from.kind === 'variant' || from.kind === 'string'
      ? spanKernel(to, castReaders(to, zone, true), convert)
      : timeKernel(from, to, zone)
  return shorter === undefined ? scalar : { ...scalar, kernel: shorter }
}

export function converter(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  if (sameType(from, to)) return (value) => value
  if (from.kind === 'void') return () => null
  if (from.kind === 'variant') {
    const convert =
      variantNestedCast(to, (part) => converter(from, part, zone)) ??
      variantCast(to, converter(STRING, to, zone), converter(BOOLEAN, to, zone))
    return convert && variantFaults(convert)
  }
  if (to.kind === 'string') return bounded(renderer(from, zone, bytesToText), from)
  if (from.kind === 'string') return fromString(to, zone)
  if (isNumeric(from) && isNumeric(to)) return numericCast(from, to)
  switch (from.kind) {
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
      return nested(from, to, zone)
  }
  if (to.kind === 'boolean' && isNumeric(from)) return (value) => value !== 0n && value !== 0
  if (to.kind === 'timestamp' && isNumeric(from)) return numberToTimestamp(from)
  if (to.kind === 'binary' && isIntegral(from)) return undefined
  return undefined
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

/** `written` gives the value as its user knows it. */
function inRange(micros: number, to: DataType, written: () => string): number {
  if (!(micros >= MIN_MICROS && micros <= MAX_MICROS)) throw timeFault(written(), to)
  return micros
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

function fromDate(to: DataType, zone: Zone): Convert | undefined {
  const written = (value: Value) => () => dateText(value as number)
  if (to.kind === 'timestamp')
    return (value) => inRange(zone.toUtc((value as number) * MICROS_PER_DAY), to, written(value))
  if (to.kind === 'timestamp_ntz') return (value) => inRange((value as number) * MICROS_PER_DAY, to, written(value))
  return undefined
}

function fromTimestamp(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  const toLocal = from.kind === 'timestamp' ? zone.toLocal : UTC.toLocal
  switch (to.kind) {
    case 'date':
      return (value) => Math.floor(toLocal(value as number) / MICROS_PER_DAY)
    case 'timestamp':
      return (value) => inRange(zone.toUtc(value as number), to, () => renderer(from, zone)(value))
    case 'timestamp_ntz':
      return (value) => inRange(zone.toLocal(value as number), to, () => renderer(from, zone)(value))
  }
  if (from.kind !== 'timestamp' || !isNumeric(to)) return undefined
  if (to.kind === 'float' || to.kind === 'double') {
    const round = to.kind === 'float' ? Math.fround : (seconds: number) => seconds
    return (value) => round((value as number) / MICROS_PER_SECOND)
  }
  if (to.kind === 'decimal') {
    const convert = numericCast({ kind: 'decimal', precision: 20, scale: 6 }, to)
    return (value) => convert(BigInt(value as number))
  }
  const convert = numericCast({ kind: 'double' }, to)
  return (value) => convert(Math.floor((value as number) / MICROS_PER_SECOND))
}

/** Microseconds are seconds with six digits behind the point. */
const MICROS_SCALE = 6

function numberToTimestamp(from: DataType): Convert {
  const to: DataType = { kind: 'timestamp' }
  const written = renderer(from, UTC)
  if (from.kind === 'decimal')
    return (value) =>
      inRange(Number(truncateScale(value as bigint, from.scale, MICROS_SCALE)), to, () => written(value))
  return (value) => inRange(Math.trunc(Number(value) * MICROS_PER_SECOND), to, () => written(value))
}

function nested(from: DataType, to: DataType, zone: Zone): Convert | undefined {
  if (from.kind === 'array' && to.kind === 'array') {
    const element = nullable(converter(from.element, to.element, zone))
    return element && ((value) => (value as readonly Value[]).map(element))
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const key = converter(from.key, to.key, zone)
    const entry = nullable(converter(from.value, to.value, zone))
    if (key === undefined || entry === undefined) return undefined
    return (value) => new Map([...(value as ReadonlyMap<Value, Value>)].map(([k, v]) => [key(k), entry(v)]))
  }
  if (from.kind === 'struct' && to.kind === 'struct' && from.fields.length === to.fields.length) {
    const fields: Convert[] = []
    for (const [i, field] of from.fields.entries()) {
      const convert = nullable(converter(field.type, to.fields[i]?.type as DataType, zone))
      if (convert === undefined) return undefined
      fields.push(convert)
    }
    return (value) => (value as readonly Value[]).map((part, i) => (fields[i] as Convert)(part))
  }
  return undefined
}

function nullable(convert: Convert | undefined): Convert | undefined {
  return convert && ((value) => (value === null ? null : convert(value)))
}
