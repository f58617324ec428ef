// Recognises expressions that YAML has cut: it would read half of one and take the rest for something else.

import type { CST } from 'yaml'
import type { Report } from './report.ts'
import type { Span } from './tree.ts'

/** What to do with an expression that YAML does not take as it is. */
export const QUOTE = 'put the whole value in double quotes, or write `>-` and the value on the next line'
export const QUOTE_IN_FLOW = 'put the whole value in double quotes, or use block style: one `key: value` a line'

/** A comment that closes what the value left open is no comment. Returns whether there was one. */
export function reportCommentCut(token: CST.FlowScalar, value: Span, report: Report): boolean {
  const comment = commentOnLine(token)
  if (comment === undefined || !isHalf(token.source, ` ${comment.source}`)) return false
  const start = value.start - token.offset + comment.offset
  const at = { file: value.file, start, end: start + comment.source.length }
  report.add('E_CUT', at, 'YAML takes ` #` for the start of a comment, and the value ends before it', QUOTE)
  return true
}

function commentOnLine(token: CST.FlowScalar): CST.SourceToken | undefined {
  for (const part of token.end ?? []) {
    if (part.type === 'comment') return part
    if (part.type === 'newline') return undefined
  }
  return undefined
}

/**
 * In flow style a comma ends a value: `{filter: substring(a, 1) = 'x'}`. `plain` are the collection's plain scalars.
 * Returns whether there was one.
 */
export function reportFlowCut(collection: Span, plain: readonly Span[], report: Report): boolean {
  const { file } = collection
  const cut = plain.find(({ start, end }) => {
    if (file.text[end] !== ',') return false
    return isHalf(file.text.slice(start, end), file.text.slice(end, collection.end - 1))
  })
  if (cut === undefined) return false
  report.add(
    'E_CUT',
    cut,
    'between `{ }` or `[ ]` YAML ends a value at a comma, and this one is not complete',
    QUOTE_IN_FLOW,
  )
  return true
}

/** Whether a text leaves a quote or parenthesis open that the rest closes. */
function isHalf(text: string, rest: string): boolean {
  return !isBalanced(text) && isBalanced(text + rest)
}

function isBalanced(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (character === '(') depth++
    else if (character === ')') depth--
    else if (`'"\``.includes(character)) i = closingQuote(text, i)
    if (depth < 0 || i === -1) return false
  }
  return depth === 0
}

/** The index of the quote that closes the one at `start`; -1: none. */
function closingQuote(text: string, start: number): number {
  const quote = text[start]
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote !== '`') i++
    else if (text[i] === quote) return i
  }
  return -1
}
