// Numbers from the bytes of their texts, as far as plain arithmetic is exact; what is longer is left to the caller.
//
// Each reader takes the span `[start, end)` of a text. It gives NaN where the text is not in the plain form, or where
// the short way might be wrong by a bit: the caller then reads the text.

const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Every integer of so many digits is a double. */
const EXACT_DIGITS = 15

/** Every integer below it has not more than so many digits. */
const MAX_EXACT = 10 ** EXACT_DIGITS

/** Powers of ten, which are doubles. */
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`))

/** How many digits stood behind the point of what `readDigits` read last: a second result, without an object for both. */
let fraction = 0

/** All digits of `12`, `12.50` or `.5` as one integer: not more than 15. */
function readDigits(bytes: Uint8Array, from: number, end: number): number {
  if (end - from > EXACT_DIGITS + 1) return Number.NaN
  let value = 0
  let point = end
  for (let p = from; p < end; p++) {
    const digit = (bytes[p] as number) - ZERO
    if (digit >= 0 && digit <= 9) value = value * 10 + digit
    else if (digit === POINT - ZERO && point === end) point = p
    else return Number.NaN
  }
  const digits = point === end ? end - from : end - from - 1
  if (digits === 0 || digits > EXACT_DIGITS) return Number.NaN
  fraction = point === end ? 0 : end - point - 1
  return value
}

/**
 * The nearest double of `12`, `-12.50` or `.5`: not more than 15 digits, and no exponent. The digits as an integer and
 * the power of ten are doubles, so their quotient is rounded once (W. Clinger, "How to Read Floating Point Numbers
 * Accurately", 1990).
 */
export function readDouble(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start]
  const digits = readDigits(bytes, sign === MINUS || sign === PLUS ? start + 1 : start, end)
  // NaN stays NaN.
  const value = digits / (POWERS[fraction] as number)
  return sign === MINUS ? -value : value
}

/** An integer of not more than 15 digits, never -0. */
export function readInteger(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start]
  const from = sign === MINUS || sign === PLUS ? start + 1 : start
  if (end === from || end - from > EXACT_DIGITS) return Number.NaN
  let value = 0
  for (let p = from; p < end; p++) {
    const digit = (bytes[p] as number) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return sign === MINUS ? 0 - value : value
}

/** The whole part of a number of not more than 15 digits before the point, never -0. */
export function readTruncated(bytes: Uint8Array, start: number, end: number): number {
  let point = start
  while (point < end && bytes[point] !== POINT) point++
  for (let p = point + 1; p < end; p++) {
    const digit = (bytes[p] as number) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
  }
  return readInteger(bytes, start, point)
}

/** A reader of the unscaled values of numbers with up to `scale` digits behind the point, never -0. */
export function unscaledReader(scale: number): (bytes: Uint8Array, start: number, end: number) => number {
  return (bytes, start, end) => {
    const sign = bytes[start]
    const digits = readDigits(bytes, sign === MINUS || sign === PLUS ? start + 1 : start, end)
    const missing = scale - fraction
    if (!(missing >= 0 && missing <= EXACT_DIGITS)) return Number.NaN
    const value = digits * (POWERS[missing] as number)
    if (!(value < MAX_EXACT)) return Number.NaN
    return sign === MINUS ? 0 - value : value
  }
}
