// Well-formed UTF-8, 16 bytes at a time: J. Keiser, D. Lemire, Validating UTF-8 In Less Than One Instruction Per Byte
// (Software: Practice and Experience 51, 2021).

// The ways in which two bytes that follow each other can be wrong. Each table knows some of them; wrong is what all
// three say.
const TOO_SHORT: u8 = 1
const TOO_LONG: u8 = 2
const OVERLONG_3: u8 = 4
const TOO_LARGE: u8 = 8
const SURROGATE: u8 = 16
const OVERLONG_2: u8 = 32
/** Also OVERLONG_4: the two are told apart by the first byte. */
const TOO_LARGE_1000: u8 = 64
const TWO_CONTINUATIONS: u8 = 128
const CARRY: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS
const LARGE: u8 = CARRY | TOO_LARGE | TOO_LARGE_1000

const firstHigh: usize = memory.data<u8>([
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TOO_LONG,
  TWO_CONTINUATIONS,
  TWO_CONTINUATIONS,
  TWO_CONTINUATIONS,
  TWO_CONTINUATIONS,
  TOO_SHORT | OVERLONG_2,
  TOO_SHORT,
  TOO_SHORT | OVERLONG_3 | SURROGATE,
  TOO_SHORT | TOO_LARGE | TOO_LARGE_1000,
])

const firstLow: usize = memory.data<u8>([
  CARRY | OVERLONG_3 | OVERLONG_2 | TOO_LARGE_1000,
  CARRY | OVERLONG_2,
  CARRY,
  CARRY,
  CARRY | TOO_LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE,
  LARGE | SURROGATE,
  LARGE,
  LARGE,
])

const secondHigh: usize = memory.data<u8>([
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000,
  TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
  TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
  TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
  TOO_SHORT,
])

/** 16 bytes of ones, then 16 zeros. */
const ones: usize = memory.data<u64>([-1, -1, 0, 0])

/** Reads up to 15 bytes behind `end`. */
export function isAscii(start: usize, end: usize): bool {
  let all = v128.splat<u8>(0)
  let p = start
  for (; p + 16 <= end; p += 16) all = v128.or(all, v128.load(p))
  return i8x16.bitmask(v128.or(all, lastBytes(p, end))) === 0
}

/** Reads up to 15 bytes behind `end`. */
export function isUtf8(start: usize, end: usize): bool {
  let errors = v128.splat<u8>(0)
  let before = v128.splat<u8>(0)
  let p = start
  for (; p + 16 <= end; p += 16) {
    const bytes = v128.load(p)
    errors = v128.or(errors, errorsOf(before, bytes))
    before = bytes
  }
  // At least one zero follows: so a character that is cut at the end is too short.
  errors = v128.or(errors, errorsOf(before, lastBytes(p, end)))
  return !v128.any_true(errors)
}

/** The bytes `[at, end)`, fewer than 16, and zeros behind them. */
function lastBytes(at: usize, end: usize): v128 {
  return v128.and(v128.load(at), v128.load(ones + 16 - (end - at)))
}

function errorsOf(before: v128, bytes: v128): v128 {
  if (i8x16.bitmask(v128.or(before, bytes)) === 0) return v128.splat<u8>(0)
  const low = i8x16.splat(0x0f)
  const first = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
  const second = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)
  const third = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28)
  const pairs = v128.and(
    v128.and(
      i8x16.swizzle(v128.load(firstHigh), i8x16.shr_u(first, 4)),
      i8x16.swizzle(v128.load(firstLow), v128.and(first, low)),
    ),
    i8x16.swizzle(v128.load(secondHigh), i8x16.shr_u(bytes, 4)),
  )
  // The third byte of a character, and the fourth, have to be continuations behind a continuation.
  const isThird = i8x16.sub_sat_u(second, i8x16.splat(<i8>(0xe0 - 0x80)))
  const isFourth = i8x16.sub_sat_u(third, i8x16.splat(<i8>(0xf0 - 0x80)))
  const isLater = v128.and(v128.or(isThird, isFourth), i8x16.splat(<i8>0x80))
  return v128.xor(isLater, pairs)
}
