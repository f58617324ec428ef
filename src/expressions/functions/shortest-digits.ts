// Doubles as digits: the fewest that tell a double from all others, as Java's and JavaScript's texts of doubles have them.

export interface Decimal {
  readonly isNegative: boolean
  readonly unscaled: bigint
  /** How many digits stand behind the point; never below 0. */
  readonly scale: number
}

/** Of a finite double; −0 is negative. */
export function shortestDigits(value: number): Decimal {
  const isNegative = value < 0 || Object.is(value, -0)
  const [digits = '0', exponent = '0'] = Math.abs(value).toString().split('e')
  const [whole = '0', fraction = ''] = digits.split('.')
  const scale = fraction.length - Number(exponent)
  const unscaled = BigInt(whole + fraction)
  return scale >= 0
    ? { isNegative, unscaled, scale }
    : { isNegative, unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 }
}

/** How the double differs from its shortest digits: above 0 where it is greater, without its sign. */
export function errorOfDigits(value: number, { unscaled, scale }: Decimal): number {
  const [numerator, denominator] = exactly(Math.abs(value))
  const difference = numerator * 10n ** BigInt(scale) - unscaled * denominator
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

/** A finite double as a fraction of whole numbers. */
function exactly(value: number): readonly [numerator: bigint, denominator: bigint] {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = exponent === 0 ? fraction : fraction | 0x10000000000000n
  const power = Math.max(exponent, 1) - 1075
  return power >= 0 ? [mantissa << BigInt(power), 1n] : [mantissa, 1n << BigInt(-power)]
}

/** `up`: whether a remainder, of a divisor, makes the quotient one greater. */
export function rounded(
  { unscaled, scale }: Decimal,
  digits: number,
  up: (quotient: bigint, remainder: bigint, divisor: bigint) => boolean,
): bigint {
  if (scale <= digits) return unscaled * 10n ** BigInt(digits - scale)
  const divisor = 10n ** BigInt(scale - digits)
  const [quotient, remainder] = [unscaled / divisor, unscaled % divisor]
  return up(quotient, remainder, divisor) ? quotient + 1n : quotient
}

export function halfUp(_: bigint, remainder: bigint, divisor: bigint): boolean {
  return 2n * remainder >= divisor
}

/** Commas between groups of `size` digits. */
export function grouped(digits: string, size = 3): string {
  const first = digits.length % size
  const groups = first === 0 ? [] : [digits.slice(0, first)]
  for (let i = first; i < digits.length; i += size) groups.push(digits.slice(i, i + size))
  return groups.join(',')
}
