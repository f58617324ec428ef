// Source text → tokens, as Spark's lexer cuts it.

import { ExpressionError } from '../error.ts'
import { unescapeString } from './escapes.ts'
import type { Span } from './tree.ts'

export type Token = Span &
  (
    | { readonly kind: 'word'; readonly text: string; readonly upper: string }
    /** A backquoted identifier. */
    | { readonly kind: 'quoted'; readonly text: string }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'symbol'; readonly text: string }
    | { readonly kind: 'end'; readonly text: '' }
  )

const SPACE = /(?:\s|--[^\n]*)+/y
const COMMENT_MARK = /\/\*|\*\//g
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:BD|bd|[lLsSyYdDfF])?(?![\p{L}\p{N}_])/uy
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy
const QUOTED = /`(?:[^`]|``)*`/y
const STRING = /[rR]?(?:'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*")/y
const SYMBOL = /<=>|<>|!=|<=|>=|==|\|\||::|->|=>|[()[\],.=<>+\-*/%!&|^~?:;{}@#$]/y

export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const space = source.startsWith('/*', at) ? endOfComment(source, at) - at : (match(SPACE, source, at)?.length ?? 0)
    if (space > 0) {
      at += space
      continue
    }
    const token = tokenAt(source, at)
    tokens.push(token)
    at = token.end
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length })
  return tokens
}

function tokenAt(source: string, start: number): Token {
  const string = match(STRING, source, start)
  if (string !== undefined) return { kind: 'string', text: stringText(string), start, end: start + string.length }
  const number = match(NUMBER, source, start)
  if (number !== undefined) return { kind: 'number', text: number, start, end: start + number.length }
  const word = match(WORD, source, start)
  if (word !== undefined)
    return { kind: 'word', text: word, upper: word.toUpperCase(), start, end: start + word.length }
  const quoted = match(QUOTED, source, start)
  if (quoted !== undefined)
    return { kind: 'quoted', text: quoted.slice(1, -1).replaceAll('``', '`'), start, end: start + quoted.length }
  const symbol = match(SYMBOL, source, start)
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, start, end: start + symbol.length }
  throw unexpected(source, start)
}

/** Comments nest: an inner one has an end of its own. */
function endOfComment(source: string, start: number): number {
  let depth = 0
  COMMENT_MARK.lastIndex = start
  for (let mark = COMMENT_MARK.exec(source); mark !== null; mark = COMMENT_MARK.exec(source)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return COMMENT_MARK.lastIndex
  }
  throw neverClosed('comment', source, start)
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function stringText(quoted: string): string {
  if (/^[rR]/.test(quoted)) return quoted.slice(2, -1)
  const quote = quoted[0] as string
  return unescapeString(quoted.slice(1, -1), quote)
}

function neverClosed(what: string, source: string, start: number): ExpressionError {
  return new ExpressionError('E_SYNTAX', `the ${what} is never closed`, { start, end: source.length })
}

function unexpected(source: string, start: number): ExpressionError {
  const character = String.fromCodePoint(source.codePointAt(start) as number)
  const at = { start, end: start + character.length }
  if (character === "'" || character === '"' || character === '`') return neverClosed(character, source, start)
  if (/\d/.test(character)) {
    const word = /^[\p{L}\p{N}_.]+/u.exec(source.slice(start))?.[0] ?? character
    const hint = `a name that begins with a digit needs backquotes: \`${word}\``
    return new ExpressionError('E_SYNTAX', `${word} is not a number`, { start, end: start + word.length }, hint)
  }
  const hint = TYPESET.find(([characters]) => characters.includes(character))?.[1]
  return new ExpressionError('E_SYNTAX', `unexpected character ${JSON.stringify(character)}`, at, hint)
}

/** What word processors and web pages make of characters. */
const TYPESET: readonly (readonly [characters: string, hint: string])[] = [
  ['‘’‚‛“”„‟«»‹›′″', "write a text between ' and '"],
  ['‐‑‒–—−', 'write -'],
  ['×', 'write *'],
  ['÷', 'write /'],
  ['≠', 'write <>'],
  ['≤', 'write <='],
  ['≥', 'write >='],
  ['\u00a0\u2007\u202f\u200b\ufeff', 'write a plain space: this one looks like it, and is another character'],
]
