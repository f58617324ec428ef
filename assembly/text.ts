// Bytes of JSON texts: space, strings and UTF-8.
//
// Functions that skip an element take the position of its first byte and return the position after it; 0 where it is
// not as it has to be. A byte 0 stands behind each record, which JSON allows nowhere: no loop checks for the end.

export const QUOTE: u32 = 0x22
export const BACKSLASH: u32 = 0x5c
export const COLON: u32 = 0x3a
export const SPACE: u32 = 0x20
const LETTER_U: u32 = 0x75

/** `at` may be at any byte. */
export function skipSpace(at: usize): usize {
  let p = at
  let c: u32 = load<u8>(p)
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = load<u8>(++p)
  return p
}

/** The position of the first quote, backslash or control at or behind `at`. */
export function special(at: usize): usize {
  let p = at
  while (true) {
    const bytes = v128.load(p)
    const isSpecial = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
      i8x16.lt_u(bytes, i8x16.splat(<i8>SPACE)),
    )
    const bits = i8x16.bitmask(isSpecial)
    if (bits !== 0) return p + ctz(bits)
    p += 16
  }
}

/** From behind the opening quote. */
export function skipString(at: usize): usize {
  let p = at
  while (true) {
    p = special(p)
    const c: u32 = load<u8>(p)
    if (c === QUOTE) return p + 1
    if (c !== BACKSLASH) return 0
    p = skipEscape(p)
    if (p === 0) return 0
  }
}

export function skipEscape(at: usize): usize {
  const c: u32 = load<u8>(at, 1)
  if (c === LETTER_U) {
    for (let p = at + 2; p < at + 6; p++) if (!isHexDigit(load<u8>(p))) return 0
    return at + 6
  }
  switch (c) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2
    default:
      return 0
  }
}

function isHexDigit(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 6
}

/** Skips the colon and the space around it. */
export function skipColon(at: usize): usize {
  let p = at
  if (load<u8>(p) !== COLON) {
    p = skipSpace(p)
    if (load<u8>(p) !== COLON) return 0
  }
  p++
  return load<u8>(p) > SPACE ? p : skipSpace(p)
}

/** Whether a valid string `[start, end)` has an escape that is a lone surrogate. */
export function hasLoneSurrogate(start: usize, end: usize): bool {
  for (let p = start; p < end; p++) {
    if (load<u8>(p) !== BACKSLASH) continue
    const unit = surrogateAt(p)
    if (unit === 0) p++
    else {
      if (unit >= 0xdc00 || p + 6 >= end || load<u8>(p + 6) !== BACKSLASH || surrogateAt(p + 6) < 0xdc00) return true
      p += 11
    }
  }
  return false
}

/** The upper byte of the surrogate that the escape at `at` stands for, shifted to its place; 0 for any other escape. */
function surrogateAt(at: usize): u32 {
  if (load<u8>(at, 1) !== LETTER_U || (load<u8>(at, 2) | 0x20) !== 0x64) return 0
  const digit: u32 = load<u8>(at, 3) | 0x20
  if (digit === 0x38 || digit === 0x39 || digit === 0x61 || digit === 0x62) return 0xd800
  return digit >= 0x63 && digit <= 0x66 ? 0xdc00 : 0
}
