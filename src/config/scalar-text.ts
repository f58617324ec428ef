// Finds the place in the file of each character of a scalar's text: code frames point into quoted and folded scalars.
//
// YAML 1.2.2 (sections 7.3 and 8.1) replaces escapes and changes white space: it folds lines, drops indentation and
// chomps. All other characters stay in order. So the n-th of them in the text is the n-th of them in the source.

import type { CST } from 'yaml'

type Token = CST.FlowScalar | CST.BlockScalar

/**
 * The index in the file of each UTF-16 unit of a text, and one more entry for its end. `text` is what the parser made
 * of the token. White space gets the place right after the character before it, and the text ends after its last other
 * character: an expression that lacks its end is underlined there, not on the line below a block.
 */
export function scalarOffsets(token: Token, text: string): number[] {
  const quote = token.type.endsWith('quoted-scalar') ? 1 : 0
  const source = token.source.slice(quote, token.source.length - quote)
  const start = token.offset + quote + headerLength(token)
  const pieces = [...piecesOf(source, token.type)]
  const end = pieces.at(-1)?.end ?? 0
  let [next, count] = [0, 0]
  const offsets = text.split('').map((unit) => {
    const piece = WHITE.test(unit) ? undefined : pieces[count++]
    const at = piece?.start ?? next
    next = Math.min(piece?.end ?? next + 1, end)
    return start + at
  })
  return [...offsets, start + next]
}

/** The line of a block scalar that holds `|` or `>`. */
function headerLength(token: Token): number {
  if (token.type !== 'block-scalar') return 0
  return token.props.reduce((length, prop) => length + ('source' in prop ? prop.source.length : 0), 0)
}

const WHITE = /[ \t\r\n]/
const UNIT = /./gs
const PIECES: Readonly<Record<string, RegExp>> = {
  'single-quoted-scalar': /''|./gs,
  'double-quoted-scalar': /\\(?:x..|u.{4}|U.{8}|.)|./gs,
}

interface Piece {
  readonly start: number
  readonly end: number
}

/** The pieces of a source that stand for a unit of text other than white space. */
function* piecesOf(source: string, type: Token['type']): Generator<Piece, undefined> {
  for (const { 0: piece, index } of source.matchAll(PIECES[type] ?? UNIT)) {
    for (const unit of standsFor(piece).split('')) {
      if (!WHITE.test(unit)) yield { start: index, end: index + piece.length }
    }
  }
}

/** What a piece stands for. For escapes by letter only white space matters: any other character is as good. */
function standsFor(piece: string): string {
  if (/^\\[ntr \t\r\n]$/.test(piece)) return ' '
  if (/^\\[xuU]/.test(piece)) return String.fromCodePoint(Number.parseInt(piece.slice(2), 16))
  return piece.charAt(0)
}
