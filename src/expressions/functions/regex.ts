// Java's regular expressions in linear time.

import { Automaton } from '../regex/automaton.ts'
import { hasMatch, isMatch, Matcher } from '../regex/matcher.ts'
import { parseJavaRegex } from '../regex/parse.ts'
import { compileProgram } from '../regex/program.ts'

export interface CompiledRegex {
  /** How many groups capture; the match itself, group 0, does not count. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  /** Whether it matches somewhere in the text. */
  test(text: string): boolean
  /** Whether it matches the whole text. */
  matches(text: string): boolean
  /** All matches, one after the other. */
  matcher(text: string): Matcher
}

/**
 * A Java regular expression, with Java's meaning to the letter; throws RowFault for what is none and for what cannot be
 * done in linear time, such as look-around and back-references. One difference: `\b` is a boundary of `\w`, as from
 * Java 19 on.
 */
export function compileRegex(pattern: string): CompiledRegex {
  const regex = parseJavaRegex(pattern)
  const automaton = new Automaton(compileProgram(regex, false))
  let whole: Automaton | undefined
  return {
    groups: regex.groups,
    names: regex.names,
    test: (text) => hasMatch(automaton, text),
    matches(text) {
      whole ??= new Automaton(compileProgram(regex, true))
      return isMatch(whole, text)
    },
    matcher: (text) => new Matcher(automaton, text),
  }
}

/** Whether a pattern matches somewhere in a text: RLIKE. A plain text, with ^ before it or $ behind it, needs no automaton. */
export function testOf(pattern: string): (value: string) => boolean {
  const plain = literalPattern(pattern)
  if (plain !== undefined) return (value) => value.includes(plain)
  const first = pattern.startsWith('^') ? literalPattern(pattern.slice(1)) : undefined
  if (first !== undefined) return (value) => value.startsWith(first)
  const last = pattern.endsWith('$') ? literalPattern(pattern.slice(0, -1)) : undefined
  const regex = compileRegex(pattern)
  if (last === undefined) return (value) => regex.test(value)
  return (value) => value.endsWith(last) || (LAST_TERMINATOR.test(value.slice(-1)) && regex.test(value))
}

const LAST_TERMINATOR = /^[\n\r\u0085\u2028\u2029]$/

const PLAIN = /^(?:[^\\^$.|?*+()[\]{}]|\\[\\^$.|?*+()[\]{}/-])+$/

/** The text that the pattern matches where it is nothing but that text; undefined for all others. */
export function literalPattern(pattern: string): string | undefined {
  return PLAIN.test(pattern) ? pattern.replace(/\\(.)/gs, '$1') : undefined
}
