// Regular expressions on a linear-time engine. It is loaded when the first one is compiled: that takes 30 ms.

import { createRequire } from 'node:module'
import type * as Re2js from 're2js'
import { RowFault } from '../../values/row-fault.ts'

let engine: typeof Re2js | undefined

export interface Matches {
  /** Whether the whole text matches. */
  matches(): boolean
  /** Whether there is a further match; `start` and `end` are then its bounds, in UTF-16 code units. */
  find(): boolean
  start(): number
  end(): number
}

/** A Java regular expression without look-around and back-references; throws RowFault for any other. */
export function compileRegex(pattern: string): (text: string) => Matches {
  engine ??= createRequire(import.meta.url)('re2js') as typeof Re2js
  const { RE2JS, RE2JSException } = engine
  try {
    const regex = RE2JS.compile(pattern)
    return (text) => regex.matcher(text)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const reason = error.message.replace(/^error parsing regexp: /, '')
    throw new RowFault('E_REGEX', `${JSON.stringify(pattern)} is no regular expression for this engine: ${reason}`)
  }
}

const PLAIN = /^(?:[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}/-])+$/

/** The text that the pattern matches where it is nothing but that text; undefined for all others. */
export function literalPattern(pattern: string): string | undefined {
  return PLAIN.test(pattern) ? pattern.replace(/\\(.)/g, '$1') : undefined
}
