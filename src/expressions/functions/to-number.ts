// A text in a number format as the decimal it stands for (Spark's `ToNumberParser.parse`).

import { digitsOf, type NumberFormat, type Token } from './number-format.ts'

/** The unscaled value; null where the text has not the format. */
export function toNumber(text: string, { tokens, scale }: NumberFormat): bigint | null {
  const reader = new Reader(text)
  for (const token of tokens) if (!reader.take(token)) return null
  return reader.result(scale)
}

class Reader {
  readonly #text: string
  #at = 0
  #before = ''
  #behind = ''
  #isBehindPoint = false
  #isNegative = false
  #opened = false
  #closed = false

  constructor(text: string) {
    this.#text = text
  }

  /** False: the text does not go on like this. */
  take(token: Token): boolean {
    const next = this.#text[this.#at]
    switch (token.kind) {
      case 'group':
        return this.#digits(token)
      case 'point':
        if (next === '.') this.#isBehindPoint = true
        return this.#skip('.')
      case 'dollar':
        return next === undefined || (next === '$' && this.#skip('$'))
      case 'sign':
      case 'minus':
        if (next === '-') this.#isNegative = !this.#isNegative
        return next === '+' && token.kind === 'sign' ? this.#skip('+') : this.#skip('-')
      case 'open':
        this.#opened = next === '<'
        return this.#skip('<')
      case 'close':
        if (next !== '>') return true
        this.#closed = true
        this.#isNegative = !this.#isNegative
        return this.#opened && this.#skip('>')
      default:
        return false
    }
  }

  result(scale: number): bigint | null {
    if (this.#at < this.#text.length || this.#opened !== this.#closed) return null
    if (this.#before === '' && this.#behind === '') return null
    const value = BigInt(this.#before + this.#behind.padEnd(scale, '0'))
    return this.#isNegative ? -value : value
  }

  /** A character that may be there. */
  #skip(character: string): true {
    if (this.#text[this.#at] === character) this.#at++
    return true
  }

  /** Digits, commas and white space; counted from the end, so that digits at the beginning may be missing. */
  #digits(token: Token): boolean {
    const sizes = [0]
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at)
      if (character === ',') sizes.unshift(0)
      else if (/[0-9]/.test(character)) {
        sizes[0] = (sizes[0] as number) + 1
        if (this.#isBehindPoint) this.#behind += character
        else this.#before += character
      } else if (!/\s/.test(character)) break
    }
    const expected = [...digitsOf(token)].reverse()
    if (sizes.length > expected.length) return false
    return expected.every(({ count, exact }, i) => (exact ? (sizes[i] ?? 0) === count : (sizes[i] ?? 0) <= count))
  }
}
