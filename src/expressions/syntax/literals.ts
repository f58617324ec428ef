// Literals that a word or quotes begin: strings, X'1F', DATE '…', INTERVAL '1' DAY.

import { BINARY, DATE, type DataType, STRING, TIMESTAMP, TIMESTAMP_NTZ } from '../../types.ts'
import { ExpressionError } from '../error.ts'
import { notYet } from './explain.ts'
import type { Tokens } from './tokens.ts'
import type { IntervalField, IntervalText, IntervalUnit, Span, SyntaxKind } from './tree.ts'
import { intervalField, intervalUnit, isYearMonth, RANGES_HINT, rangesFrom } from './units.ts'

/** Strings side by side are one string. */
export function stringLiteral(tokens: Tokens): SyntaxKind {
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

/** The literal that a word begins; the word was taken. Undefined where the word is a name or something else. */
export function wordLiteral(tokens: Tokens, word: { readonly upper: string } & Span): SyntaxKind | undefined {
  if (word.upper === 'INTERVAL') return interval(tokens)
  const following = tokens.peek()
  if (following.kind !== 'string') return undefined
  if (word.upper === 'TIME') throw notYet("the literal TIME '…'", word)
  const type = TYPED.get(word.upper)
  if (type === undefined && word.upper !== 'X') return undefined
  tokens.next()
  if (type !== undefined) return { kind: 'typed-literal', type, text: following.text }
  return { kind: 'literal', type: BINARY, value: hexBytes(following.text, { start: word.start, end: following.end }) }
}

/** An odd number of digits has a 0 before it. */
function hexBytes(digits: string, at: Span): Uint8Array {
  if (!/^[0-9A-Fa-f]*$/.test(digits))
    throw new ExpressionError('E_SYNTAX', `X'${digits}' has a character that is no hexadecimal digit`, at)
  return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'))
}

/** What stands behind INTERVAL; undefined where that is the name of a column. */
function interval(tokens: Tokens): SyntaxKind | undefined {
  const first = valueLength(tokens)
  if (first === 0) return undefined
  const start = tokens.peek()
  if (!hasUnit(tokens, first)) {
    if (first === 2) return undefined
    tokens.next()
    if (start.kind === 'string') return { kind: 'interval', written: { form: 'text', text: start.text } }
    throw tokens.unexpected('a unit such as DAY')
  }
  const value = takeValue(tokens, first)
  const unit = takeUnit(tokens)
  const written = tokens.takeWord('TO')
    ? range(tokens, value, unit, start)
    : units(tokens, [{ value, unit: unit.unit }], start)
  return { kind: 'interval', written }
}

/** How many tokens are a number or a string, with or without its sign; 0: none. */
function valueLength(tokens: Tokens): 0 | 1 | 2 {
  const signed = tokens.isSymbol('-') || tokens.isSymbol('+') ? 1 : 0
  const { kind } = tokens.peek(signed)
  if (kind !== 'string' && kind !== 'number') return 0
  return signed === 1 ? 2 : 1
}

function hasUnit(tokens: Tokens, ahead: number): boolean {
  const token = tokens.peek(ahead)
  return token.kind === 'word' && intervalUnit(token.text) !== undefined
}

/** `-'-1'` is 1. */
function takeValue(tokens: Tokens, length: number): string {
  const isNegative = length === 2 && tokens.next().text === '-'
  const token = tokens.peek()
  if (token.kind === 'number' && !/^[\d.]+$/.test(token.text))
    throw tokens.unexpected('a number without exponent and suffix')
  tokens.next()
  if (!isNegative) return token.text
  return token.text.startsWith('-') ? token.text.slice(1) : `-${token.text}`
}

function takeUnit(tokens: Tokens): { readonly unit: IntervalUnit; readonly field: IntervalField | undefined } & Span {
  const token = tokens.next()
  const { text, start, end } = token
  return { unit: intervalUnit(text) as IntervalUnit, field: intervalField(text), start, end }
}

function range(tokens: Tokens, value: string, unit: ReturnType<typeof takeUnit>, start: Span): IntervalText {
  const from = unit.field
  const token = tokens.peek()
  const to = token.kind === 'word' ? intervalField(token.text) : undefined
  if (from === undefined || to === undefined || !rangesFrom(from).includes(to)) {
    throw new ExpressionError(
      'E_SYNTAX',
      `an interval has no range from ${unit.unit.toUpperCase()} to ${token.text.toUpperCase()}`,
      { start: unit.start, end: token.end },
      RANGES_HINT,
    )
  }
  tokens.next()
  const again = valueLength(tokens)
  if (again > 0 && hasUnit(tokens, again))
    throw new ExpressionError('E_SYNTAX', 'an interval has one range and nothing beside it', {
      start: start.start,
      end: tokens.peek(again).end,
    })
  return { form: 'range', value, from, to }
}

type Parts = Extract<IntervalText, { form: 'units' }>['parts']

function units(tokens: Tokens, first: Parts, start: Span): IntervalText {
  const parts = [...first]
  for (let length = valueLength(tokens); length > 0 && hasUnit(tokens, length); length = valueLength(tokens))
    parts.push({ value: takeValue(tokens, length), unit: takeUnit(tokens).unit })
  if (new Set(parts.map(({ unit }) => isYearMonth(unit))).size > 1)
    throw new ExpressionError(
      'E_SYNTAX',
      'an interval is of years and months, or of days and times',
      { start: start.start, end: tokens.end },
      'add one after the other: `t + INTERVAL 1 MONTH + INTERVAL 2 DAYS`',
    )
  return { form: 'units', parts }
}
