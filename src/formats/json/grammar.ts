// The grammar of JSON (RFC 8259) over UTF-8 bytes: functions that skip one element and build nothing.
//
// Each takes the position of the element's first byte and returns the position after it, or `~position` (a negative
// number) of the first wrong byte. The caller puts a 0 behind the text, a byte that JSON allows nowhere: so no loop has
// to check for the end of the text. No function recurses: depth has no limit.

import { skipUtf8 } from '../../values/utf8.ts'

export const QUOTE = 0x22
export const COMMA = 0x2c
const COLON = 0x3a
export const BACKSLASH = 0x5c
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
export const SPACE = 0x20
const MINUS = 0x2d
const PLUS = 0x2b
const ZERO = 0x30
const NINE = 0x39
const POINT = 0x2e

/**
 * By byte: 0 for an ASCII character that stands for itself in a string; else (quote, backslash, control, UTF-8) not 0.
 */
export const SPECIAL = new Uint8Array(256).fill(1, 0, 0x20).fill(1, 0x80)
SPECIAL[QUOTE] = 1
SPECIAL[BACKSLASH] = 1

const HEX = new Uint8Array(256)
  .fill(1, ZERO, NINE + 1)
  .fill(1, 0x41, 0x47)
  .fill(1, 0x61, 0x67)
const ESCAPE = new Uint8Array(256)
for (const letter of '"\\/bfnrt') ESCAPE[letter.charCodeAt(0)] = 1

/** Stack of `skipValue`: the closing bytes of the open containers. */
let closers = new Uint8Array(1024)

/**
 * The position of the first byte from `at` on that is a quote, a backslash, a control or not ASCII; `words` is a view
 * of `bytes`. Tests four bytes at a time: the high bit of a byte of `special` is set where it is a quote, a backslash,
 * a control or not ASCII (Mycroft's test for a zero byte, whose borrow may also set bits above a right one: only the
 * lowest counts).
 */
export function skipPlain(words: DataView, bytes: Uint8Array, at: number): number {
  let p = at
  for (const lastWord = words.byteLength - 4; p <= lastWord; p += 4) {
    const word = words.getInt32(p, true)
    const quotes = word ^ 0x22222222
    const backslashes = word ^ 0x5c5c5c5c
    const special =
      (((quotes - 0x01010101) & ~quotes) |
        ((backslashes - 0x01010101) & ~backslashes) |
        ((word - 0x20202020) & ~word) |
        word) &
      0x80808080
    if (special !== 0) return p + ((31 - Math.clz32(special & -special)) >> 3)
  }
  while (SPECIAL[bytes[p] as number] === 0) p++
  return p
}

export function skipSpace(bytes: Uint8Array, at: number): number {
  let p = at
  for (;;) {
    const c = bytes[p] as number
    if (c > SPACE || (c !== SPACE && c !== 0x0a && c !== 0x0d && c !== 0x09)) return p
    p++
  }
}

/** `at` is behind the opening quote, or before any character of the string. */
export function skipString(bytes: Uint8Array, at: number): number {
  let p = at
  for (;;) {
    while (SPECIAL[bytes[p] as number] === 0) p++
    if (bytes[p] === QUOTE) return p + 1
    p = bytes[p] === BACKSLASH ? skipEscape(bytes, p) : skipUtf8(bytes, p)
    if (p < 0) return p
  }
}

function skipEscape(bytes: Uint8Array, at: number): number {
  const c = bytes[at + 1] as number
  if (ESCAPE[c] === 1) return at + 2
  if (c !== 0x75) return ~(at + 1)
  for (let p = at + 2; p < at + 6; p++) if (HEX[bytes[p] as number] === 0) return ~p
  return at + 6
}

function skipNumber(bytes: Uint8Array, at: number): number {
  let p = bytes[at] === MINUS ? at + 1 : at
  if (bytes[p] === ZERO) p++
  else p = skipDigits(bytes, p)
  if (p >= 0 && bytes[p] === POINT) p = skipDigits(bytes, p + 1)
  if (p >= 0 && (bytes[p] === 0x65 || bytes[p] === 0x45)) {
    const sign = bytes[p + 1]
    p = skipDigits(bytes, sign === PLUS || sign === MINUS ? p + 2 : p + 1)
  }
  return p
}

/** Skips digits, at least one. */
function skipDigits(bytes: Uint8Array, at: number): number {
  let p = at
  while ((bytes[p] as number) >= ZERO && (bytes[p] as number) <= NINE) p++
  return p === at ? ~p : p
}

/** Skips `true`, `false` or `null`. */
function skipWord(bytes: Uint8Array, at: number): number {
  const word = bytes[at] === 0x74 ? 'true' : bytes[at] === 0x66 ? 'false' : 'null'
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return ~(at + i)
  return at + word.length
}

function skipKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return ~at
  const end = skipString(bytes, at + 1)
  return end < 0 ? end : skipColon(bytes, end)
}

/** Skips the colon and the space around it. */
export function skipColon(bytes: Uint8Array, at: number): number {
  if (bytes[at] === COLON && (bytes[at + 1] as number) > SPACE) return at + 1
  const p = skipSpace(bytes, at)
  return bytes[p] === COLON ? skipSpace(bytes, p + 1) : ~p
}

export function skipValue(bytes: Uint8Array, at: number): number {
  const c = bytes[at] as number
  if (c === QUOTE) return skipString(bytes, at + 1)
  if (c === OPEN_OBJECT || c === OPEN_ARRAY) return skipContainer(bytes, at)
  return skipScalar(bytes, at)
}

function skipScalar(bytes: Uint8Array, at: number): number {
  const c = bytes[at] as number
  return c <= NINE ? skipNumber(bytes, at) : skipWord(bytes, at)
}

function skipContainer(bytes: Uint8Array, at: number): number {
  let p = at
  let depth = 0
  for (;;) {
    const c = bytes[p] as number
    if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      const closer = c === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
      p = skipSpace(bytes, p + 1)
      if (bytes[p] === closer) p++
      else {
        if (depth === closers.length) closers = grown(closers)
        closers[depth++] = closer
        if (closer === CLOSE_OBJECT) p = skipKey(bytes, p)
        if (p < 0) return p
        continue
      }
    } else p = c === QUOTE ? skipString(bytes, p + 1) : skipScalar(bytes, p)
    if (p < 0) return p

    // After a value: close the containers that end here, until a comma leads to the next value.
    while (depth > 0) {
      p = skipSpace(bytes, p)
      if (bytes[p] === COMMA) break
      if (bytes[p] !== closers[depth - 1]) return ~p
      depth--
      p++
    }
    if (depth === 0) return p
    p = skipSpace(bytes, p + 1)
    if (closers[depth - 1] === CLOSE_OBJECT) p = skipKey(bytes, p)
    if (p < 0) return p
  }
}

function grown(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(array.length * 2)
  larger.set(array)
  return larger
}

/** The position of the first escape in `[start, end)` of a valid string that is a lone surrogate; -1: there is none. */
export function loneSurrogateAt(bytes: Uint8Array, start: number, end: number): number {
  for (let p = start; p < end; p++) {
    if (bytes[p] !== BACKSLASH) continue
    const unit = escapedUnit(bytes, p)
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = p + 6 < end && bytes[p + 6] === BACKSLASH ? escapedUnit(bytes, p + 6) : -1
      if (next < 0xdc00 || next > 0xdfff) return p
      p += 11
    } else if (unit >= 0xdc00 && unit <= 0xdfff) return p
    else p++
  }
  return -1
}

/** The code unit of `\uXXXX`; -1 for any other escape. */
function escapedUnit(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== 0x75) return -1
  return Number.parseInt(String.fromCharCode(...bytes.subarray(at + 2, at + 6)), 16)
}
