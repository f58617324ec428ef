// Values of JSON that nobody asked for: checked and skipped, as src/formats/json/grammar.ts does in JavaScript.

import { QUOTE, SPACE, skipColon, skipSpace, skipString } from './text'

export const COMMA: u32 = 0x2c
export const OPEN_OBJECT: u32 = 0x7b
export const CLOSE_OBJECT: u32 = 0x7d
const OPEN_ARRAY: u32 = 0x5b
const MINUS: u32 = 0x2d
const PLUS: u32 = 0x2b
const POINT: u32 = 0x2e
const ZERO: u32 = 0x30
const NINE: u32 = 0x39
const LETTER_E: u32 = 0x65

/** Values nested deeper are left to JavaScript. */
const MAX_DEPTH: usize = 1024

/** The closing bytes of the open containers. */
const closers: usize = memory.data(1024)

/** Any value. As all functions that skip: the position after it; 0 where it is wrong. */
export function skipValue(at: usize): usize {
  const c: u32 = load<u8>(at)
  if (c === QUOTE) return skipString(at + 1)
  return c === OPEN_OBJECT || c === OPEN_ARRAY ? skipContainer(at) : skipScalar(at)
}

function skipScalar(at: usize): usize {
  const c: u32 = load<u8>(at)
  if (c <= NINE) return skipNumber(at)
  switch (c) {
    case 0x74: // true
      return load<u32>(at) === 0x65757274 ? at + 4 : 0
    case 0x66: // false
      return load<u32>(at, 1) === 0x65736c61 ? at + 5 : 0
    case 0x6e: // null
      return load<u32>(at) === 0x6c6c756e ? at + 4 : 0
    default:
      return 0
  }
}

function skipNumber(at: usize): usize {
  let p = load<u8>(at) === MINUS ? at + 1 : at
  p = load<u8>(p) === ZERO ? p + 1 : skipDigits(p)
  if (p === 0) return 0
  if (load<u8>(p) === POINT) {
    p = skipDigits(p + 1)
    if (p === 0) return 0
  }
  if ((load<u8>(p) | 0x20) !== LETTER_E) return p
  const sign: u32 = load<u8>(p, 1)
  return skipDigits(sign === PLUS || sign === MINUS ? p + 2 : p + 1)
}

/** At least one. */
function skipDigits(at: usize): usize {
  let p = at
  while (<u32>load<u8>(p) - ZERO < 10) p++
  return p === at ? 0 : p
}

function skipKey(at: usize): usize {
  if (load<u8>(at) !== QUOTE) return 0
  const end = skipString(at + 1)
  return end === 0 ? 0 : skipColon(end)
}

function skipContainer(at: usize): usize {
  let p = at
  let depth: usize = 0
  /** Of the innermost open container. */
  let closer: u32 = 0
  while (true) {
    const c: u32 = load<u8>(p)
    if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
      if (load<u8>(++p) <= SPACE) p = skipSpace(p)
      // Two more than the opening byte.
      if (load<u8>(p) === c + 2) p++
      else {
        if (depth === MAX_DEPTH) return 0
        closer = c + 2
        store<u8>(closers + depth, closer)
        depth++
        if (c === OPEN_OBJECT) p = skipKey(p)
        if (p === 0) return 0
        continue
      }
    } else p = c === QUOTE ? skipString(p + 1) : skipScalar(p)
    if (p === 0) return 0

    // After a value: close the containers that end here, until a comma leads to the next value.
    while (true) {
      if (depth === 0) return p
      if (load<u8>(p) <= SPACE) p = skipSpace(p)
      const next: u32 = load<u8>(p++)
      if (next === COMMA) break
      if (next !== closer) return 0
      depth--
      closer = depth === 0 ? 0 : load<u8>(closers + depth - 1)
    }
    if (load<u8>(p) <= SPACE) p = skipSpace(p)
    if (closer === CLOSE_OBJECT) p = skipKey(p)
    if (p === 0) return 0
  }
}
