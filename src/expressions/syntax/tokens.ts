// A cursor over tokens: what every part of the parser reads through.

import { ExpressionError } from '../error.ts'
import { unexpected } from './explain.ts'
import { type Token, tokenize } from './lexer.ts'
import type { Span } from './tree.ts'

/** Brackets and operators may nest this deep. */
export const MAX_DEPTH = 200
/** UTF-16 code units. */
const MAX_LENGTH = 65_536

export class Tokens {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(source: string) {
    if (source.length > MAX_LENGTH)
      throw new ExpressionError('E_SYNTAX', `the expression is longer than ${MAX_LENGTH} characters`, {
        start: MAX_LENGTH,
        end: source.length,
      })
    this.#source = source
    this.#tokens = tokenize(source)
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token
  }

  next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** Where the last token that was taken ends. */
  get end(): number {
    return this.#at === 0 ? 0 : (this.#tokens[this.#at - 1] as Token).end
  }

  /** Whether this keyword comes next; `keyword` in upper case. */
  isWord(keyword: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'word' && token.upper === keyword
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'symbol' && token.text === symbol
  }

  /** Whether nothing stands between this token and the one before it. */
  isAdjacent(ahead: number): boolean {
    return this.peek(ahead - 1).end === this.peek(ahead).start
  }

  takeWord(keyword: string): boolean {
    if (!this.isWord(keyword)) return false
    this.#at++
    return true
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false
    this.#at++
    return true
  }

  expectWord(keyword: string): void {
    if (!this.takeWord(keyword)) throw this.unexpected(keyword)
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(symbol)
  }

  /** A name after which nothing else is possible: any word or a backquoted text. */
  name(what: string): string {
    const token = this.peek()
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.unexpected(what)
    this.#at++
    return token.text
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end of the expression')
  }

  /** Runs a part of the parser that may call itself. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw tooDeep(this.peek())
    const result = parse()
    this.#depth--
    return result
  }

  unexpected(expected: string): ExpressionError {
    const token = this.peek()
    if (token.kind === 'end')
      return new ExpressionError('E_SYNTAX', `the expression ends where ${expected} is expected`, token)
    return unexpected(token, this.#source, expected)
  }
}

export function tooDeep(at: Span): ExpressionError {
  return new ExpressionError('E_SYNTAX', `the expression is nested more than ${MAX_DEPTH} levels deep`, at)
}
