// What YAML's parser refuses, in words that say what to do about it in a pipeline file.

import type { YAMLError } from 'yaml'
import { QUOTE, QUOTE_IN_FLOW } from './cut.ts'
import type { Report } from './report.ts'
import type { Span } from './tree.ts'

const INDENT = 'indent with spaces, the keys of one map all alike'

interface Explained {
  readonly message: string
  readonly hint?: string
  /** Where it is, if not where the parser noticed. */
  readonly start?: number
  readonly end?: number
}

/** Returns whether there was an error. Only the first of syntax is told: those behind it follow from it. */
export function reportSyntax(errors: readonly YAMLError[], within: Span, report: Report): boolean {
  const duplicates = errors.filter(({ code }) => code === 'DUPLICATE_KEY')
  const syntax = errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  for (const { pos } of duplicates) {
    const at = wordAt(within.file.text, pos[0] + within.start)
    const key = within.file.text.slice(at.start, at.end)
    report.add(
      'E_DUPLICATE_KEY',
      { ...within, ...at },
      `\`${key.replace(/^(["'])(.*)\1$/, '$2')}\` is given twice in one map`,
      'keep one of them',
    )
  }
  if (syntax !== undefined) {
    const start = syntax.pos[0] + within.start
    const { message, hint, ...at } = explain(syntax, within.file.text, start)
    report.add('E_YAML', { file: within.file, start, end: syntax.pos[1] + within.start, ...at }, message, hint)
  }
  return errors.length > 0
}

function explain(error: YAMLError, text: string, start: number): Explained {
  const known = flowVariable(text, start) ?? joinedKey(text, start) ?? reason(error)
  if (known !== undefined) return known
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab cannot indent in YAML', hint: 'indent with spaces' }
    case 'MULTIPLE_DOCS':
      return { message: 'a second document begins here', hint: 'write each pipeline in a file of its own' }
    case 'BAD_SCALAR_START':
      return { message: `a value that begins with ${named(text[start])} must be quoted in YAML`, hint: QUOTE }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return secondKey(text, start)
    case 'BAD_DQ_ESCAPE':
      return {
        message: `\`${text.slice(start, start + 2)}\` means nothing between double quotes in YAML`,
        hint: 'double the backslash, or use single quotes, where a backslash is a backslash',
        end: start + 2,
      }
    case 'MISSING_CHAR':
      return missingCharacter(error, text, start)
    case 'BAD_INDENT':
      return badIndent(error, text, start)
    case 'RESOURCE_EXHAUSTION':
      return { message: 'lists and maps are nested too deeply' }
    default:
      return unexpected(error, text, start)
  }
}

function named(character: string | undefined): string {
  return character === '`' ? 'a backquote' : `\`${character}\``
}

/** `[${A}, b]`: in flow style the brace of a variable begins a map. */
function flowVariable(text: string, start: number): Explained | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const at = text.lastIndexOf('${', start + 1)
  if (at < lineStart || !/[[{][^\n]*$/.test(text.slice(lineStart, at))) return undefined
  const end = text.indexOf('}', at) + 1 || at + 2
  return {
    message: 'between `{ }` or `[ ]` YAML takes the brace of a variable for the start of a map',
    hint: `quote it: "${text.slice(at, end)}"`,
    start: at,
    end,
  }
}

/** `name:city` is one word to YAML. */
function joinedKey(text: string, start: number): Explained | undefined {
  const from = start + leadingSpace(text.slice(start))
  const [word, key, value] = /^([\w.-]+):([^\s:/]\S*)/.exec(text.slice(from)) ?? []
  if (word === undefined) return undefined
  return {
    message: 'a space is missing after the colon',
    hint: `write \`${key}: ${value}\``,
    start: from,
    end: from + word.length,
  }
}

/** The value of a key looks like a map on the key's own line, `filter: a: b`, or on the next one. */
function secondKey(text: string, start: number): Explained {
  const colon = start + text.slice(start).search(/:(?=[ \t]|\r?\n|$)/)
  if (colon < start) return { message: 'a map cannot begin here', hint: INDENT }
  if (colon <= endOfLine(text, start))
    return {
      message: 'YAML takes `: ` for the end of a second key on this line',
      hint: QUOTE,
      start: colon,
      end: colon + 1,
    }
  const at = wordAt(text, text.lastIndexOf('\n', colon) + 1)
  // `- console`, and `transforms:` below it.
  const name = /^\s*- (\w+)\s*$/.exec(text.slice(text.lastIndexOf('\n', start) + 1, endOfLine(text, start)))?.[1]
  if (name !== undefined)
    return {
      message: `\`- ${name}\` is a name alone, and takes no keys`,
      hint: `write it as \`- ${name}: {}\``,
      ...at,
    }
  return {
    message: 'this key is indented deeper than the one before it, which has a value already',
    hint: INDENT,
    ...at,
  }
}

function missingCharacter({ message }: YAMLError, text: string, start: number): Explained {
  const quote = /closing (['"])/.exec(message)?.[1]
  if (quote !== undefined) {
    const at = openingQuote(text, start, quote)
    const other = quote === '"' ? 'single' : 'double'
    const hint = `close it; a ${quote} that belongs to the value needs ${other} quotes around the whole value`
    return { message: `this ${quote} is not closed`, hint, start: at, end: at + 1 }
  }
  if (message.startsWith('Implicit map keys')) {
    const at = wordAt(text, start)
    const hint = 'write `key: value`, with a space after the colon'
    return { message: `\`${text.slice(at.start, at.end)}\` is no key with a value`, hint, ...at }
  }
  if (message.startsWith('Flow ')) return notClosed(message, text, start)
  if (message.startsWith('Missing ,'))
    return {
      message: 'between `{ }` or `[ ]` a comma is missing here, or the value must be quoted',
      hint: QUOTE_IN_FLOW,
    }
  return { message: `YAML: ${message}` }
}

function openingQuote(text: string, end: number, quote: string): number {
  const last = [...text.slice(0, end).matchAll(new RegExp(`(?<=^|[\\s:,[{-])${quote}`, 'g'))].at(-1)
  return last?.index ?? Math.max(0, end - 1)
}

function badIndent({ message }: YAMLError, text: string, start: number): Explained {
  if (!message.startsWith('Flow'))
    return {
      message: 'this line is not indented like the others of its map or list',
      hint: INDENT,
      ...wordAt(text, start),
    }
  return notClosed(message, text, start)
}

function notClosed(message: string, text: string, start: number): Explained {
  const [open, close] = message.startsWith('Flow map') ? ['{', '}'] : ['[', ']']
  const at = Math.max(0, text.lastIndexOf(open, start - 1))
  const hint = `close it with \`${close}\`, or put the values in it in double quotes`
  return { message: `this \`${open}\` is not closed, or a value in it must be quoted`, hint, start: at, end: at + 1 }
}

/** What stands on the line before something unexpected → what YAML made of it. */
const ENDS: readonly (readonly [RegExp, string])[] = [
  [/["'] *$/, 'YAML ends the value at the closing quote, and more follows'],
  [/[>|][-+0-9]* *$/, 'after `>` or `|` YAML expects the value on the next line'],
  [/\*[^ ]* *$/, 'YAML takes `*` for the start of an alias, and more follows'],
]

/** The start of the parser's message → ours, and what to do. */
const REASONS: readonly (readonly [string, string, string])[] = [
  [
    'Sequence item without',
    'this line is no entry of the list above it',
    'begin it with `- `, or indent it like what it belongs to',
  ],
  ['Unexpected flow-seq-end', 'this `]` closes nothing', 'remove it, or put the whole value in double quotes'],
  ['Unexpected flow-map-end', 'this `}` closes nothing', 'remove it, or put the whole value in double quotes'],
  ['Unexpected map-value-ind', 'no key stands before this colon', 'put the whole value in double quotes'],
  ['Block collections', 'between `{ }` or `[ ]` a list or map needs brackets of its own', QUOTE_IN_FLOW],
  [
    'Unexpected ,',
    'between `{ }` or `[ ]` a value is missing before this comma',
    'remove the comma, or write the value',
  ],
  ['Comments must', 'YAML takes `#` for a comment only after a space', 'write a space before it, or quote the value'],
  ['Missing newline', 'YAML takes `&` or `!` before `- ` for an anchor or a tag', QUOTE],
  ['Unsupported YAML', 'a pipeline file has no `%YAML` line', 'leave it out: files are YAML 1.2'],
  ['Tags and anchors', 'YAML takes `&` for the start of an anchor and `!` for a tag', QUOTE],
]

function reason({ message }: YAMLError): Explained | undefined {
  const known = REASONS.find(([start]) => message.startsWith(start))
  return known && { message: known[1], hint: known[2] }
}

function unexpected({ message }: YAMLError, text: string, start: number): Explained {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  const end = ENDS.find(([pattern]) => pattern.test(before))
  if (end !== undefined) return { message: end[1], hint: QUOTE, end: endOfLine(text, start) }
  if (message.includes('block-seq-ind')) {
    const hint = 'write the first `- ` on the next line; a value that begins with `- ` must be quoted'
    return { message: 'a list cannot begin on the line of its key', hint }
  }
  const bracket = text[start]
  if (bracket === '[' || bracket === '{')
    return {
      message: `YAML takes \`${bracket}\` for the start of a ${bracket === '[' ? 'list' : 'map'}`,
      hint: QUOTE_IN_FLOW,
    }
  if (message.includes('node end')) return { message: 'YAML ends the value before this, and more follows', hint: QUOTE }
  return { message: `YAML: ${message}`, hint: QUOTE }
}

/** The first word at or after an index. */
function wordAt(text: string, index: number): { readonly start: number; readonly end: number } {
  const start = index + leadingSpace(text.slice(index))
  const word = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:]+)/.exec(text.slice(start))?.[0] ?? ''
  return { start, end: start + Math.max(1, word.length) }
}

function leadingSpace(text: string): number {
  return text.search(/\S|$/)
}

function endOfLine(text: string, index: number): number {
  return index + text.slice(index).search(/\r?\n|$/)
}
