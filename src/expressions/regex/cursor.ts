// A cursor over the code points of a Java regular expression, and the error of what is no pattern.

import { abbreviated } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { type CodeSet, ofAnyCase, single } from './code-set.ts'

/** Flags as they hold at a place. */
export interface Flags {
  /** `i`: ASCII letters of both cases are equal. */
  readonly i: boolean
  /** `u`: with `i`, all letters are. */
  readonly u: boolean
  /** `s`: the dot matches line terminators. */
  readonly s: boolean
  /** `m`: `^` and `$` match at lines. */
  readonly m: boolean
  /** `d`: only \n ends a line. */
  readonly d: boolean
  /** `x`: white space and comments are left out. */
  readonly x: boolean
}

export const NO_FLAGS: Flags = { i: false, u: false, s: false, m: false, d: false, x: false }

interface Character {
  readonly code: number
  /** Which character of the pattern it is, counted from 1. */
  readonly place: number
}

export class Cursor {
  readonly pattern: string
  /** How many groups that capture were opened, and those with names. */
  groups = 0
  readonly names = new Map<string, number>()
  readonly #characters: readonly Character[]
  #at = 0

  constructor(pattern: string) {
    this.pattern = pattern
    this.#characters = unquoted(pattern)
  }

  /** The character; empty at the end. */
  peek(ahead = 0): string {
    const character = this.#characters[this.#at + ahead]
    return character === undefined ? '' : String.fromCodePoint(character.code)
  }

  next(): string {
    const character = this.peek()
    this.#at++
    return character
  }

  take(text: string): boolean {
    for (const [i, character] of [...text].entries()) if (this.peek(i) !== character) return false
    this.#at += text.length
    return true
  }

  /** The number of the next group that captures. */
  openGroup(name: string | undefined): number {
    this.groups++
    if (name !== undefined) this.names.set(name, this.groups)
    return this.groups
  }

  /** What a sticky expression matches here; '' where it does not. */
  takeWhile(test: RegExp, most = Number.POSITIVE_INFINITY): string {
    let taken = ''
    while (taken.length < most && this.peek() !== '' && test.test(this.peek())) taken += this.next()
    return taken
  }

  get place(): number {
    return this.#characters[this.#at]?.place ?? [...this.pattern].length
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length
  }

  fail(reason: string, place = this.place): RowFault {
    const text = JSON.stringify(abbreviated(this.pattern))
    return new RowFault('E_REGEX', `${text} is no regular expression for this engine: ${reason}, at character ${place}`)
  }

  /** What Java has and a linear-time engine has not. */
  unsupported(what: string, place = this.place): RowFault {
    return this.fail(`${what} is not supported`, place)
  }
}

/** What a character of the pattern matches under the flags. */
export function characterSet(code: number, flags: Flags, cursor: Cursor): CodeSet {
  const set = flags.i ? ofAnyCase(code, flags.u) : single(code)
  if (set === undefined) throw cursor.unsupported(`${String.fromCodePoint(code)} under the flags i and u`)
  return set
}

/** `\Q…\E` as escapes: the same rewriting as `Pattern.RemoveQEQuoting`. */
function unquoted(pattern: string): readonly Character[] {
  const characters: Character[] = []
  let isQuoted = false
  let isFirst = false
  const all = [...pattern]
  for (let i = 0; i < all.length; i++) {
    const [character, place] = [all[i] as string, i + 1]
    const push = (text: string) => {
      for (const one of text) characters.push({ code: one.codePointAt(0) as number, place })
    }
    if (isQuoted && character === '\\' && all[i + 1] === 'E') {
      isQuoted = false
      i++
    } else if (isQuoted) {
      // A digit must not become a part of the escape before it.
      if (isFirst && /\d/.test(character)) push(`\\x3${character}`)
      else push(/[^A-Za-z0-9\x80-\u{10ffff}]/u.test(character) ? `\\${character}` : character)
      isFirst = false
    } else if (character === '\\' && all[i + 1] === 'Q') {
      isQuoted = true
      isFirst = true
      i++
    } else if (character === '\\') {
      push(`\\${all[++i] ?? ''}`)
    } else push(character)
  }
  return characters
}
