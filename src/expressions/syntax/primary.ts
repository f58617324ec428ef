// The innermost expressions: literals, names, calls, CASE, CAST, and what is attached to them (`.`, `[ ]`, `::`).

import { BOOLEAN, DATE, type DataType, STRING, TIMESTAMP, TIMESTAMP_NTZ, VOID } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import { RESERVED } from './escapes.ts'
import { notYet } from './explain.ts'
import { numberLiteral } from './number-literal.ts'
import type { Tokens } from './tokens.ts'
import type { Span, Syntax, SyntaxKind } from './tree.ts'
import { parseType } from './type-parser.ts'

/** Parses any expression: handed in, for it is the parser that calls this file. */
type Parse = (tokens: Tokens) => Syntax

export function primary(tokens: Tokens, expression: Parse): Syntax {
  const { start } = tokens.peek()
  const at = (syntax: SyntaxKind): Syntax => ({ ...syntax, start, end: tokens.end })
  let inner = at(base(tokens, expression))
  for (;;) {
    if (tokens.takeSymbol('::')) inner = at({ kind: 'cast', operand: inner, to: parseType(tokens) })
    else if (tokens.takeSymbol('.')) inner = at(member(inner, tokens.name('a field name')))
    else if (tokens.takeSymbol('[')) {
      const index = expression(tokens)
      tokens.expectSymbol(']')
      inner = at({ kind: 'index', of: inner, index })
    } else return inner
  }
}

function member(of: Syntax, name: string): SyntaxKind {
  return of.kind === 'name' ? { kind: 'name', parts: [...of.parts, name] } : { kind: 'field', of, name }
}

function base(tokens: Tokens, expression: Parse): SyntaxKind {
  const token = tokens.peek()
  switch (token.kind) {
    case 'number':
      tokens.next()
      return numberLiteral(token.text, token)
    case 'string':
      return stringLiteral(tokens)
    case 'quoted':
      tokens.next()
      return { kind: 'name', parts: [token.text] }
    case 'word':
      return word(tokens, token, expression)
    case 'symbol':
      return symbol(tokens, expression)
    case 'end':
      throw tokens.unexpected('a value')
    default:
      return token satisfies never
  }
}

function symbol(tokens: Tokens, expression: Parse): SyntaxKind {
  if (tokens.takeSymbol('-')) {
    const number = tokens.next()
    return numberLiteral(`-${number.text}`, { start: number.start - 1, end: number.end })
  }
  if (!tokens.takeSymbol('(')) throw tokens.unexpected('a value')
  const inner = expression(tokens)
  if (tokens.isSymbol(','))
    throw notYet('a row of values', tokens.peek(), 'compare its parts one by one: `a = 1 AND b = 2`')
  tokens.expectSymbol(')')
  // `(a).b` is a field of an expression, but brackets around a name change nothing.
  return inner
}

/** Strings side by side are one string. */
function stringLiteral(tokens: Tokens): SyntaxKind {
  let value = ''
  for (let token = tokens.peek(); token.kind === 'string'; token = tokens.peek()) {
    value += token.text
    tokens.next()
  }
  return { kind: 'literal', type: STRING, value }
}

const TYPED: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['DATE', DATE],
  ['TIMESTAMP', TIMESTAMP],
  ['TIMESTAMP_LTZ', TIMESTAMP],
  ['TIMESTAMP_NTZ', TIMESTAMP_NTZ],
])

function word(
  tokens: Tokens,
  token: { readonly text: string; readonly upper: string } & Span,
  expression: Parse,
): SyntaxKind {
  tokens.next()
  const type = TYPED.get(token.upper)
  const following = tokens.peek()
  if (following.kind === 'string') {
    if (type !== undefined) {
      tokens.next()
      return { kind: 'typed-literal', type, text: following.text }
    }
    if (token.upper === 'X' || token.upper === 'TIME') throw notYet(`the literal ${token.upper} '…'`, token)
  }
  if (token.upper === 'INTERVAL' && (following.kind === 'string' || following.kind === 'number'))
    throw notYet('an interval', token, 'a date takes days: `day + 7`')
  if (token.upper === 'SELECT' && following.kind !== 'end' && following.kind !== 'symbol')
    throw notYet('a query inside an expression', token)
  switch (token.upper) {
    case 'NULL':
      return { kind: 'literal', type: VOID, value: null }
    case 'TRUE':
    case 'FALSE':
      return { kind: 'literal', type: BOOLEAN, value: token.upper === 'TRUE' }
    case 'CASE':
      return caseExpression(tokens, expression)
    case 'CAST':
      return castExpression(tokens, expression)
  }
  if (RESERVED.has(token.upper))
    throw new ExpressionError(
      'E_SYNTAX',
      `unexpected ${token.text}; expected a value`,
      token,
      `if it is a column, write \`${token.text}\` in backquotes`,
    )
  if (tokens.takeSymbol('(')) return call(tokens, token, expression)
  return { kind: 'name', parts: [token.text] }
}

function caseExpression(tokens: Tokens, expression: Parse): SyntaxKind {
  const operand = tokens.isWord('WHEN') ? null : expression(tokens)
  const branches: { when: Syntax; then: Syntax }[] = []
  do {
    tokens.expectWord('WHEN')
    const when = expression(tokens)
    tokens.expectWord('THEN')
    branches.push({ when, then: expression(tokens) })
  } while (tokens.isWord('WHEN'))
  const otherwise = tokens.takeWord('ELSE') ? expression(tokens) : null
  tokens.expectWord('END')
  return { kind: 'case', operand, branches, otherwise }
}

function castExpression(tokens: Tokens, expression: Parse): SyntaxKind {
  tokens.expectSymbol('(')
  const operand = expression(tokens)
  tokens.expectWord('AS')
  const to = parseType(tokens)
  tokens.expectSymbol(')')
  return { kind: 'cast', operand, to }
}

/** Functions of Spark with words between their arguments. */
const WORDY = ['try_cast', 'extract']

function call(tokens: Tokens, nameToken: { readonly text: string } & Span, expression: Parse): SyntaxKind {
  const name = nameToken.text.toLowerCase()
  if (WORDY.includes(name)) throw notYet(`the function ${name}`, nameToken)
  const nameSpan = { start: nameToken.start, end: nameToken.end }
  if (tokens.isSymbol('*') && tokens.isSymbol(')', 1)) {
    tokens.next()
    tokens.next()
    refuseClauses(tokens)
    return { kind: 'call', name, nameSpan, distinct: false, star: true, args: [] }
  }
  if (name === 'trim' && isTrimForm(tokens)) return { ...trimForm(tokens, expression), nameSpan }
  const distinct = tokens.takeWord('DISTINCT')
  const args: Syntax[] = []
  if (!tokens.isSymbol(')')) {
    do args.push(expression(tokens))
    while (takeSeparator(tokens, name, args.length))
  }
  if (name === 'trim' && args.length === 1 && tokens.takeWord('FROM')) args.unshift(expression(tokens))
  tokens.expectSymbol(')')
  refuseClauses(tokens)
  const called = name === 'trim' && args.length === 2 ? 'btrim' : name
  return { kind: 'call', name: called, nameSpan, distinct, star: false, args }
}

/** A comma, or SQL's words in `substring(x FROM 2 FOR 3)`. */
function takeSeparator(tokens: Tokens, name: string, taken: number): boolean {
  if (tokens.takeSymbol(',')) return true
  if (name !== 'substring' && name !== 'substr') return false
  return tokens.takeWord(taken === 1 ? 'FROM' : 'FOR')
}

const TRIM_FORMS: Readonly<Record<string, string>> = { BOTH: 'btrim', LEADING: 'ltrim', TRAILING: 'rtrim' }

function isTrimForm(tokens: Tokens): boolean {
  const token = tokens.peek()
  if (token.kind !== 'word' || TRIM_FORMS[token.upper] === undefined) return false
  return !tokens.isSymbol(')', 1) && !tokens.isSymbol('.', 1)
}

/** `trim(BOTH 'x' FROM a)`; without characters, `trim(LEADING FROM a)`. */
function trimForm(tokens: Tokens, expression: Parse) {
  const token = tokens.next()
  const name = TRIM_FORMS[token.text.toUpperCase()] as string
  const characters = tokens.isWord('FROM') ? null : expression(tokens)
  tokens.expectWord('FROM')
  const text = expression(tokens)
  tokens.expectSymbol(')')
  // Spark's own ltrim and rtrim take the characters first, btrim takes them last.
  const args = characters === null ? [text] : name === 'btrim' ? [text, characters] : [characters, text]
  return { kind: 'call' as const, name, distinct: false, star: false, args }
}

function refuseClauses(tokens: Tokens): void {
  for (const clause of ['FILTER', 'OVER'])
    if (tokens.isWord(clause) && tokens.isSymbol('(', 1)) throw notYet(clause, tokens.peek())
}
