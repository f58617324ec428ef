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
  const start = token.offset + token.props.reduce((length, prop) => length + sourceOf(prop).length, 0)
  const lines = token.source === '' ? [] : splitLines(token.source, start)
  const result = new Collector()
  const first = lines.findIndex((line) => line.content !== '')
  if (first === -1) {
    const kept = header.includes('+') && lines.length > 0 ? Math.max(1, lines.length - 1) : 0
    result.add('\n'.repeat(kept), start)
    return result.done(start + token.source.length)
  }
  const explicit = Number(/[1-9]/.exec(header)?.[0] ?? 0)
  const indent = explicit > 0 ? token.indent + explicit : (lines[first] as Line).indent
  // Lines of spaces only belong to the content where they are indented more.
  const end = lines.findLastIndex((line) => line.content !== '' || line.indent > indent) + 1
  for (const line of lines.slice(0, first)) {
    addLine(line, indent, result)
    result.add('\n', line.offset + line.indent)
  }
  const body = lines.slice(first, end)
  if (header[0] === '>') foldBlock(body, indent, result)
  else literalBlock(body, indent, result)
  chomp(header, lines.slice(end), start + token.source.length, indent, result)
  return result.done(start + token.source.length)
}

function sourceOf(token: CST.Token): string {
  return 'source' in token ? token.source : ''
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

function literalBlock(lines: readonly Line[], indent: number, result: Collector): void {
  for (const [i, line] of lines.entries()) {
    if (i > 0) result.add('\n', line.offset - 1)
    addLine(line, indent, result)
  }
}

/** Line breaks between two lines of text are folded; those beside a more-indented line stay. */
function foldBlock(lines: readonly Line[], indent: number, result: Collector): void {
  let separator = ''
  let wasSpaced = false
  for (const line of lines) {
    const at = line.offset - 1
    if (line.indent > indent || line.content.startsWith('\t')) {
      if (separator === ' ') separator = '\n'
      else if (separator === '\n' && !wasSpaced) separator = '\n\n'
      result.add(separator, at)
      addLine(line, indent, result)
      separator = '\n'
      wasSpaced = true
    } else if (line.content === '') {
      if (separator === '\n') result.add('\n', at)
      else separator = '\n'
    } else {
      result.add(separator, at)
      addLine(line, indent, result)
      separator = ' '
      wasSpaced = false
    }
  }
}

function addLine({ offset, indent, content }: Line, trimmed: number, result: Collector): void {
  const text = ' '.repeat(Math.max(0, indent - trimmed)) + content
  result.addSource(text, offset + Math.min(indent, trimmed))
}

/** What becomes of the line breaks at the end: `-` drops them, `+` keeps them, else there is one. */
function chomp(header: string, trailing: readonly Line[], end: number, indent: number, result: Collector): void {
  if (header.includes('-')) return
  const at = (line: Line | undefined) => (line === undefined ? end : line.offset - 1)
  if (!header.includes('+')) {
    result.add('\n', at(trailing[0]))
    return
  }
  for (const line of trailing) {
    result.add('\n', at(line))
    result.addSource(' '.repeat(Math.max(0, line.indent - indent)), line.offset)
  }
  if (!result.endsLine) result.add('\n', end)
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

  get endsLine(): boolean {
    return this.#text.endsWith('\n')
  }

  done(end: number): ScalarText {
    this.#offsets.push(end)
    return { text: this.#text, offsets: this.#offsets }
  }
}
