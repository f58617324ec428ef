// The characters of `\p{…}` and of Java's other predefined classes.

import { type CodeSet, complement, ranges, union } from './code-set.ts'

const WHITE = '\t\r  '

/** `\d`, `\h`, `\s`, `\v`, `\w`; in upper case their complements. */
export const PREDEFINED: Readonly<Record<string, CodeSet>> = withComplements({
  d: ranges('09'),
  h: ranges('\t\t  \u00a0\u00a0\u1680\u1680\u180e\u180e\u2000\u200a\u202f\u202f\u205f\u205f\u3000\u3000'),
  s: ranges(WHITE),
  v: ranges('\n\r\u0085\u0085\u2028\u2029'),
  w: ranges('AZaz09__'),
})

function withComplements(sets: Readonly<Record<string, CodeSet>>): Readonly<Record<string, CodeSet>> {
  const upper = Object.entries(sets).map(([name, set]) => [name.toUpperCase(), complement(set)])
  return { ...sets, ...Object.fromEntries(upper) }
}

/** What ends a line, for `.` and `$`. */
export const LINE_TERMINATORS = ranges('\n\n\r\r\u0085\u0085\u2028\u2029')

const POSIX: Readonly<Record<string, CodeSet>> = {
  Lower: ranges('az'),
  Upper: ranges('AZ'),
  ASCII: ranges('\0\x7f'),
  Alpha: ranges('AZaz'),
  Digit: ranges('09'),
  Alnum: ranges('AZaz09'),
  Punct: ranges('!/:@[`{~'),
  Graph: ranges('!~'),
  Print: ranges(' ~'),
  Blank: ranges('  \t\t'),
  Cntrl: ranges('\0\x1f\x7f\x7f'),
  XDigit: ranges('09AFaf'),
  Space: ranges(WHITE),
  L1: ranges('\0\xff'),
  all: ranges('\0\u{10ffff}'),
}

const LETTERS_WITH_CASE = ['Lu', 'Ll', 'Lt']

/** Java's name of a binary property, in upper case and without `Is` → JavaScript's. */
const BINARY: Readonly<Record<string, string>> = {
  ALPHABETIC: 'Alphabetic',
  IDEOGRAPHIC: 'Ideographic',
  LETTER: 'L',
  LOWERCASE: 'Lowercase',
  UPPERCASE: 'Uppercase',
  TITLECASE: 'Lt',
  WHITE_SPACE: 'White_Space',
  WHITESPACE: 'White_Space',
  CONTROL: 'Cc',
  PUNCTUATION: 'P',
  HEX_DIGIT: 'Hex_Digit',
  HEXDIGIT: 'Hex_Digit',
  DIGIT: 'Nd',
  ALNUM: 'Alphabetic Nd',
  ASSIGNED: 'Assigned',
}
const CASES = ['LOWERCASE', 'UPPERCASE', 'TITLECASE']

/** The characters of `\p{name}`; undefined where Java or this engine has no such property. */
export function property(name: string, anyCase: boolean): CodeSet | undefined {
  const posix = posixOf(name, anyCase)
  if (posix !== undefined) return posix
  const [, key, value] = /^(\w+)=(\w+)$/.exec(name) ?? []
  if (key !== undefined && value !== undefined) return assigned(key, value, anyCase)
  if (!name.startsWith('Is')) return category(name, anyCase)
  const rest = name.slice(2)
  const binary = rest.toUpperCase()
  if (anyCase && CASES.includes(binary)) return unicode('Lowercase', 'Uppercase', 'Lt')
  const known = BINARY[binary]
  if (known !== undefined) return unicode(...known.split(' '))
  return category(rest, anyCase) ?? script(rest)
}

function posixOf(name: string, anyCase: boolean): CodeSet | undefined {
  return anyCase && (name === 'Lower' || name === 'Upper') ? POSIX['Alpha'] : POSIX[name]
}

/** `gc=Lu`, `script=Latin`. */
function assigned(key: string, value: string, anyCase: boolean): CodeSet | undefined {
  switch (key.toLowerCase()) {
    case 'sc':
    case 'script':
      return script(value)
    case 'gc':
    case 'general_category':
      return category(value, anyCase)
    default:
      return undefined
  }
}

const CATEGORY = /^(?:L[ultmo]?|LC|LD|M[nce]?|N[dlo]?|Z[slp]?|C[cfosn]?|P[dsecoif]?|S[mcko]?)$/

function category(name: string, anyCase: boolean): CodeSet | undefined {
  if (!CATEGORY.test(name)) return undefined
  if (name === 'LC' || (anyCase && LETTERS_WITH_CASE.includes(name))) return unicode(...LETTERS_WITH_CASE)
  return name === 'LD' ? unicode('L', 'Nd') : unicode(name)
}

function script(name: string): CodeSet | undefined {
  // Java ignores case, JavaScript does not; names of two words are rare.
  const spelt = name
    .toLowerCase()
    .split('_')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('_')
  try {
    return unicode(`Script=${spelt}`)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const known = new Map<string, CodeSet>()

/** Of JavaScript's properties, all together; read from its own regular expressions, once for each. */
function unicode(...names: readonly string[]): CodeSet {
  const key = names.join(' ')
  let set = known.get(key)
  if (set === undefined) {
    set = scan(new RegExp(`[${names.map((name) => (name === 'Assigned' ? '\\P{Cn}' : `\\p{${name}}`)).join('')}]`, 'u'))
    known.set(key, set)
  }
  return set
}

function scan(pattern: RegExp): CodeSet {
  const bounds: number[] = []
  let isInside = false
  for (let code = 0; code <= 0x110000; code++) {
    const is = code <= 0x10ffff && pattern.test(String.fromCodePoint(code))
    if (is && !isInside) bounds.push(code)
    if (!is && isInside) bounds.push(code - 1)
    isInside = is
  }
  return union(bounds)
}
