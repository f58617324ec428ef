// Java's format strings (java.util.Formatter in the English locale), but for dates and hexadecimal doubles.

import { RowFault } from '../../values/row-fault.ts'

export interface Specifier {
  /** Which argument, counted from 0; -1: none, of %% and %n. */
  readonly argument: number
  readonly flags: string
  /** -1: not given. */
  readonly width: number
  readonly precision: number
  /** In lower case. */
  readonly conversion: string
  readonly isUpper: boolean
}

export type FormatPart = string | Specifier

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y
/** Conversions, and the flags that each takes. */
const FLAGS: Readonly<Record<string, string>> = {
  b: '-',
  h: '-',
  s: '-',
  c: '-',
  d: '-+ 0,(',
  o: '-#0',
  x: '-#0',
  e: '-#+ 0(',
  f: '-#+ 0,(',
  g: '-+ 0,(',
  '%': '-',
  n: '',
}
const WITH_UPPER = 'bhscxeg'
const WITH_PRECISION = 'bhsefg'

/** Throws RowFault for what is no format. `count`: of the arguments. */
export function parseFormat(format: string, count: number): readonly FormatPart[] {
  const parts: FormatPart[] = []
  let ordinary = 0
  let last = -1
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf('%', at)
    if (next !== at) {
      parts.push(next < 0 ? format.slice(at) : format.slice(at, next))
      if (next < 0) break
    }
    SPECIFIER.lastIndex = next
    const match = SPECIFIER.exec(format)
    if (match === null) throw wrong(`a % that begins nothing, at ${next + 1}`)
    at = SPECIFIER.lastIndex
    const specifier = specifierOf(match)
    if (specifier.conversion !== '%' && specifier.conversion !== 'n') {
      if (specifier.flags.includes('<')) {
        if (last < 0) throw wrong('%< has no argument before it')
      } else if (match[1] === undefined) last = ordinary++
      else last = Number(match[1]) - 1
      if (last < 0)
        throw new RowFault('E_TYPE', 'arguments count from %1$, not %0$', 'INVALID_PARAMETER_VALUE.ZERO_INDEX')
      if (last >= count) throw wrong(`${match[0]} has no argument`)
    }
    parts.push({ ...specifier, argument: /[%n]/.test(specifier.conversion) ? -1 : last })
  }
  return parts
}

function specifierOf([all, , flags = '', width, precision, letter = '']: RegExpExecArray): Specifier {
  const conversion = letter.toLowerCase()
  const allowed = FLAGS[conversion]
  const isUpper = letter !== conversion
  if (allowed === undefined || (isUpper && !WITH_UPPER.includes(conversion))) throw wrong(`${all} is not supported`)
  const given = flags.replace('<', '')
  for (const [i, flag] of [...given].entries()) {
    if (!allowed.includes(flag)) throw wrong(`${all}: the flag ${flag} is not for %${letter}`)
    if (given.indexOf(flag) !== i) throw wrong(`${all}: a flag stands twice`)
  }
  const hasBoth = (a: string, b: string) => given.includes(a) && given.includes(b)
  if (hasBoth('-', '0') || hasBoth('+', ' ')) throw wrong(`${all}: flags that exclude each other`)
  if (/[-0]/.test(given) && width === undefined) throw wrong(`${all}: a flag that needs a width`)
  if (precision !== undefined && !WITH_PRECISION.includes(conversion)) throw wrong(`${all} takes no precision`)
  if (conversion === 'n' && width !== undefined) throw wrong('%n takes no width')
  return { argument: -1, flags, width: bound(width, all), precision: bound(precision, all), conversion, isUpper }
}

function bound(digits: string | undefined, all: string): number {
  if (digits === undefined) return -1
  if (Number(digits) > 2 ** 31 - 1) throw wrong(`${all} is too wide`)
  return Number(digits)
}

function wrong(why: string): RowFault {
  return new RowFault('E_TYPE', `no format of format_string: ${why}`)
}
