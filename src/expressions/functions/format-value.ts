// One value by a specifier of Java's format strings.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { typeName } from '../../types.ts'
import { decimalText } from '../../values/decimal.ts'
import { doubleText, floatText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import type { Specifier } from './java-format.ts'
import { murmurBytes } from './murmur3.ts'
import { grouped, halfUp, rounded, shortestDigits } from './shortest-digits.ts'

const BITS: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  int: 32,
  date: 32,
  bigint: 64,
  timestamp: 64,
  timestamp_ntz: 64,
}
const SEED = 42

/** Throws RowFault where the conversion is not for values of the type. */
export function formatter(specifier: Specifier, type: DataType): (value: Value) => string {
  const write = writer(specifier, type)
  return (value) => {
    const text = value === null ? cut(specifier, specifier.conversion === 'b' ? 'false' : 'null') : write(value)
    return padded(specifier, specifier.isUpper ? text.toUpperCase() : text)
  }
}

/** Spaces on either side up to the width. */
export function padded({ flags, width }: Specifier, text: string): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  boundedLength(text.length + missing)
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text
}

function cut({ precision }: Specifier, text: string): string {
  return precision < 0 ? text : text.slice(0, precision)
}

function writer(specifier: Specifier, type: DataType): (value: Value) => string {
  const bits = BITS[type.kind]
  const isFloating = type.kind === 'float' || type.kind === 'double'
  switch (specifier.conversion) {
    case 'b':
      return (value) => cut(specifier, value === false ? 'false' : 'true')
    case 's': {
      const text = textOf(type)
      return (value) => cut(specifier, text(value))
    }
    case 'h':
      if (bits === 32) return (value) => cut(specifier, unsigned(BigInt(value as number), 32, 16))
      if (type.kind === 'string')
        return (value) => cut(specifier, unsigned(BigInt(murmurBytes(Buffer.from(value as string), SEED)), 32, 16))
      break
    case 'c':
      if (bits !== undefined && bits <= 32) return (value) => character(value as number)
      break
    case 'd':
      if (bits !== undefined)
        return (value) => signed(specifier, Number(value) < 0, integerText(specifier, BigInt(value as number)))
      break
    case 'o':
    case 'x':
      if (bits !== undefined) return (value) => radixText(specifier, BigInt(value as number), bits)
      break
    default:
      if (isFloating) return (value) => doubleFormatted(specifier, value as number)
  }
  if (type.kind === 'void') return () => 'null'
  throw new RowFault('E_TYPE', `%${specifier.conversion} is not for ${typeName(type)}: CAST the argument`)
}

/** As Java's toString of what Spark has for the value. */
function textOf(type: DataType): (value: Value) => string {
  switch (type.kind) {
    case 'double':
      return (value) => doubleText(value as number)
    case 'float':
      return (value) => floatText(value as number)
    case 'decimal':
      return (value) => decimalText(value as bigint, type.scale)
    case 'string':
    case 'boolean':
      return String
    default:
      if (type.kind in BITS) return String
      if (type.kind === 'void') return () => 'null'
      throw new RowFault('E_TYPE', `%s is not for ${typeName(type)}: CAST the argument to string`)
  }
}

function character(code: number): string {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new RowFault('E_TYPE', `%c of ${code}, which is no character`)
  return String.fromCodePoint(code)
}

function unsigned(value: bigint, bits: number, radix: number): string {
  return BigInt.asUintN(bits, value).toString(radix)
}

function integerText({ flags }: Specifier, value: bigint): string {
  const digits = (value < 0n ? -value : value).toString()
  return flags.includes(',') ? grouped(digits) : digits
}

function radixText({ conversion, flags, width }: Specifier, value: bigint, bits: number): string {
  const digits = unsigned(value, bits, conversion === 'x' ? 16 : 8)
  const prefix = flags.includes('#') ? (conversion === 'x' ? '0x' : '0') : ''
  if (!flags.includes('0')) return prefix + digits
  return prefix + digits.padStart(boundedLength(Math.max(0, width - prefix.length)), '0')
}

/** With its sign, and zeros between up to the width. */
function signed({ flags, width }: Specifier, isNegative: boolean, digits: string, zeros = flags.includes('0')): string {
  const inBrackets = isNegative && flags.includes('(')
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const before = inBrackets ? '(' : isNegative ? '-' : plus
  const behind = inBrackets ? ')' : ''
  const wanted = zeros ? boundedLength(Math.max(0, width - before.length - behind.length)) : 0
  return before + digits.padStart(wanted, '0') + behind
}

function doubleFormatted(specifier: Specifier, value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  const isNegative = value < 0 || Object.is(value, -0)
  if (!Number.isFinite(value)) return signed(specifier, isNegative, 'Infinity', false)
  const precision = specifier.precision < 0 ? 6 : specifier.precision
  boundedLength(precision)
  return signed(specifier, isNegative, magnitude(specifier, Math.abs(value), precision))
}

function magnitude({ conversion, flags }: Specifier, value: number, precision: number): string {
  if (conversion === 'e') return scientific(value, precision, flags)
  if (conversion === 'f') return fixed(value, precision, flags)
  const digits = precision === 0 ? 1 : precision
  if (value === 0) return fixed(0, digits - 1, flags)
  const exponent = exponentOf(value, digits - 1)
  if (exponent >= -4 && exponent < digits) return fixed(value, digits - exponent - 1, flags)
  return scientific(value, digits - 1, flags)
}

function fixed(value: number, precision: number, flags: string): string {
  const digits = rounded(shortestDigits(value), precision, halfUp)
    .toString()
    .padStart(precision + 1, '0')
  const whole = digits.slice(0, digits.length - precision)
  const fraction = digits.slice(digits.length - precision)
  const point = fraction !== '' || flags.includes('#') ? '.' : ''
  return (flags.includes(',') ? grouped(whole) : whole) + point + fraction
}

/** The power of ten of the first digit, of a value that is rounded to so many digits behind it. */
function exponentOf(value: number, precision: number): number {
  const { unscaled, scale } = shortestDigits(value)
  const exponent = unscaled.toString().length - 1 - scale
  const digits = rounded({ isNegative: false, unscaled, scale: scale + exponent }, precision, halfUp)
  return digits.toString().length > precision + 1 ? exponent + 1 : exponent
}

function scientific(value: number, precision: number, flags: string): string {
  const exponent = value === 0 ? 0 : exponentOf(value, precision)
  const { unscaled, scale } = shortestDigits(value)
  const shifted = scale + exponent
  const decimal =
    shifted >= 0
      ? { isNegative: false, unscaled, scale: shifted }
      : { isNegative: false, unscaled: unscaled * 10n ** BigInt(-shifted), scale: 0 }
  const digits = rounded(decimal, precision, halfUp)
    .toString()
    .padStart(precision + 1, '0')
  const point = precision > 0 || flags.includes('#') ? '.' : ''
  const power = Math.abs(exponent).toString().padStart(2, '0')
  return `${digits.charAt(0)}${point}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${power}`
}
