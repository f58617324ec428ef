// The formats of to_number and to_char: `$99,999.99`, `S000`, `999PR` (Spark's `ToNumberParser`).

import { RowFault } from '../../values/row-fault.ts'

/** So many digits: exactly, or at most. */
export interface Digits {
  readonly kind: 'digits'
  readonly count: number
  readonly exact: boolean
}

type Sign = 'point' | 'comma' | 'dollar' | 'sign' | 'minus' | 'open' | 'close'

export type Token =
  | { readonly kind: Sign }
  /** Digits and commas that follow each other. */
  | { readonly kind: 'group'; readonly parts: readonly (Digits | { readonly kind: 'comma' })[] }
  | { readonly kind: 'unknown'; readonly text: string }

export interface NumberFormat {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly precision: number
  readonly scale: number
}

/** Throws RowFault for what is no format. */
export function numberFormat(written: string): NumberFormat {
  const text = written.toUpperCase()
  const tokens = tokensOf(text)
  check(text, tokens)
  const point = tokens.findIndex(({ kind }) => kind === 'point')
  return { text, tokens, precision: countOf(tokens), scale: point < 0 ? 0 : countOf(tokens.slice(point)) }
}

export function digitsOf(token: Token): readonly Digits[] {
  return token.kind === 'group' ? token.parts.filter((part) => part.kind === 'digits') : []
}

function countOf(tokens: readonly Token[]): number {
  return tokens.flatMap(digitsOf).reduce((sum, { count }) => sum + count, 0)
}

const SIGNS: Readonly<Record<string, Sign>> = {
  '.': 'point',
  D: 'point',
  ',': 'comma',
  G: 'comma',
  $: 'dollar',
  S: 'sign',
  MI: 'minus',
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let group: (Digits | { readonly kind: 'comma' })[] = []
  const close = () => {
    if (group.length > 0) tokens.push({ kind: 'group', parts: group })
    group = []
  }
  let isBehindPoint = false
  let isBracketed = false
  for (const [part] of text.matchAll(/[09]+|MI|PR|[\s\S]/g)) {
    const sign = SIGNS[part]
    if (/^[09]/.test(part)) {
      // Behind the point no digit is missing: zeros are added.
      group.push({ kind: 'digits', count: part.length, exact: part.startsWith('0') && !isBehindPoint })
      continue
    }
    if (sign === 'comma') {
      group.push({ kind: 'comma' })
      continue
    }
    close()
    if (sign === 'point') isBehindPoint = true
    if (part === 'PR') {
      isBracketed = true
      tokens.push({ kind: 'close' })
    } else tokens.push(sign === undefined ? { kind: 'unknown', text: part } : { kind: sign })
  }
  close()
  return isBracketed ? [{ kind: 'open' }, ...tokens] : tokens
}

/** [ MI | S ] [ $ ] digits [ point ] digits [ $ ] [ PR | MI | S ] */
const ORDER: readonly (readonly Token['kind'][])[] = [
  ['open'],
  ['minus', 'sign'],
  ['dollar'],
  ['group'],
  ['point'],
  ['group'],
  ['dollar'],
  ['minus', 'sign', 'close'],
]

function check(text: string, tokens: readonly Token[]): void {
  const place = (kind: Token['kind']) => tokens.findIndex((token) => token.kind === kind)
  const [digit, dollar, point] = [place('group'), place('dollar'), place('point')]
  if (text === '') throw wrong(text, 'EMPTY', 'it is empty')
  if (digit < 0) throw wrong(text, 'WRONG_NUM_DIGIT', 'it has no digit, 0 or 9')
  if (digit < dollar) throw wrong(text, 'CUR_MUST_BEFORE_DIGIT', '$ stands before the digits')
  if (point >= 0 && point < dollar) throw wrong(text, 'CUR_MUST_BEFORE_DEC', '$ stands before the decimal point')
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'group') continue
    const hasComma = token.parts.some(({ kind }) => kind === 'comma')
    if (point >= 0 && i > point && hasComma)
      throw wrong(text, 'THOUSANDS_SEPS_MUST_BEFORE_DEC', 'no comma stands behind the decimal point')
    if ((point < 0 || i < point) && hasLoneComma(token.parts))
      throw wrong(text, 'CONT_THOUSANDS_SEPS', 'a comma stands between digits')
  }
  for (const kind of ['point', 'sign', 'minus', 'dollar', 'close'] as const)
    if (tokens.filter((token) => token.kind === kind).length > 1)
      throw wrong(text, 'WRONG_NUM_TOKEN', 'it has two points, signs or $')
  let next = 0
  for (const kinds of ORDER) if (kinds.includes(tokens[next]?.kind ?? 'unknown')) next++
  if (next < tokens.length)
    throw wrong(text, 'UNEXPECTED_TOKEN', 'its order is [MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]')
}

function hasLoneComma(parts: readonly { readonly kind: string }[]): boolean {
  return parts.some(
    ({ kind }, i) => kind === 'comma' && (parts[i - 1]?.kind !== 'digits' || parts[i + 1]?.kind !== 'digits'),
  )
}

function wrong(text: string, condition: string, why: string): RowFault {
  return new RowFault(
    'E_TYPE',
    `the number format ${JSON.stringify(text)} is none: ${why}`,
    `INVALID_FORMAT.${condition}`,
  )
}
