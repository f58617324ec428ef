// What YAML's parser refuses, in words that say what to do about it in a pipeline file.

import type { YAMLError } from 'yaml'
import { QUOTE } from './cut.ts'
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
    const [start, end] = wordAt(within.file.text, pos[0] + within.start)
    const key = within.file.text.slice(start, end)
    report.add('E_DUPLICATE_KEY', { file: within.file, start, end }, `\`${key}\` is given twice in one map`)
  }
  if (syntax !== undefined) {
    const start = syntax.pos[0] + within.start
    const { message, hint, ...at } = explain(syntax, within.file.text, start)
    report.add('E_YAML', { file: within.file, start, end: syntax.pos[1] + within.start, ...at }, message, hint)
  }
  return errors.length > 0
}

function explain(error: YAMLError, text: string, start: number): Explained {
  const variable = flowVariable(text, start)
  if (variable !== undefined) return variable
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab cannot indent in YAML', hint: 'indent with spaces' }
    case 'MULTIPLE_DOCS':
      return { message: 'a second document begins here', hint: 'write each pipeline in a file of its own' }
    case 'BAD_SCALAR_START':
      return { message: `a value that begins with \`${text[start]}\` must be quoted in YAML`, hint: QUOTE }
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

/** The value of a key looks like a map on the key's own line: `filter: a: b`. */
function secondKey(text: string, start: number): Explained {
  const colon = /:(?=[ \t]|\r?\n|$)/.exec(text.slice(start))
  const lineEnd = endOfLine(text, start)
  if (colon === null) return { message: 'a map cannot begin here', hint: INDENT }
  const at = start + colon.index
  if (at <= lineEnd)
    return { message: 'YAML takes `: ` for the end of a second key on this line', hint: QUOTE, start: at, end: at + 1 }
  const [from, end] = wordAt(text, text.lastIndexOf('\n', at) + 1)
  return {
    message: 'this key is indented deeper than the one before it, which has a value already',
    hint: INDENT,
    start: from,
    end,
  }
}

function missingCharacter(error: YAMLError, text: string, start: number): Explained {
  const quote = /closing (['"])/.exec(error.message)?.[1]
  if (quote !== undefined) {
    const at = unclosedQuote(text, start, quote)
    return {
      message: `this ${quote} is not closed`,
      hint: `a ${quote} that belongs to the value needs quotes around the whole value`,
      start: at,
      end: at + 1,
    }
  }
  if (/Implicit map keys/.test(error.message)) {
    const [from, end] = wordAt(text, start)
    return {
      message: `\`${text.slice(from, end)}\` is a key without a value`,
      hint: 'write `key: value`, with a space after the colon',
      start: from,
      end,
    }
  }
  if (/^Missing ,/.test(error.message))
    return { message: 'between `{ }` or `[ ]` a comma is missing here, or the value must be quoted', hint: QUOTE }
  return { message: `YAML: ${error.message}` }
}

function unclosedQuote(text: string, start: number, quote: string): number {
  const opened = new RegExp(`(?:^|[\\s:,[{-])${quote}`, 'g')
  const last = [...text.slice(0, start).matchAll(opened)].at(-1)
  return last === undefined ? Math.max(0, start - 1) : last.index + last[0].length - 1
}

function badIndent(error: YAMLError, text: string, start: number): Explained {
  const flow = /^Flow (map|sequence)/.exec(error.message)?.[1]
  if (flow === undefined) {
    const [from, end] = wordAt(text, start)
    return { message: 'this line is not indented like the others of its map or list', hint: INDENT, start: from, end }
  }
  const bracket = flow === 'map' ? '{' : '['
  const at = text.lastIndexOf(bracket, start - 1)
  return {
    message: `this \`${bracket}\` is not closed, or a value in it must be quoted`,
    hint: QUOTE,
    start: at,
    end: at + 1,
  }
}

function unexpected(error: YAMLError, text: string, start: number): Explained {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  if (/["'] *$/.test(before))
    return {
      message: 'YAML ends the value at the closing quote, and more follows',
      hint: QUOTE,
      end: endOfLine(text, start),
    }
  if (/[>|][-+0-9]* *$/.test(before))
    return {
      message: 'after `>` or `|` YAML expects the value on the next line',
      hint: QUOTE,
      end: endOfLine(text, start),
    }
  if (/\*[^ ]* *$/.test(before))
    return {
      message: 'YAML takes `*` for the start of an alias, and more follows',
      hint: QUOTE,
      end: endOfLine(text, start),
    }
  if (/block-seq-ind/.test(error.message))
    return { message: 'a list cannot begin on the line of its key', hint: 'write the first `- ` on the next line' }
  if (/(flow-|node end)/.test(error.message))
    return { message: 'YAML ends the value before this, and more follows', hint: QUOTE }
  return { message: `YAML: ${error.message}`, hint: QUOTE }
}

/** From the first character at or after an index that is not white space to the end of its word. */
function wordAt(text: string, index: number): readonly [number, number] {
  const start = index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0)
  const word = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:]+)/.exec(text.slice(start))?.[0] ?? ''
  return [start, start + Math.max(1, word.length)]
}

function endOfLine(text: string, index: number): number {
  return index + text.slice(index).search(/\r?\n|$/)
}
