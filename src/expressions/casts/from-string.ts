// Strings → numbers and booleans, as Spark's ANSI casts read them.

import type { DataType } from '../../types.ts'
import { checked, fits, parseDecimal, rescale } from '../../values/decimal.ts'
import { trimAll } from '../../values/trim.ts'
import { bitsOf } from '../analysis/numeric.ts'
import { castFault, digitsFault } from './fault.ts'

const INTEGER = /^[+-]?\d+$/
const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['infinity', Infinity],
  ['+infinity', Infinity],
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-infinity', -Infinity],
  ['-inf', -Infinity],
])

export function stringToIntegral(text: string, type: DataType): bigint {
  const trimmed = trimAll(text)
  if (!INTEGER.test(trimmed)) throw castFault(text, type)
  const value = integerOf(trimmed)
  if (value === undefined || value !== BigInt.asIntN(bitsOf(type), value)) throw castFault(text, type)
  return value
}

/** Digits with or without a sign; undefined where they are more than a bigint holds, which may be a million of them. */
export function integerOf(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]?0*/, '')
  if (digits.length > 19) return undefined
  return BigInt(`${text.startsWith('-') ? '-' : ''}${digits || '0'}`)
}

export function stringToDouble(text: string, type: DataType): number {
  const trimmed = trimAll(text)
  const special = SPECIAL.get(trimmed.toLowerCase())
  if (special !== undefined) return special
  if (!DOUBLE.test(trimmed)) throw castFault(text, type)
  const value = Number(trimmed.replace(/[dDfF]$/, ''))
  return type.kind === 'float' ? Math.fround(value) : value
}

/** Before the point, of any decimal. */
const MAX_DIGITS = 38

export function stringToDecimal(text: string, type: Extract<DataType, { kind: 'decimal' }>): bigint {
  const parsed = parseDecimal(trimAll(text))
  if (parsed === undefined) throw castFault(text, type)
  if (!fits(parsed.unscaled, MAX_DIGITS + parsed.scale)) throw digitsFault(text, type)
  return checked(rescale(parsed.unscaled, parsed.scale, type.scale), type.precision, type.scale, text)
}

const TRUE = new Set(['t', 'true', 'y', 'yes', '1'])
const FALSE = new Set(['f', 'false', 'n', 'no', '0'])

export function stringToBoolean(text: string, type: DataType): boolean {
  const word = trimAll(text).toLowerCase()
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  throw castFault(text, type)
}
