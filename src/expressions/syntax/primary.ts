// The innermost expressions: literals, names, calls, CASE, CAST, and what is attached to them (`.`, `[ ]`, `:`, `::`).

import { BOOLEAN, VOID } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import { wordForm } from './call-forms.ts'
import { call } from './calls.ts'
import { RESERVED } from './escapes.ts'
import { notYet } from './explain.ts'
import type { Grammar } from './grammar.ts'
import { stringLiteral, wordLiteral } from './literals.ts'
import { numberLiteral } from './number-literal.ts'
import type { Tokens } from './tokens.ts'
import type { Span, Syntax, SyntaxKind } from './tree.ts'
import { parseType } from './type-parser.ts'

export function primary(tokens: Tokens, grammar: Grammar): Syntax {
  const { start } = tokens.peek()
  const at = (syntax: SyntaxKind): Syntax => ({ ...syntax, start, end: tokens.end })
  let inner = at(base(tokens, grammar))
  for (;;) {
    if (tokens.takeSymbol('::')) inner = at({ kind: 'cast', lenient: false, operand: inner, to: parseType(tokens) })
    else if (tokens.takeSymbol('.')) inner = at(member(inner, tokens.name('a field name')))
    else if (tokens.isSymbol('[')) inner = at(indexed(tokens, inner, grammar))
    else if (tokens.takeSymbol(':')) inner = at(extracted(tokens, inner, grammar))
    else return inner
  }
}

function member(of: Syntax, name: string): SyntaxKind {
  return of.kind === 'name' ? { kind: 'name', parts: [...of.parts, name] } : { kind: 'field', of, name }
}

function indexed(tokens: Tokens, of: Syntax, grammar: Grammar): SyntaxKind {
  tokens.expectSymbol('[')
  const index = grammar.expression(tokens)
  tokens.expectSymbol(']')
  return { kind: 'index', of, index }
}

/** The first part of a variant path; `v:a.b` is `v.a.b`, and `v:[0]` is `v[0]`. */
function extracted(tokens: Tokens, of: Syntax, grammar: Grammar): SyntaxKind {
  return tokens.isSymbol('[') ? indexed(tokens, of, grammar) : member(of, tokens.name('a field name'))
}

function base(tokens: Tokens, grammar: Grammar): SyntaxKind {
  const token = tokens.peek()
  switch (token.kind) {
    case 'number':
      tokens.next()
      return numberLiteral(token.text, token)
    case 'string':
      return stringLiteral(tokens)
    case 'quoted':
      tokens.next()
      return tokens.takeSymbol('(') ? call(tokens, token, grammar) : { kind: 'name', parts: [token.text] }
    case 'word':
      return word(tokens, token, grammar)
    case 'symbol':
      return symbol(tokens, grammar)
    case 'end':
      throw tokens.unexpected('a value')
    default:
      return token satisfies never
  }
}

function symbol(tokens: Tokens, grammar: Grammar): SyntaxKind {
  if (tokens.takeSymbol('-')) {
    const number = tokens.next()
    return numberLiteral(`-${number.text}`, { start: number.start - 1, end: number.end })
  }
  if (!tokens.takeSymbol('(')) throw tokens.unexpected('a value')
  const inner = grammar.expression(tokens)
  if (tokens.isSymbol(','))
    throw notYet('a row of values', tokens.peek(), 'compare its parts one by one: `a = 1 AND b = 2`')
  tokens.expectSymbol(')')
  // `(a).b` is a field of an expression, but brackets around a name change nothing.
  return inner
}

function word(
  tokens: Tokens,
  token: { readonly text: string; readonly upper: string } & Span,
  grammar: Grammar,
): SyntaxKind {
  tokens.next()
  const literal = wordLiteral(tokens, token)
  if (literal !== undefined) return literal
  if (token.upper === 'SELECT') refuseQuery(tokens, token)
  switch (token.upper) {
    case 'NULL':
      return { kind: 'literal', type: VOID, value: null }
    case 'TRUE':
    case 'FALSE':
      return { kind: 'literal', type: BOOLEAN, value: token.upper === 'TRUE' }
    case 'CASE':
      return caseExpression(tokens, grammar)
    case 'CAST':
      return castExpression(tokens, false, grammar)
  }
  // like(a, b) is a function as well.
  if (RESERVED.has(token.upper) && !(token.upper === 'LIKE' && tokens.isSymbol('(')))
    throw new ExpressionError(
      'E_SYNTAX',
      `unexpected ${token.text}; expected a value`,
      token,
      `if it is a column, write \`${token.text}\` in backquotes`,
    )
  if (!tokens.isSymbol('(')) return { kind: 'name', parts: [token.text] }
  if (token.upper === 'TRY_CAST') return castExpression(tokens, true, grammar)
  tokens.expectSymbol('(')
  return wordForm(tokens, token, grammar) ?? call(tokens, token, grammar)
}

/** A column may have that name. */
function refuseQuery(tokens: Tokens, at: Span): void {
  const following = tokens.peek()
  const beginsColumn = following.kind === 'word' && !FOLLOWS_COLUMN.has(following.upper)
  if (beginsColumn || following.kind === 'quoted' || following.kind === 'number' || following.kind === 'string')
    throw notYet('a query inside an expression', at)
}

const FOLLOWS_COLUMN: ReadonlySet<string> = new Set(
  'AND OR NOT IN BETWEEN LIKE ILIKE RLIKE REGEXP IS DIV THEN WHEN ELSE END AS FROM FOR IN PLACING ESCAPE DESC ASC NULLS'.split(
    ' ',
  ),
)

function caseExpression(tokens: Tokens, grammar: Grammar): SyntaxKind {
  const operand = tokens.isWord('WHEN') ? null : grammar.expression(tokens)
  const branches: { when: Syntax; then: Syntax }[] = []
  do {
    tokens.expectWord('WHEN')
    const when = grammar.expression(tokens)
    tokens.expectWord('THEN')
    branches.push({ when, then: grammar.expression(tokens) })
  } while (tokens.isWord('WHEN'))
  const otherwise = tokens.takeWord('ELSE') ? grammar.expression(tokens) : null
  tokens.expectWord('END')
  return { kind: 'case', operand, branches, otherwise }
}

function castExpression(tokens: Tokens, lenient: boolean, grammar: Grammar): SyntaxKind {
  tokens.expectSymbol('(')
  const operand = grammar.expression(tokens)
  tokens.expectWord('AS')
  const to = parseType(tokens)
  tokens.expectSymbol(')')
  return { kind: 'cast', lenient, operand, to }
}
