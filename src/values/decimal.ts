// Exact decimals: an unscaled bigint whose scale stands in the type.

import { RowFault } from './row-fault.ts'

const POWERS: bigint[] = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent))

export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent)
}

/** The unscaled value at another scale, rounded half up (away from zero). */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * powerOfTen(to - from)
  return divideHalfUp(unscaled, powerOfTen(from - to))
}

/** The unscaled value at another scale, digits behind it dropped. */
export function truncateScale(unscaled: bigint, from: number, to: number): bigint {
  return to >= from ? unscaled * powerOfTen(to - from) : unscaled / powerOfTen(from - to)
}

/** a / b rounded half up (away from zero); b is not 0. */
export function divideHalfUp(a: bigint, b: bigint): bigint {
  const quotient = a / b
  const remainder = a % b
  const twice = (remainder < 0n ? -remainder : remainder) * 2n
  if (twice < (b < 0n ? -b : b)) return quotient
  return a < 0n === b < 0n ? quotient + 1n : quotient - 1n
}

export function fits(unscaled: bigint, precision: number): boolean {
  const limit = powerOfTen(precision)
  return unscaled < limit && unscaled > -limit
}

/** The unscaled value if it has no more digits than the type allows; else the row fails. */
export function checked(unscaled: bigint, precision: number, scale: number): bigint {
  if (fits(unscaled, precision)) return unscaled
  throw new RowFault('E_OVERFLOW', `${decimalText(unscaled, scale)} does not fit decimal(${precision},${scale})`)
}

/** Plain digits with `scale` of them behind the point: `-0.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString()
  const negative = unscaled < 0n
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** The nearest double. */
export function decimalToNumber(unscaled: bigint, scale: number): number {
  return scale === 0 ? Number(unscaled) : Number(decimalText(unscaled, scale))
}

export interface ParsedDecimal {
  readonly unscaled: bigint
  readonly scale: number
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/

/** A number's text, exactly but for those beyond 400 digits: they are still out of every range. Undefined where it is none. */
export function parseDecimal(text: string): ParsedDecimal | undefined {
  const match = NUMBER.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const magnitude = BigInt(whole + fraction)
  const unscaled = sign === '-' ? -magnitude : magnitude
  const scale = fraction.length - Number(exponent)
  // Nothing that any type holds is left of it.
  const isTiny = whole.length + fraction.length - scale < -400
  if (unscaled === 0n || isTiny) return { unscaled: 0n, scale: 0 }
  if (scale >= 0) return { unscaled, scale }
  // More digits than any type holds: enough of them to overflow.
  return { unscaled: unscaled * powerOfTen(Math.min(-scale, 400)), scale: 0 }
}
