// Predicates behind a value: IS, IN, BETWEEN, LIKE, ILIKE, RLIKE.

import { ExpressionError } from '../error.ts'
import type { Grammar } from './grammar.ts'
import type { Tokens } from './tokens.ts'
import type { Syntax, SyntaxKind } from './tree.ts'

/** Undefined where none stands. */
export function predicate(tokens: Tokens, operand: Syntax, grammar: Grammar): SyntaxKind | undefined {
  if (tokens.takeWord('IS')) return isPredicate(tokens, operand, grammar)
  const negated = tokens.isWord('NOT') && tokens.peek(1).kind === 'word'
  if (negated) tokens.next()
  if (tokens.takeWord('BETWEEN')) {
    const low = grammar.value(tokens)
    tokens.expectWord('AND')
    return { kind: 'between', negated, operand, low, high: grammar.value(tokens) }
  }
  if (tokens.takeWord('IN')) return { kind: 'in', negated, operand, list: list(tokens, grammar) }
  if (tokens.takeWord('LIKE')) return like(tokens, { caseless: false, negated, operand }, grammar)
  if (tokens.takeWord('ILIKE')) return like(tokens, { caseless: true, negated, operand }, grammar)
  if (tokens.takeWord('RLIKE') || tokens.takeWord('REGEXP'))
    return { kind: 'rlike', negated, operand, pattern: grammar.value(tokens) }
  if (negated) throw tokens.unexpected('BETWEEN, IN, LIKE, ILIKE or RLIKE')
  refuseBang(tokens)
  return undefined
}

/** `a !IN (1)` was Spark's once. */
function refuseBang(tokens: Tokens): void {
  const word = tokens.peek(1)
  if (!tokens.isSymbol('!') || word.kind !== 'word') return
  const at = tokens.peek()
  throw new ExpressionError('E_SYNTAX', `unexpected !; expected an operator`, at, `write NOT ${word.upper}`)
}

function isPredicate(tokens: Tokens, operand: Syntax, grammar: Grammar): SyntaxKind {
  const negated = tokens.takeWord('NOT')
  if (tokens.takeWord('DISTINCT')) {
    tokens.expectWord('FROM')
    return distinctFrom(operand, grammar.value(tokens), negated)
  }
  for (const what of ['null', 'true', 'false', 'unknown'] as const)
    if (tokens.takeWord(what.toUpperCase())) return { kind: 'is', what, negated, operand }
  throw tokens.unexpected('NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM')
}

/** `a IS NOT DISTINCT FROM b` is `a <=> b`. */
function distinctFrom(left: Syntax, right: Syntax, negated: boolean): SyntaxKind {
  const same: SyntaxKind = { kind: 'binary', operator: '<=>', left, right }
  return negated ? same : { kind: 'not', operand: { ...same, start: left.start, end: right.end } }
}

interface LikeHead {
  readonly caseless: boolean
  readonly negated: boolean
  readonly operand: Syntax
}

const QUANTIFIERS = { ANY: 'any', SOME: 'any', ALL: 'all' } as const

function like(tokens: Tokens, head: LikeHead, grammar: Grammar): SyntaxKind {
  for (const [word, quantifier] of Object.entries(QUANTIFIERS))
    if (tokens.isWord(word) && tokens.isSymbol('(', 1)) {
      tokens.next()
      return { kind: 'like-each', ...head, quantifier, patterns: list(tokens, grammar) }
    }
  const pattern = grammar.value(tokens)
  const escape = tokens.takeWord('ESCAPE') ? escapeCharacter(tokens) : '\\'
  return { kind: 'like', ...head, pattern, escape }
}

function escapeCharacter(tokens: Tokens): string {
  const token = tokens.peek()
  if (token.kind !== 'string' || token.text.length !== 1) throw tokens.unexpected('a string of one character')
  tokens.next()
  return token.text
}

/** `(a, b, …)`, at least one. */
function list(tokens: Tokens, grammar: Grammar): readonly Syntax[] {
  tokens.expectSymbol('(')
  const items: Syntax[] = []
  do items.push(grammar.expression(tokens))
  while (tokens.takeSymbol(','))
  tokens.expectSymbol(')')
  return items
}
