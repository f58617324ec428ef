// The content of a YAML scalar with the position of each character: code frames point into quoted and folded text.
//
// The algorithm is that of YAML 1.2.2, sections 7.3 (flow scalars) and 8.1 (block scalars), for sources that the parser
// has accepted; a test compares it with the parser's own result.

import type { CST } from 'yaml'

export interface ScalarText {
  readonly text: string
  /** The index in the file of each UTF-16 unit of `text`; one more entry for its end. */
  readonly offsets: readonly number[]
}

type Token = CST.FlowScalar | CST.BlockScalar

export function scalarText(token: Token): ScalarText {
  switch (token.type) {
    case 'double-quoted-scalar':
      return doubleQuoted(token.source, token.offset)
    case 'single-quoted-scalar':
      return singleQuoted(token.source, token.offset)
    case 'block-scalar':
      return blockScalar(token)
    default:
      return folded(lexemes(token.source, token.offset, 0, token.source.length), token.offset + token.source.length)
  }
}

/** What a piece of source stands for. Only `raw` white space takes part in line folding. */
interface Lexeme {
  readonly text: string
  readonly offset: number
  readonly raw: boolean
}

function lexemes(source: string, offset: number, start: number, end: number): Lexeme[] {
  return Array.from(source.slice(start, end).split(''), (text, i) => ({ text, offset: offset + start + i, raw: true }))
}

function singleQuoted(source: string, offset: number): ScalarText {
  const end = source.length - 1
  const found: Lexeme[] = []
  for (let i = 1; i < end; i++) {
    const text = source[i] as string
    found.push({ text, offset: offset + i, raw: true })
    if (text === "'") i++
  }
  return folded(found, offset + end)
}

function doubleQuoted(source: string, offset: number): ScalarText {
  const end = source.length - 1
  const found: Lexeme[] = []
  for (let i = 1; i < end; ) {
    const escape = source[i] === '\\' ? escapeAt(source, i) : undefined
    if (escape === undefined) found.push({ text: source[i] as string, offset: offset + i, raw: true })
    else found.push({ text: escape.text, offset: offset + i, raw: false })
    i += escape?.length ?? 1
  }
  return folded(found, offset + end)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
}
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function escapeAt(source: string, at: number): { readonly text: string; readonly length: number } {
  const lineBreak = /^\r?\n[ \t]*/.exec(source.slice(at + 1))
  if (lineBreak !== null) return { text: '', length: 1 + lineBreak[0].length }
  const letter = source[at + 1] as string
  const digits = HEX_DIGITS[letter]
  if (digits === undefined) return { text: ESCAPES[letter] ?? letter, length: 2 }
  const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16)
  return { text: String.fromCodePoint(code), length: 2 + digits }
}

/** Line folding: one line break is a space, n + 1 are n line feeds; white space around them is dropped. */
function folded(source: readonly Lexeme[], end: number): ScalarText {
  const result = new Collector()
  for (let i = 0; i < source.length; ) {
    const space = spaceFrom(source, i)
    const first = source[i] as Lexeme
    if (space.lineBreaks === 0) {
      const until = Math.max(space.until, i + 1)
      for (; i < until; i++) result.add((source[i] as Lexeme).text, (source[i] as Lexeme).offset)
    } else {
      result.add(space.lineBreaks === 1 ? ' ' : '\n'.repeat(space.lineBreaks - 1), first.offset)
      i = space.until
    }
  }
  return result.done(end)
}

/** The run of raw white space that begins at an index. */
function spaceFrom(source: readonly Lexeme[], start: number): { readonly until: number; readonly lineBreaks: number } {
  let lineBreaks = 0
  let until = start
  for (; until < source.length; until++) {
    const { text, raw } = source[until] as Lexeme
    if (!raw || !(text === '\n' || text === ' ' || text === '\t' || isReturn(source, until))) break
    if (text === '\n') lineBreaks++
  }
  return { until, lineBreaks }
}

/** Whether a carriage return belongs to a line break. */
function isReturn(source: readonly Lexeme[], at: number): boolean {
  return source[at]?.text === '\r' && source[at + 1]?.text === '\n'
}

interface Line {
  /** Where the line begins in the file. */
  readonly offset: number
  readonly indent: number
  /** Without indentation and line break. */
  readonly content: string
}

function blockScalar(token: CST.BlockScalar): ScalarText {
  const header = token.props.map((prop) => (prop.type === 'block-scalar-header' ? prop.source : '')).join('')
  const start = token.offset + token.props.reduce((length, prop) => length + lengthOf(prop), 0)
  const lines = splitLines(token.source, start)
  const contentEnd = lines.findLastIndex((line) => line.content !== '') + 1
  const indent = indentOf(header, token.indent, lines, contentEnd)
  // Trailing blank lines that are indented more than the content belong to it.
  const kept = Math.max(contentEnd, contentEnd === 0 ? 0 : lines.findLastIndex((line) => line.indent > indent) + 1)
  const result = new Collector()
  const body = lines.slice(0, kept)
  if (header[0] === '>') foldBlock(body, indent, result)
  else literalBlock(body, indent, result)
  chomp(header, kept, lines, indent, result)
  return result.done(start + token.source.length)
}

function lengthOf(token: CST.Token): number {
  return 'source' in token && typeof token.source === 'string' ? token.source.length : 0
}

function splitLines(source: string, start: number): Line[] {
  let offset = start
  return source.split('\n').map((line) => {
    const indent = /^ */.exec(line)?.[0].length ?? 0
    const found = { offset, indent, content: line.slice(indent).replace(/\r$/, '') }
    offset += line.length + 1
    return found
  })
}

function indentOf(header: string, parent: number, lines: readonly Line[], contentEnd: number): number {
  const explicit = Number(/[1-9]/.exec(header)?.[0] ?? 0)
  if (explicit > 0) return Math.max(parent, 0) + explicit
  return lines.slice(0, contentEnd).find((line) => line.content !== '')?.indent ?? 0
}

function literalBlock(lines: readonly Line[], indent: number, result: Collector): void {
  lines.forEach((line, i) => {
    if (i > 0) result.add('\n', line.offset - 1)
    addLine(line, indent, result)
  })
}

/** Line breaks between two lines of text are folded; those beside a more-indented line stay. */
function foldBlock(lines: readonly Line[], indent: number, result: Collector): void {
  const isSpaced = (line: Line) => line.indent > indent || line.content.startsWith('\t')
  let breaks = 0
  let before: Line | undefined
  for (const [i, line] of lines.entries()) {
    if (i > 0) breaks++
    const isBlank = line.content === '' && line.indent <= indent
    if (isBlank) continue
    const at = Math.max(line.offset - 1, 0)
    if (before === undefined || isSpaced(before) || isSpaced(line)) result.add('\n'.repeat(breaks), at)
    else result.add(breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), at)
    addLine(line, indent, result)
    before = line
    breaks = 0
  }
}

function addLine({ offset, indent, content }: Line, trimmed: number, result: Collector): void {
  const text = ' '.repeat(Math.max(0, indent - trimmed)) + content
  result.addSource(text, offset + Math.min(indent, trimmed))
}

function chomp(header: string, kept: number, lines: readonly Line[], indent: number, result: Collector): void {
  const at = lines[kept]?.offset ?? 0
  if (header.includes('-')) return
  if (!header.includes('+')) {
    if (kept > 0) result.add('\n', at - 1)
    return
  }
  const trailing = lines.slice(kept)
  for (const line of trailing) {
    if (kept > 0 || line !== trailing[0]) result.add('\n', line.offset - 1)
    result.addSource(' '.repeat(Math.max(0, line.indent - indent)), line.offset)
  }
}

class Collector {
  #text = ''
  readonly #offsets: number[] = []

  /** All characters come from one place. */
  add(text: string, offset: number): void {
    this.#text += text
    for (let i = 0; i < text.length; i++) this.#offsets.push(offset)
  }

  /** The text is the source itself. */
  addSource(text: string, offset: number): void {
    this.#text += text
    for (let i = 0; i < text.length; i++) this.#offsets.push(offset + i)
  }

  done(end: number): ScalarText {
    this.#offsets.push(end)
    return { text: this.#text, offsets: this.#offsets }
  }
}
