// What the parameters of functions take: Spark's `inputTypes` and `AnsiTypeCoercion.implicitCast`. A variant is read as the
// first type that its parameter names.

import {
  BIGINT,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  INT,
  isNested,
  STRING,
  sameType,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  type TypeKind,
  typeName,
  VARIANT,
  VOID,
} from '../../types.ts'
import { type DecimalType, decimalForIntegral, isIntegral, isNumeric } from '../analysis/numeric.ts'

export interface Parameter {
  /** For messages: `string`, `array or map`. */
  readonly wants: string
  /** The type that an argument of type `from` is cast to, `from` itself where it stays; undefined: it is not taken. */
  accepts(from: DataType): DataType | undefined
}

/** A parameter of exactly this type. */
export function parameter(type: DataType): Parameter {
  return { wants: typeName(type), accepts: (from) => (implicitly(from, type) ? type : undefined) }
}

/** An argument of one of these kinds stays what it is; any other becomes the first that it can become. */
export function oneOf(first: Parameter, ...others: readonly Parameter[]): Parameter {
  const all = [first, ...others]
  return {
    wants: all.map(({ wants }) => wants).join(' or '),
    accepts(from) {
      for (const each of all) {
        const to = each.accepts(from)
        if (to !== undefined && sameType(to, from)) return to
      }
      for (const each of all) {
        const to = each.accepts(from)
        if (to !== undefined) return to
      }
      return undefined
    },
  }
}

/** Every type in which `is` holds stays; the others become `otherwise` where they can. */
function family(wants: string, is: (type: DataType) => boolean, otherwise: DataType): Parameter {
  return {
    wants,
    accepts: (from) => (is(from) ? from : implicitly(from, otherwise) ? otherwise : undefined),
  }
}

export const boolean = parameter(BOOLEAN)
export const int = parameter(INT)
export const bigint = parameter(BIGINT)
export const double = parameter(DOUBLE)
export const text = parameter(STRING)
/** A string, to which Spark casts no other type here. */
export const exactText: Parameter = {
  wants: 'string',
  accepts: ({ kind }) => (kind === 'string' || kind === 'variant' || kind === 'void' ? STRING : undefined),
}
export const binary = parameter(BINARY)
export const date = parameter(DATE)
export const timestamp = parameter(TIMESTAMP)
export const timestampNtz = parameter(TIMESTAMP_NTZ)

/** tinyint to bigint stay. */
export const integral = family('an integer', isIntegral, BIGINT)
/** The same, but nothing else becomes one. */
export const whole: Parameter = {
  wants: 'an integer',
  accepts(from) {
    if (from.kind === 'variant') return BIGINT
    return isIntegral(from) ? from : from.kind === 'void' ? INT : undefined
  },
}
/** Every number stays; strings and variants become doubles. */
export const numeric = family('a number', isNumeric, DOUBLE)
/** A string stays, and so does a binary. */
export const textOrBinary = oneOf(text, binary)
/** Both kinds of timestamp stay; dates and strings become `timestamp`. */
export const anyTimestamp = family(
  'a timestamp',
  ({ kind }) => kind === 'timestamp' || kind === 'timestamp_ntz',
  TIMESTAMP,
)
/** Integers and doubles become decimals that hold them. */
export const decimal: Parameter = {
  wants: 'a decimal',
  accepts(from) {
    if (from.kind === 'decimal') return from
    if (isIntegral(from)) return decimalForIntegral(from)
    return DECIMALS.get(from.kind)
  },
}
/** Spark's `DecimalType.forType`, its default for strings, and that of NULL. */
const DECIMALS: ReadonlyMap<TypeKind, DecimalType> = new Map<TypeKind, DecimalType>([
  ['float', { kind: 'decimal', precision: 14, scale: 7 }],
  ['double', { kind: 'decimal', precision: 30, scale: 15 }],
  ['string', { kind: 'decimal', precision: 38, scale: 18 }],
  ['variant', { kind: 'decimal', precision: 38, scale: 18 }],
  ['void', { kind: 'decimal', precision: 10, scale: 0 }],
])
/** Any type, as it is. */
export const any: Parameter = { wants: 'any value', accepts: (from) => from }
/** A variant, as it is; nothing becomes one. */
export const variant: Parameter = {
  wants: 'variant',
  accepts: ({ kind }) => (kind === 'variant' || kind === 'void' ? VARIANT : undefined),
}

/** An array of any type stays; a variant becomes an array of variants. */
export const array = nested('array', { kind: 'array', element: VARIANT }, { kind: 'array', element: VOID })
/** A map of any types stays; a variant becomes a map from strings to variants. */
export const map = nested('map', { kind: 'map', key: STRING, value: VARIANT }, { kind: 'map', key: VOID, value: VOID })
/** An interval of months, or of days and time, stays. */
export const ansiInterval: Parameter = {
  wants: 'an interval',
  accepts: (from) => (from.kind === 'year_month_interval' || from.kind === 'day_time_interval' ? from : undefined),
}
export const arrayOrMap = oneOf(array, map)

function nested(kind: TypeKind, ofVariant: DataType, ofNull: DataType): Parameter {
  return {
    wants: kind,
    accepts(from) {
      if (from.kind === kind) return from
      return from.kind === 'variant' ? ofVariant : from.kind === 'void' ? ofNull : undefined
    },
  }
}

/** An array whose elements are of this type, or can be cast to it. */
export function arrayOf(element: DataType): Parameter {
  return parameter({ kind: 'array', element })
}

/** Whether a function that wants `to` takes `from`; `to` is a concrete type (`AnsiTypeCoercion.implicitCast`). */
function implicitly(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === 'void' || from.kind === 'variant') return true
  if (isNested(from) || isNested(to))
    return from.kind === 'array' && to.kind === 'array' && implicitly(from.element, to.element)
  if (to.kind === 'variant') return false
  if (to.kind === 'string' || from.kind === 'string') return true
  if (isNumeric(from) && isNumeric(to)) return true
  return isTime(from) && isTime(to)
}

function isTime({ kind }: DataType): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz'
}
