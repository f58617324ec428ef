// A decimal in a number format (Spark's `ToNumberParser.format`).

import type { digitsOf, NumberFormat, Token } from './number-format.ts'

/** `text`: the decimal without exponent. Where the format has too few digits, all are #. */
export function toChar(text: string, format: NumberFormat): string {
  const isNegative = text.startsWith('-') && /[1-9]/.test(text)
  const [before, behind] = digitsFor(text, format)
  const result = new Writer(isNegative, before, behind)
  for (const token of format.tokens) result.add(token)
  return result.finish()
}

/** The digits before the point with spaces, and those behind it with zeros, as many as the format has. */
function digitsFor(text: string, { precision, scale }: NumberFormat): readonly [string, string] {
  const [whole = '', fraction = ''] = text.split('.')
  const [before, behind] = [whole.replace(/^[-0]+/, ''), fraction.replace(/0+$/, '')]
  if (before.length > precision - scale || behind.length > scale)
    return ['#'.repeat(precision - scale), '#'.repeat(scale)]
  return [before.padStart(precision - scale), behind.padEnd(scale, '0')]
}

class Writer {
  readonly #isNegative: boolean
  readonly #before: string
  readonly #behind: string
  readonly #result: string[] = []
  #atBefore = 0
  #atBehind = 0
  #isBehindPoint = false

  constructor(isNegative: boolean, before: string, behind: string) {
    this.#isNegative = isNegative
    this.#before = before
    this.#behind = behind
  }

  add(token: Token): void {
    const result = this.#result
    switch (token.kind) {
      case 'group':
        for (const part of token.parts) this.#addPart(part)
        break
      case 'point':
        if (result.at(-1) === ' ') result[result.length - 1] = '0'
        result.push('.')
        this.#isBehindPoint = true
        break
      case 'dollar':
        result.push('$')
        break
      case 'sign':
        this.#stripPoint()
        this.#addBeforeSpaces(this.#isNegative ? '-' : '+')
        break
      case 'minus':
        if (!this.#isNegative) result.push(' ')
        else {
          this.#stripPoint()
          this.#addBeforeSpaces('-')
        }
        break
      case 'open':
        if (this.#isNegative) result.push('<')
        break
      case 'close':
        this.#stripPoint()
        if (this.#isNegative) this.#addBeforeSpaces('>')
        else result.push(' ', ' ')
        break
    }
  }

  finish(): string {
    this.#stripPoint()
    const text = this.#result.join('')
    return text === '' || text === '+' || text === '-' ? '0' : text
  }

  #addPart(part: { readonly kind: 'comma' } | ReturnType<typeof digitsOf>[number]): void {
    if (part.kind === 'comma') {
      if (/^[0-9]$/.test(this.#result.at(-1) ?? '')) this.#result.push(',')
      else this.#addBehindSpaces()
      return
    }
    for (let i = 0; i < part.count; i++) {
      if (this.#isBehindPoint) this.#result.push(this.#behind.charAt(this.#atBehind++))
      else {
        const digit = this.#before.charAt(this.#atBefore++)
        if (digit !== ' ') this.#result.push(digit)
        else if (part.exact) this.#result.push('0')
        else this.#addBehindSpaces()
      }
    }
  }

  /** A sign stands before the spaces at the end. */
  #addBeforeSpaces(sign: string): void {
    let at = this.#result.length
    while (at > 0 && this.#result[at - 1] === ' ') at--
    this.#result.splice(at, 0, sign)
  }

  /** A space stands before signs at the end. */
  #addBehindSpaces(): void {
    let at = this.#result.length
    while (at > 0 && /^[-+<]$/.test(this.#result[at - 1] as string)) at--
    this.#result.splice(at, 0, ' ')
  }

  /** A point without a digit behind it. */
  #stripPoint(): void {
    const point = this.#result.indexOf('.')
    if (point >= 0 && (point === this.#result.length - 1 || this.#result[point + 1] === ' ')) this.#result[point] = ' '
  }
}
