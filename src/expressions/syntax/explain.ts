// What stands in an expression and is not understood: syntax of Spark that is not available, and habits of other languages.

import { ExpressionError } from '../error.ts'
import type { Span } from './tree.ts'

export function notYet(what: string, at: Span, hint?: string): ExpressionError {
  return new ExpressionError('E_NOT_YET', `${what} is not available in this version`, at, hint)
}

interface Explanation {
  /** Spark has it: what it is called. */
  readonly notYet?: string
  readonly hint?: string
}

const BARE_COLUMN = 'a column is its name alone: `city`, `properties.city`'
/** By the text where it begins; `following` are the tokens behind it. The longest comes first. */
const EXPLANATIONS: readonly (readonly [string, Explanation])[] = [
  ['&&', { hint: 'write AND' }],
  ['->', { hint: 'a lambda stands only as an argument of a function that takes one: `filter(tags, x -> x > 1)`' }],
  ['=>', { notYet: 'an argument with its name', hint: 'leave the name out; for a comparison write >=' }],
  ['=', { hint: 'write = to compare' }],
  ['~', { hint: 'write RLIKE to match a regular expression' }],
  ['?', { notYet: 'a parameter', hint: 'for a choice write CASE WHEN … THEN … ELSE … END' }],
  [';', { hint: 'an expression has no ; at its end' }],
  ['**', { hint: 'a power is not available: write a * a' }],
  ['//', { hint: 'write a div b for a whole number, or -- for a comment' }],
  ['#', { hint: 'a comment begins with --' }],
  ['{', { hint: BARE_COLUMN }],
  ['$', { hint: BARE_COLUMN }],
  ['@', { hint: BARE_COLUMN }],
  ['COLLATE', { notYet: 'COLLATE', hint: 'write `lower(a) = lower(b)`' }],
  ['NULL', { hint: 'write IS NULL or IS NOT NULL' }],
  ['AS', { hint: 'the name of a column stands before the expression: `name: expression`' }],
  ['DISTINCT', { hint: 'DISTINCT stands only before the arguments of an aggregate: `count(DISTINCT a)`' }],
  ['FILTER', { hint: 'FILTER (WHERE …) stands behind the call of an aggregate' }],
  ['GLOB', { hint: 'write LIKE, with % and _' }],
  ['MATCHES', { hint: 'write LIKE, with % and _' }],
]

interface Token extends Span {
  readonly kind: string
  readonly text: string
  /** Of a word. */
  readonly upper?: string
}

/** The error of a token that nothing can be made of. */
export function unexpected(token: Token, source: string, expected: string): ExpressionError {
  const found = EXPLANATIONS.find(([text]) => {
    if (token.kind === 'word') return token.upper === text
    // Of `&&`, `**` and `//` the first is read as an operator.
    const start = /^(?:&&|[*]{2}|[/]{2})/.test(text) ? token.start - 1 : token.start
    return token.kind === 'symbol' && source.startsWith(text, start)
  })
  const { notYet: what, hint } = found?.[1] ?? {}
  if (what !== undefined) return notYet(what, token, hint)
  const message = `unexpected ${token.kind === 'string' ? 'string' : token.text}; expected ${expected}`
  return new ExpressionError('E_SYNTAX', message, token, hint)
}
