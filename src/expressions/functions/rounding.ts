// round, bround, ceil and floor. The number of digits is a constant, since the type of a decimal follows from it.

import type { Value } from '../../column.ts'
import { BIGINT, type DataType, typeName } from '../../types.ts'
import { checked, divideHalfUp, parseDecimal, powerOfTen } from '../../values/decimal.ts'
import { doubleText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { explicitCast, scalarNode } from '../analysis/coerce.ts'
import { type DecimalType, isIntegral } from '../analysis/numeric.ts'
import { mapNumbers } from '../runtime/number-kernel.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, named, type Resolved, type ValueFunction } from './definition.ts'
import { decimal, int, numeric } from './parameters.ts'

/** a / b for a positive b, rounded to an integer. */
type Divide = (a: bigint, b: bigint) => bigint

export function roundingFunctions(): readonly Entry[] {
  return [
    ['round', rounding('round', divideHalfUp)],
    ['bround', rounding('bround', divideHalfEven)],
    ...named(['ceil', 'ceiling'], ['ceil', toward('ceil', divideCeiling)]),
    ['floor', toward('floor', divideFloor)],
  ]
}

function rounding(name: string, divide: Divide): ValueFunction {
  return {
    parameters: [numeric, int],
    optional: 1,
    resolve([value, digits]) {
      const { type } = value as Node
      const scale = constantDigits(name, digits)
      return { scalar: scalarOf(name, type, scale ?? 0, divide, scale === null), type: roundedType(type, scale ?? 0) }
    },
  }
}

function scalarOf(name: string, type: DataType, scale: number, divide: Divide, isNull: boolean): Scalar {
  const apply = isNull ? () => null : rounder(type, scale, divide)
  const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'] }
  if (type.kind !== 'double' || isNull || divide !== divideHalfUp) return scalar
  const ofDouble = apply as (x: number) => number
  return {
    ...scalar,
    kernel: ([column], frame, selection) => column && mapNumbers(ofDouble, type, column, frame, selection),
  }
}

/** ceil(x) is a bigint, of a decimal a decimal; ceil(x, digits) is a decimal. */
function toward(name: string, divide: Divide): ValueFunction {
  return {
    parameters: [numeric, int],
    optional: 1,
    resolve(args, context) {
      const [value, digits] = args as [Node, Node?]
      if (digits === undefined) return towardInteger(name, value.type, divide)
      const type = decimal.accepts(value.type) as DecimalType
      const scale = constantDigits(name, digits)
      const scalar = scalarOf(name, type, scale ?? 0, divide, scale === null)
      const exact = explicitCast(value, type, context) as Node
      return scalarNode(scalar, [exact, digits], roundedType(type, scale ?? 0))
    },
  }
}

function towardInteger(name: string, type: DataType, divide: Divide): Resolved {
  if (type.kind === 'decimal') return { scalar: scalarOf(name, type, 0, divide, false), type: roundedType(type, 0) }
  if (isIntegral(type)) {
    return { scalar: { name, nulls: 'strict', total: true, apply: (x) => BigInt(x as number | bigint) }, type: BIGINT }
  }
  const nearest = name === 'ceil' ? Math.ceil : Math.floor
  const apply = (x: number) => {
    const result = nearest(x)
    if (Number.isNaN(result)) return 0n
    if (Math.abs(result) < 2 ** 53) return BigInt(result)
    throw overflow(doubleText(x), BIGINT)
  }
  return { scalar: { name, nulls: 'strict', apply: apply as Scalar['apply'] }, type: BIGINT }
}

/** No number of any type has digits further away from its point. */
const MAX_DIGITS = 400

/** NULL where NULL is written for it. */
function constantDigits(name: string, digits: Node | undefined): number | null {
  if (digits === undefined) return 0
  if (digits.kind === 'literal')
    return digits.value === null ? null : Math.max(-MAX_DIGITS, Math.min(digits.value as number, MAX_DIGITS))
  throw new RowFault('E_TYPE', `the number of digits of ${name} must be a constant`)
}

const MAX_PRECISION = 38

/** A decimal may need one more digit before the point (`RoundBase.dataType`). */
function roundedType(type: DataType, scale: number): DataType {
  if (type.kind !== 'decimal') return type
  const integral = type.precision - type.scale + 1
  if (scale < 0) return { kind: 'decimal', precision: Math.min(Math.max(integral, 1 - scale), MAX_PRECISION), scale: 0 }
  const kept = Math.min(type.scale, scale)
  return { kind: 'decimal', precision: Math.min(integral + kept, MAX_PRECISION), scale: kept }
}

/** The function that rounds values of the type to `scale` digits behind the point, before it where negative. */
function rounder(type: DataType, scale: number, divide: Divide): (value: never) => Value {
  switch (type.kind) {
    case 'decimal': {
      const to = roundedType(type, scale) as DecimalType
      return (value: bigint) => checked(roundUnscaled(value, type.scale, scale, divide), to.precision, to.scale)
    }
    case 'bigint':
      return (value: bigint) => inRange(roundUnscaled(value, 0, scale, divide), type)
    case 'double':
      return divide === divideHalfUp && scale >= 0 && scale <= FAST_DIGITS
        ? (value: number) => roundHalfUp(value, scale)
        : (value: number) => roundDouble(value, scale, divide)
    case 'float':
      return (value: number) => Math.fround(roundDouble(value, scale, divide))
    default:
      return (value: number) => Number(inRange(roundUnscaled(BigInt(value), 0, scale, divide), type))
  }
}

/** The result's scale is that of `roundedType`: as many digits as are left of it, and none before the point. */
function roundUnscaled(value: bigint, from: number, scale: number, divide: Divide): bigint {
  if (scale >= from) return value
  const rounded = divide(value, powerOfTen(from - scale))
  return scale < 0 ? rounded * powerOfTen(-scale) : rounded
}

function inRange(value: bigint, type: DataType): bigint {
  const bits = { tinyint: 8, smallint: 16, int: 32 }[type.kind as 'int'] ?? 64
  if (value === BigInt.asIntN(bits, value)) return value
  throw overflow(String(value), type)
}

function overflow(text: string, type: DataType): RowFault {
  return new RowFault('E_OVERFLOW', `the result ${text} is out of range for ${typeName(type)}`)
}

/** Powers of ten up to here are exact doubles. */
const FAST_DIGITS = 22
/** Below this a product with a power of ten is off by less than `UNSURE`. */
const FAST_LIMIT = 2 ** 40
const UNSURE = 2 ** -10

/**
 * The decimal digits of the double count, as Spark's: 1.005 becomes 1.01. The quotient of two exact doubles is the nearest
 * one to the rounded decimal, so texts are read only where the product stands near the middle between two integers.
 */
function roundHalfUp(value: number, scale: number): number {
  const power = 10 ** scale
  const magnitude = Math.abs(value) * power
  if (!(magnitude < FAST_LIMIT)) return roundDouble(value, scale, divideHalfUp)
  const whole = Math.floor(magnitude)
  const fraction = magnitude - whole
  if (Math.abs(fraction - 0.5) < UNSURE) return roundDouble(value, scale, divideHalfUp)
  const rounded = (fraction > 0.5 ? whole + 1 : whole) / power
  return value < 0 && rounded !== 0 ? -rounded : rounded
}

function roundDouble(value: number, scale: number, divide: Divide): number {
  if (!Number.isFinite(value)) return value
  const parsed = parseDecimal(doubleText(value))
  if (parsed === undefined) throw new Error(`${value} is no number`)
  if (scale >= parsed.scale) return value + 0
  const rounded = divide(parsed.unscaled, powerOfTen(parsed.scale - scale))
  return Number(`${rounded}e${-scale}`)
}

function divideHalfEven(a: bigint, b: bigint): bigint {
  const rounded = divideHalfUp(a, b)
  const isMiddle = (rounded * b - a) * 2n === (rounded * b > a ? b : -b)
  return isMiddle && rounded % 2n !== 0n ? rounded + (rounded * b > a ? -1n : 1n) : rounded
}

function divideFloor(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient
}

function divideCeiling(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a > 0n && quotient * b !== a ? quotient + 1n : quotient
}
