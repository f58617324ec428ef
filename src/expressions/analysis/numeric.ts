// Numeric types: their order, their bounds, and the precision of decimal results (Spark's DecimalPrecision).

import { BIGINT, type DataType, DOUBLE, FLOAT, INT, SMALLINT, TINYINT } from '../../types.ts'

export type DecimalType = Extract<DataType, { kind: 'decimal' }>

const MAX_PRECISION = 38
const MINIMUM_ADJUSTED_SCALE = 6

const ORDER: readonly DataType[] = [TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE]
const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 }
const INTEGER_DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, int: 10, bigint: 20 }

export function isIntegral(type: DataType): boolean {
  return type.kind in BITS
}

export function isFractional(type: DataType): boolean {
  return type.kind === 'float' || type.kind === 'double' || type.kind === 'decimal'
}

export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isFractional(type)
}

export function bitsOf(type: DataType): number {
  return BITS[type.kind] as number
}

/** The decimal type that holds every value of an integer type (Spark's `DecimalType.forType`). */
export function decimalForIntegral(type: DataType): DecimalType {
  return { kind: 'decimal', precision: INTEGER_DIGITS[type.kind] as number, scale: 0 }
}

/** The narrowest type that both numeric types promote to under ANSI. */
export function widerNumeric(a: DataType, b: DataType): DataType {
  if (a.kind === 'decimal' && b.kind === 'decimal') return widerDecimal(a, b)
  if (a.kind === 'decimal') return isIntegral(b) ? widerDecimal(a, decimalForIntegral(b)) : DOUBLE
  if (b.kind === 'decimal') return widerNumeric(b, a)
  const wider = Math.max(rank(a), rank(b))
  // An integer in a float would lose digits.
  if (ORDER[wider] === FLOAT && a.kind !== b.kind) return DOUBLE
  return ORDER[wider] as DataType
}

function rank(type: DataType): number {
  return ORDER.findIndex((candidate) => candidate.kind === type.kind)
}

/** Holds the values of both; integral digits win where 38 digits do not suffice. */
function widerDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale)
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale
  const excess = Math.max(0, precision - MAX_PRECISION)
  return { kind: 'decimal', precision: precision - excess, scale: Math.max(0, scale - excess) }
}

export function decimalResult(operator: '+' | '-' | '*' | '/' | '%', a: DecimalType, b: DecimalType): DecimalType {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale]
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(s1, s2)
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale)
    }
    case '*':
      return adjusted(p1 + p2 + 1, s1 + s2)
    case '/': {
      const scale = Math.max(MINIMUM_ADJUSTED_SCALE, s1 + p2 + 1)
      return adjusted(p1 - s1 + s2 + scale, scale)
    }
    case '%': {
      const scale = Math.max(s1, s2)
      return adjusted(Math.min(p1 - s1, p2 - s2) + scale, scale)
    }
    default:
      return operator satisfies never
  }
}

/** Spark's `DecimalType.adjustPrecisionScale`: at 38 digits fraction digits give way, down to six. */
function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= MAX_PRECISION) return { kind: 'decimal', precision, scale }
  const integralDigits = precision - scale
  const minimum = Math.min(scale, MINIMUM_ADJUSTED_SCALE)
  return { kind: 'decimal', precision: MAX_PRECISION, scale: Math.max(MAX_PRECISION - integralDigits, minimum) }
}

/** `decimal(p,s)` cut to what 38 digits allow (Spark's `DecimalType.bounded`). */
export function boundedDecimal(precision: number, scale: number): DecimalType {
  return { kind: 'decimal', precision: Math.min(precision, MAX_PRECISION), scale: Math.min(scale, MAX_PRECISION) }
}
