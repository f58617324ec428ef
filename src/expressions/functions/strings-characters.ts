// Characters of texts: code points, as Spark counts them, in strings of UTF-16.

/** Of one code point in two units, the first. */
const HIGH_SURROGATE = /[\ud800-\udbff]/

/** Whether some character takes two units: positions are then no indices. */
export function hasPairs(text: string): boolean {
  return HIGH_SURROGATE.test(text)
}

export function codePoints(text: string): number {
  if (!hasPairs(text)) return text.length
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) if (isPair(text, i)) count--
  return count
}

function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
}

/** The index of the unit that `count` characters stand before; the text's length where it has fewer. */
export function indexOfCharacter(text: string, count: number): number {
  if (count <= 0) return 0
  if (!hasPairs(text)) return Math.min(count, text.length)
  let index = 0
  for (let left = count; left > 0 && index < text.length; left--) index += isPair(text, index) ? 2 : 1
  return index
}

/** How many characters stand before a unit. */
export function charactersBefore(text: string, index: number): number {
  return hasPairs(text) ? codePoints(text.slice(0, index)) : index
}

/** The characters from `start` to before `end`, counted from 0; 0 ≤ start ≤ end. */
export function characterSlice(text: string, start: number, end: number): string {
  if (!hasPairs(text)) return text.slice(start, end)
  const from = indexOfCharacter(text, start)
  const rest = text.slice(from)
  return rest.slice(0, indexOfCharacter(rest, end - start))
}

/** `from` counts from 1, or from the end where it is negative; 0 is 1 (`UTF8String.substringSQL`). */
export function substring(text: string, from: number, length: number): string {
  const [start, end] = substringBounds(codePoints(text), from, length)
  return characterSlice(text, start, end)
}

/** Of `total` characters or bytes, those that `substring` takes. */
export function substringBounds(total: number, from: number, length: number): readonly [number, number] {
  const start = from > 0 ? from - 1 : from < 0 ? total + from : 0
  const end = Math.min(total, start + length)
  return end <= 0 || start >= end ? [0, 0] : [Math.max(0, start), end]
}

/** The bytes of the text's UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text)
}
