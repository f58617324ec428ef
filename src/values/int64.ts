// 64-bit integers without a bigint for each: those that a number holds are read and written as numbers.

/** Which of the two 32-bit words of an element is the lower one: that of the machine. */
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1
const HIGH = 1 - LOW

const WORD = 2 ** 32

/** Magnitudes of upper words below this one are those of integers whose magnitude is below 2^53. */
const MAX_HIGH = 2 ** 21

/** The same memory as pairs of words. */
export function wordsOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2)
}

/** Element `i`; NaN where its magnitude is 2^53 or above, and for a few integers close to -2^53. */
export function numberAt(words: Int32Array, i: number): number {
  const high = words[2 * i + HIGH] as number
  if (high >= MAX_HIGH || high <= -MAX_HIGH) return Number.NaN
  return high * WORD + ((words[2 * i + LOW] as number) >>> 0)
}

/** Sets element `i` to an integer whose magnitude is not above 2^53. */
export function setNumber(words: Int32Array, i: number, value: number): void {
  words[2 * i + LOW] = value
  words[2 * i + HIGH] = Math.floor(value / WORD)
}
