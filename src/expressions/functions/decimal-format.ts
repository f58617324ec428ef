// Numbers by the patterns of java.text.DecimalFormat in the English locale, but for exponents and currencies.

import { RowFault } from '../../values/row-fault.ts'
import { boundedLength } from '../../values/text-limit.ts'
import { type Decimal, errorOfDigits, grouped, rounded } from './shortest-digits.ts'

export interface Pattern {
  readonly prefix: string
  readonly suffix: string
  readonly negativePrefix: string
  readonly negativeSuffix: string
  readonly minWhole: number
  readonly minFraction: number
  readonly maxFraction: number
  /** 0: none. */
  readonly groupSize: number
  /** Percent and per mille shift the point. */
  readonly shift: number
  readonly hasPoint: boolean
}

/** Of whole numbers with commas and so many digits behind the point. */
export function plainPattern(digits: number): Pattern {
  return {
    prefix: '',
    suffix: '',
    negativePrefix: '-',
    negativeSuffix: '',
    minWhole: 1,
    minFraction: digits,
    maxFraction: digits,
    groupSize: 3,
    shift: 0,
    hasPoint: false,
  }
}

/** Throws RowFault for what is no pattern, and for exponents and currencies. */
export function parsePattern(text: string): Pattern {
  const [positive = '', negative] = split(text)
  const { prefix, number, suffix, shift } = subpattern(positive, text)
  const rest = negative === undefined ? undefined : subpattern(negative, text)
  const isSame = rest !== undefined && rest.prefix === prefix && rest.suffix === suffix
  return {
    prefix,
    suffix,
    negativePrefix: rest === undefined || isSame ? `-${prefix}` : rest.prefix,
    negativeSuffix: rest === undefined || isSame ? suffix : rest.suffix,
    shift,
    ...digitCounts(number, text),
  }
}

/** At the first ; that is not quoted. */
function split(text: string): readonly string[] {
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") isQuoted = !isQuoted
    else if (text[i] === ';' && !isQuoted) return [text.slice(0, i), text.slice(i + 1)]
  }
  return [text]
}

function subpattern(part: string, text: string) {
  let [prefix, number, suffix, shift] = ['', '', '', 0]
  const token = /'(')|'((?:[^']|'')*)'|([#0,.]+)|([%\u2030])|([\s\S])/gu
  for (const [all, quote, quoted, digits, rate] of part.matchAll(token)) {
    if (all === 'E' || all === '\u00a4' || all === "'") throw wrong(text, `${all} is not supported`)
    if (digits !== undefined) {
      if (suffix !== '' || number !== '') throw wrong(text, 'it has two numbers')
      number = digits
      continue
    }
    if (rate !== undefined) shift = rate === '%' ? 2 : 3
    const literal = quote ?? quoted?.replaceAll("''", "'") ?? all
    if (number === '') prefix += literal === '-' ? '-' : literal
    else suffix += literal
  }
  return { prefix, number, suffix, shift }
}

/** `DecimalFormat.applyPattern` counts # left of zeros, zeros, and # right of them. */
function digitCounts(number: string, text: string) {
  const [whole = '', fraction, more] = number.split('.')
  if (more !== undefined) throw wrong(text, 'it has two decimal points')
  if (fraction?.includes(',')) throw wrong(text, 'no comma stands behind the decimal point')
  const digits = whole.replaceAll(',', '')
  const all = digits + (fraction ?? '')
  if (!/^#*0*#*$/.test(all) || /0#/.test(digits) || (digits.includes('0') && /#0/.test(fraction ?? '')))
    throw wrong(text, 'its # and 0 are in the wrong order')
  let [left, zeros] = [/^#*/.exec(all)?.[0].length ?? 0, all.replaceAll('#', '').length]
  if (zeros === 0 && left > 0 && fraction !== undefined) {
    left = Math.max(digits.length, 1) - 1
    zeros = 1
  }
  const comma = whole.lastIndexOf(',')
  if (comma === whole.length - 1 && comma >= 0) throw wrong(text, 'a comma stands before digits')
  const end = fraction === undefined ? all.length : digits.length
  return {
    minWhole: Math.max(0, end - left),
    minFraction: fraction === undefined ? 0 : Math.max(0, left + zeros - digits.length),
    maxFraction: fraction?.length ?? 0,
    groupSize: comma < 0 ? 0 : whole.length - comma - 1,
    hasPoint: fraction === '',
  }
}

function wrong(text: string, why: string): RowFault {
  return new RowFault('E_TYPE', `the number pattern ${JSON.stringify(text.slice(0, 50))} is none: ${why}`)
}

/**
 * Rounded half to the even neighbour. `double`: what the digits are the shortest of; it decides where they lie in the
 * middle between two results and the double does not.
 */
export function formatDecimal(decimal: Decimal, pattern: Pattern, double?: number): string {
  const { minWhole, minFraction, maxFraction, groupSize, shift } = pattern
  boundedLength(maxFraction + minWhole)
  const shifted: Decimal = { ...decimal, scale: Math.max(0, decimal.scale - shift) }
  const factor = 10n ** BigInt(Math.max(0, shift - decimal.scale))
  const value = rounded({ ...shifted, unscaled: decimal.unscaled * factor }, maxFraction, (quotient, rest, divisor) => {
    if (2n * rest !== divisor) return 2n * rest > divisor
    const error = double === undefined ? 0 : errorOfDigits(double, decimal)
    return error === 0 ? quotient % 2n === 1n : error > 0
  })
  const digits = value.toString().padStart(maxFraction + 1, '0')
  const whole = digits
    .slice(0, digits.length - maxFraction)
    .replace(/^0+/, '')
    .padStart(minWhole, '0')
  const fraction = trimmed(digits.slice(digits.length - maxFraction), minFraction)
  const shown = whole === '' && fraction === '' ? '0' : whole
  const point = fraction !== '' || pattern.hasPoint ? '.' : ''
  const number = `${groupSize === 0 ? shown : grouped(shown, groupSize)}${point}${fraction}`
  return decimal.isNegative
    ? `${pattern.negativePrefix}${number}${pattern.negativeSuffix}`
    : `${pattern.prefix}${number}${pattern.suffix}`
}

/** Without zeros at the end, but for so many digits. */
function trimmed(fraction: string, least: number): string {
  let end = fraction.length
  while (end > least && fraction[end - 1] === '0') end--
  return fraction.slice(0, end)
}
