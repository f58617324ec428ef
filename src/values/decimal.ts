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

/** Spark's error of a decimal that has too many digits. */
export const DECIMAL_OVERFLOW = 'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION'

/** The unscaled value if it has no more digits than the type allows; else the row fails. `written` as its user knows it. */
export function checked(unscaled: bigint, precision: number, scale: number, written?: string): bigint {
  if (fits(unscaled, precision)) return unscaled
  const text = abbreviated(written ?? decimalText(unscaled, scale))
  throw new RowFault('E_OVERFLOW', `${text} does not fit decimal(${precision},${scale})`, DECIMAL_OVERFLOW)
}

const SHOWN = 60

/** A text for a message, which is cut where it is long. */
export function abbreviated(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
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

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Digits that are kept of a number; the others tell no two values of any type apart. */
const KEPT_DIGITS = 1000
/** Beyond this power of ten, and below the negative one, no type has a value but 0. */
const MAX_EXPONENT = 400

/** 0.`digits` × 10^`exponent`; no zero at either end of the digits, which are empty for 0. */
interface Digits {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

function readDigits(text: string): Digits | undefined {
  const match = NUMBER.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  const all = whole + fraction
  let start = 0
  while (all[start] === '0') start++
  let end = Math.min(all.length, start + KEPT_DIGITS)
  while (end > start && all[end - 1] === '0') end--
  return { negative: sign === '-', digits: all.slice(start, end), exponent: whole.length - start + Number(exponent) }
}

/** A number's text; exactly but for those beyond 10^400, which are still out of every range. Undefined where it is none. */
export function parseDecimal(text: string): ParsedDecimal | undefined {
  const read = readDigits(text)
  if (read === undefined) return undefined
  const { negative, digits, exponent } = read
  if (digits === '' || exponent < -MAX_EXPONENT) return { unscaled: 0n, scale: 0 }
  const magnitude = BigInt(digits)
  const unscaled = negative ? -magnitude : magnitude
  const scale = digits.length - Math.min(exponent, MAX_EXPONENT)
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * powerOfTen(-scale), scale: 0 }
}

/** The same text for the texts of equal numbers, whatever their size. Undefined where it is none. */
export function numberKey(text: string): string | undefined {
  const read = readDigits(text)
  if (read === undefined) return undefined
  const { negative, digits, exponent } = read
  return digits === '' ? '0' : `${negative ? '-' : ''}${digits}e${exponent}`
}

/** Negative, 0 or positive for the texts of two numbers, whatever their size; 0 where one is none. */
export function compareNumberTexts(a: string, b: string): number {
  const [x, y] = [readDigits(a), readDigits(b)]
  if (x === undefined || y === undefined) return 0
  return signed(x, y) ?? (x.negative ? -magnitudeOrder(x, y) : magnitudeOrder(x, y))
}

/** Where the signs tell. */
function signed(x: Digits, y: Digits): number | undefined {
  const [a, b] = [x, y].map(({ digits, negative }) => (digits === '' ? 0 : negative ? -1 : 1)) as [number, number]
  return a === b && a !== 0 ? undefined : a - b
}

function magnitudeOrder(x: Digits, y: Digits): number {
  if (x.exponent !== y.exponent) return x.exponent < y.exponent ? -1 : 1
  return x.digits === y.digits ? 0 : x.digits < y.digits ? -1 : 1
}
