// Sets of code points: what a character class of a regular expression matches.

/** Bounds of ranges, both inclusive: `[from, to, from, to, …]`, ascending, with gaps between. */
export type CodeSet = readonly number[]

const LAST = 0x10ffff

export function single(code: number): CodeSet {
  return [code, code]
}

/** Of characters and ranges, such as `AZaz09`. */
export function ranges(text: string): CodeSet {
  return union(Array.from(text, (character) => character.codePointAt(0) as number))
}

/** Of bounds in any order. */
export function union(...sets: readonly CodeSet[]): CodeSet {
  const pairs = sets.flatMap((set) => Array.from({ length: set.length / 2 }, (_, i) => [set[2 * i], set[2 * i + 1]]))
  pairs.sort((a, b) => (a[0] as number) - (b[0] as number))
  const joined: number[] = []
  for (const [from, to] of pairs as [number, number][]) {
    const end = joined.at(-1)
    if (end !== undefined && from <= end + 1) joined[joined.length - 1] = Math.max(end, to)
    else joined.push(from, to)
  }
  return joined
}

export function complement(set: CodeSet): CodeSet {
  const gaps: number[] = []
  let next = 0
  for (let i = 0; i < set.length; i += 2) {
    if ((set[i] as number) > next) gaps.push(next, (set[i] as number) - 1)
    next = (set[i + 1] as number) + 1
  }
  if (next <= LAST) gaps.push(next, LAST)
  return gaps
}

export function intersection(a: CodeSet, b: CodeSet): CodeSet {
  return complement(union(complement(a), complement(b)))
}

function has(set: CodeSet, code: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (code >= (set[i] as number) && code <= (set[i + 1] as number)) return true
  return false
}

/** Java's simple case mappings: those that give one character. */
function upper(code: number): number {
  return simple(String.fromCodePoint(code).toUpperCase()) ?? titleOf().get(code) ?? code
}

function lower(code: number): number {
  // İ: two characters in JavaScript, one in Java.
  return code === 0x130 ? 0x69 : (simple(String.fromCodePoint(code).toLowerCase()) ?? code)
}

function simple(text: string): number | undefined {
  const code = text.codePointAt(0) as number
  return text.length === (code > 0xffff ? 2 : 1) ? code : undefined
}

let titles: ReadonlyMap<number, number> | undefined

/** Greek letters with iota below: their simple upper case is what has them as its lower case. */
function titleOf(): ReadonlyMap<number, number> {
  titles ??= new Map(
    Array.from({ length: 0x80 }, (_, i) => 0x1f80 + i)
      .filter((code) => lower(code) !== code)
      .map((code) => [lower(code), code]),
  )
  return titles
}

let cased: readonly number[] | undefined

function casedCodes(): readonly number[] {
  cased ??= Array.from({ length: 0x1f000 }, (_, code) => code).filter(
    (code) => (code < 0xd800 || code > 0xdfff) && (upper(code) !== code || lower(code) !== code),
  )
  return cased
}

const isAscii = (code: number) => code < 128
const ASCII_LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].map((letter) => letter.charCodeAt(0))

/** The characters that are equal to one under Java's flag `i`, or `iu`; undefined where Java itself is not of one mind. */
export function ofAnyCase(code: number, unicode: boolean): CodeSet | undefined {
  if (!unicode) return isAscii(code) ? union(single(upper(code)), single(lower(code)), single(code)) : single(code)
  const up = upper(code)
  const low = lower(up)
  const others = casedCodes().filter((other) => lower(upper(other)) === low)
  // ß: equal to ẞ in a row of letters, but not alone.
  if (up === low) return others.some((other) => other !== code) ? undefined : single(code)
  return union(single(low), ...others.map(single))
}

/** The characters that are in a range under Java's flag `i`, or `iu`. */
export function rangeOfAnyCase(from: number, to: number, unicode: boolean): CodeSet {
  const range: CodeSet = [from, to]
  const others = (unicode ? casedCodes() : ASCII_LETTERS).filter((code) => {
    const up = upper(code)
    return has(range, up) || has(range, unicode ? lower(up) : lower(code))
  })
  return union(range, ...others.map(single))
}
