// split(text, regex[, limit]): Java's Pattern.split, as Spark calls it.

import type { Value } from '../../column.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Resolved } from './definition.ts'
import { type CompiledRegex, compileRegex, literalPattern } from './regex.ts'
import { byteSeparator, splitKernel, TEXTS } from './split-bytes.ts'

/** At most `limit` parts, the last with all that is left; 0 and below: all parts, empty ones too. */
export type Split = (text: string, limit: number) => readonly string[]

export function splitScalar([, pattern]: readonly Node[]): Resolved {
  const by = pattern?.kind === 'literal' ? (pattern.value as string | null) : null
  const constant = by === null ? undefined : splitter(by)
  const separator = by === null ? undefined : byteSeparator(by, literalPattern(by))
  const splitBy = remembering(splitter)
  const apply = (text: Value, pattern: Value, limit: Value = -1) =>
    (constant ?? splitBy(pattern as string))(text as string, limit as number)
  const scalar: Scalar = { name: 'split', nulls: 'strict', apply: apply as Scalar['apply'] }
  return { type: TEXTS, scalar: separator === undefined ? scalar : { ...scalar, kernel: splitKernel(separator) } }
}

/** Patterns that come from a column repeat from row to row. */
export function remembering(make: (pattern: string) => Split): (pattern: string) => Split {
  let last: { readonly pattern: string; readonly split: Split } | undefined
  return (pattern) => {
    if (last?.pattern !== pattern) last = { pattern, split: make(pattern) }
    return last.split
  }
}

export function splitter(pattern: string): Split {
  if (pattern === '') return splitCharacters
  const literal = literalPattern(pattern)
  if (literal !== undefined) return (text, limit) => splitLiteral(text, literal, limit)
  const space = SPACES.get(pattern)
  if (space !== undefined) return splitSpace(pattern, space)
  const regex = compileRegex(pattern)
  return (text, limit) => splitMatches(text, regex, limit)
}

/** Java's white space, which is not JavaScript's. */
const SPACES: ReadonlyMap<string, RegExp> = new Map([
  ['\\s', /[ \t\n\v\f\r]/],
  ['\\s+', /[ \t\n\v\f\r]+/],
])

/** The engine of Java's expressions, which takes 30 ms to load, only where not all parts are wanted. */
function splitSpace(pattern: string, space: RegExp): Split {
  let regex: CompiledRegex | undefined
  return (text, limit) => {
    if (limit <= 0) return text.split(space)
    regex ??= compileRegex(pattern)
    return splitMatches(text, regex, limit)
  }
}

/** The empty pattern stands before each character but the first. */
function splitCharacters(text: string, limit: number): readonly string[] {
  const characters = [...text]
  if (characters.length === 0) return ['']
  if (limit <= 0 || characters.length <= limit) return characters
  return [...characters.slice(0, limit - 1), characters.slice(limit - 1).join('')]
}

function splitLiteral(text: string, separator: string, limit: number): readonly string[] {
  const parts = text.split(separator)
  if (limit <= 0 || parts.length <= limit) return parts
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]
}

function splitMatches(text: string, regex: CompiledRegex, limit: number): readonly string[] {
  const matches = regex.matcher(text)
  const parts: string[] = []
  let from = 0
  while ((limit <= 0 || parts.length < limit - 1) && matches.find()) {
    // An empty match at the beginning splits nothing off.
    if (matches.end() === 0) continue
    parts.push(text.slice(from, matches.start()))
    from = matches.end()
  }
  parts.push(text.slice(from))
  return parts
}
