// Java's regular expressions on a linear-time engine. It is loaded when the first one is compiled: that takes 30 ms.

import { createRequire } from 'node:module'
import type * as Re2js from 're2js'
import { RowFault } from '../../values/row-fault.ts'
import { Emitter, type Ending, endingOf, TERMINATOR } from '../regex/emit.ts'
import { parseJavaRegex, type Tree } from '../regex/parse.ts'

let engine: typeof Re2js | undefined

export interface Matches {
  /** Whether the whole text matches. */
  matches(): boolean
  /** Whether there is a further match; `start` and `end` are then its bounds, in UTF-16 code units. */
  find(): boolean
  start(): number
  end(): number
}

/**
 * A Java regular expression, with Java's meaning to the letter; throws RowFault for what is none and for what the engine
 * cannot do, such as look-around and back-references. One difference: `\b` is a boundary of `\w`, as from Java 19 on.
 */
export function compileRegex(pattern: string): (text: string) => Matches {
  engine ??= createRequire(import.meta.url)('re2js') as typeof Re2js
  const { RE2JS, RE2JSException } = engine
  const { tree, cursor } = parseJavaRegex(pattern)
  const compiled = new Map<Ending, Re2js.RE2JS>()
  const regexFor = (ending: Ending): Re2js.RE2JS => {
    let regex = compiled.get(ending)
    if (regex === undefined) {
      try {
        regex = RE2JS.compile(new Emitter(cursor, ending).emit(tree))
      } catch (error) {
        if (!(error instanceof RE2JSException)) throw error
        throw new RowFault('E_REGEX', `${JSON.stringify(pattern)} is too large for this engine: ${error.message}`)
      }
      compiled.set(ending, regex)
    }
    return regex
  }
  const plain = regexFor('none')
  if (!hasEnd(tree)) return (text) => plain.matcher(text)
  return (text) => {
    const ending = endingOf(text)
    return ending === 'none' ? plain.matcher(text) : new BeforeTerminator(plain, regexFor(ending), text)
  }
}

function hasEnd(tree: Tree): boolean {
  if (tree.kind === 'repeat') return hasEnd(tree.of)
  return tree.kind === 'end' || (tree.kind === 'group' && tree.alternatives.flat().some(hasEnd))
}

/** Matches in a text that ends with a line terminator: a match whose `$` stands before it ends there. */
class BeforeTerminator implements Matches {
  readonly #plain: Re2js.RE2JS
  readonly #matcher: Re2js.Matcher
  readonly #groups: readonly string[]
  readonly #text: string
  #from = 0
  #start = -1
  #end = -1

  constructor(plain: Re2js.RE2JS, regex: Re2js.RE2JS, text: string) {
    this.#plain = plain
    this.#matcher = regex.matcher(text)
    this.#groups = Object.keys(regex.namedGroups()).filter((name) => name.startsWith(TERMINATOR))
    this.#text = text
  }

  /** The whole text: no match ends before the terminator. */
  matches(): boolean {
    return this.#plain.matcher(this.#text).matches()
  }

  find(): boolean {
    if (this.#from > this.#text.length || !this.#matcher.find(this.#from)) return false
    this.#start = this.#matcher.start()
    const terminators = this.#groups.map((name) => this.#matcher.start(name)).filter((start) => start >= 0)
    this.#end = terminators[0] ?? this.#matcher.end()
    this.#from = this.#end > this.#start ? this.#end : this.#end + this.#step()
    return true
  }

  start(): number {
    return this.#start
  }

  end(): number {
    return this.#end
  }

  /** Behind an empty match the search goes on at the next character. */
  #step(): number {
    return (this.#text.codePointAt(this.#end) ?? 0) > 0xffff ? 2 : 1
  }
}

const PLAIN = /^(?:[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}/-])+$/

/** The text that the pattern matches where it is nothing but that text; undefined for all others. */
export function literalPattern(pattern: string): string | undefined {
  return PLAIN.test(pattern) ? pattern.replace(/\\(.)/gs, '$1') : undefined
}
