// Calls with words between or before their arguments: `trim(BOTH 'x' FROM a)`, `position(a IN b)`, `timestampadd(DAY, 1, t)`.

import { STRING } from '../../types.ts'
import { didYouMean } from '../../words.ts'
import { ExpressionError } from '../error.ts'
import type { Grammar } from './grammar.ts'
import type { Token } from './lexer.ts'
import type { Tokens } from './tokens.ts'
import { callOf, type Span, type Syntax, type SyntaxKind } from './tree.ts'
import { DATETIME_UNITS, UNIT_FUNCTIONS } from './units.ts'

type NameToken = { readonly text: string } & Span

/** By function, the words that may stand in the place of its commas. */
const SEPARATORS: Readonly<Record<string, readonly string[]>> = {
  trim: ['FROM'],
  substring: ['FROM', 'FOR'],
  substr: ['FROM', 'FOR'],
  position: ['IN'],
  overlay: ['PLACING', 'FROM', 'FOR'],
}

/** Takes a comma or such a word, behind so many arguments. */
export function takeSeparator(tokens: Tokens, name: string, taken: number): boolean {
  const word = SEPARATORS[name]?.[taken - 1]
  return tokens.takeSymbol(',') || (word !== undefined && tokens.takeWord(word))
}

/** A form that begins with a word; its opening bracket was taken. Undefined for all others: nothing was taken then. */
export function wordForm(tokens: Tokens, name: NameToken, grammar: Grammar): SyntaxKind | undefined {
  const lower = name.text.toLowerCase()
  if (lower === 'trim' && isTrimForm(tokens)) return trimForm(tokens, name, grammar)
  if (lower === 'extract' && tokens.isWord('FROM', 1)) return extractForm(tokens, name, grammar)
  return undefined
}

const TRIM_FORMS: Readonly<Record<string, string>> = { BOTH: 'btrim', LEADING: 'ltrim', TRAILING: 'rtrim' }

/** The words may be names of columns. */
function isTrimForm(tokens: Tokens): boolean {
  const [token, next] = [tokens.peek(), tokens.peek(1)]
  if (token.kind !== 'word' || TRIM_FORMS[token.upper] === undefined) return false
  return next.kind !== 'symbol' || ![')', '.', ',', '[', ':', '::'].includes(next.text)
}

/** `trim(BOTH 'x' FROM a)`; without characters, `trim(LEADING FROM a)`. */
function trimForm(tokens: Tokens, at: NameToken, grammar: Grammar): SyntaxKind {
  const name = TRIM_FORMS[tokens.next().text.toUpperCase()] as string
  const characters = tokens.isWord('FROM') ? null : grammar.expression(tokens)
  tokens.expectWord('FROM')
  const text = grammar.expression(tokens)
  tokens.expectSymbol(')')
  // Spark's own ltrim and rtrim take the characters first, btrim takes them last.
  const args = characters === null ? [text] : name === 'btrim' ? [text, characters] : [characters, text]
  return callOf(name, args, { start: at.start, end: at.end })
}

/** `extract(YEAR FROM t)` is `date_part('YEAR', t)`. */
function extractForm(tokens: Tokens, at: NameToken, grammar: Grammar): SyntaxKind {
  const field = tokens.peek()
  const { start, end } = field
  const name = tokens.name('a field such as YEAR').toUpperCase()
  tokens.expectWord('FROM')
  const source = grammar.expression(tokens)
  tokens.expectSymbol(')')
  const literal: Syntax = { kind: 'literal', type: STRING, value: name, start, end }
  return callOf('date_part', [literal, source], { start: at.start, end: at.end })
}

/** What a call means by its words: the name and the arguments in Spark's order. */
export function meaning(
  name: string,
  args: readonly Syntax[],
  first: Token,
): { readonly name: string; readonly args: readonly Syntax[] } {
  // Spark's trim takes the characters first, as `trim('x' FROM a)` does, and btrim last.
  if (name === 'trim' && args.length === 2) return { name: 'btrim', args: [...args].reverse() }
  const withUnit = UNIT_FUNCTIONS.get(name)
  if (withUnit === undefined || args.length !== 3) return { name, args }
  return { name: withUnit, args: [unitOf(first, args[0] as Syntax), ...args.slice(1)] }
}

function unitOf(token: Token, { start, end }: Syntax): Syntax {
  const unit = token.text.toUpperCase()
  const isUnit = DATETIME_UNITS.includes(unit)
  if (isUnit && token.kind === 'word' && token.end === end)
    return { kind: 'literal', type: STRING, value: unit, start, end }
  const near = didYouMean(unit, DATETIME_UNITS)
  const hint = isUnit
    ? `write it without quotes: ${unit}`
    : `${near === undefined ? '' : `did you mean ${near}? `}the units are ${DATETIME_UNITS.join(', ')}`
  throw new ExpressionError('E_SYNTAX', 'a unit is wanted here', { start, end }, hint)
}
