// conv: the digits of a number to another base.

import { RowFault } from '../../values/row-fault.ts'

const MAX_RADIX = 36
const UNSIGNED = 2n ** 64n

/** A number's digits to another base, through 64 unsigned bits; signed where `to` is negative (Spark's `NumberConverter`). */
export function conv(text: string, from: number, to: number): string | null {
  const base = Math.abs(to)
  if (from < 2 || from > MAX_RADIX || base < 2 || base > MAX_RADIX) return null
  const trimmed = text.replace(/^ +/, '').replace(/(?<! ) +$/, '')
  if (trimmed === '') return null
  const isNegative = trimmed.startsWith('-')
  const unsigned = leadingNumber(isNegative ? trimmed.slice(1) : trimmed, from)
  let value = BigInt.asIntN(64, unsigned)
  let sign = isNegative && to < 0 ? '-' : ''
  if (isNegative && to > 0) value = value < 0n ? -1n : -value
  if (to < 0 && value < 0n) {
    value = -value
    sign = '-'
  }
  return `${sign}${BigInt.asUintN(64, value).toString(base).toUpperCase()}`
}

/** Of the digits at the beginning; 0 where there is none. */
function leadingNumber(digits: string, radix: number): bigint {
  let value = 0n
  for (const character of digits) {
    const digit = /^[0-9A-Za-z]$/.test(character) ? Number.parseInt(character, MAX_RADIX) : MAX_RADIX
    if (digit >= radix) break
    value = value * BigInt(radix) + BigInt(digit)
    if (value >= UNSIGNED) throw new RowFault('E_OVERFLOW', 'the number is above 64 bits')
  }
  return value
}
