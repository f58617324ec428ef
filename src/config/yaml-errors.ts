// Explains what YAML's parser refuses: the common mistakes in words of their own, the rest in the parser's words.

import type { YAMLError } from 'yaml'
import { QUOTE, QUOTE_IN_FLOW } from './cut.ts'
import type { Report } from './report.ts'
import type { Span } from './tree.ts'

/**
 * A mistake: a rule fits when the parser's message matches `says` and the file's text matches `near`, in which `¦` marks
 * the error. The group `at` of `near` is underlined; without one, what the parser points at. `$name` in a message or hint
 * stands for what the group of that name matched.
 */
type Rule = readonly [says: RegExp, near: RegExp, message: string, hint?: string]

const HERE = /¦/
const WORD = /¦\s*(?<at>"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<plain>[^\s:]+|:))/d
const SECOND_KEY = /^(?:Nested mappings|A block sequence|Implicit keys)/
const INDENT = 'indent with spaces, the keys of one map all alike'

/** The first rule that fits counts. */
const RULES: readonly Rule[] = [
  [/^Map keys must/, WORD, '`$double$single$plain` is given twice in one map', 'keep one of them'],
  [
    /flow/,
    /(?<at>\$¦\{(?:[^}\n]*\})?)/d,
    'between `{ }` or `[ ]` YAML takes the brace of a variable for the start of a map',
    'quote it: "$at"',
  ],
  [
    /./,
    /¦\s*(?<at>(?<key>[\w.-]+):(?<value>[^\s:/]\S*))/d,
    'a space is missing after the colon',
    'write `$key: $value`',
  ],
  [/call stack/, HERE, 'lists and maps are nested too deeply'],
  [/^Tabs are not/, HERE, 'a tab cannot indent in YAML', 'indent with spaces'],
  [/^Source contains/, HERE, 'a second document begins here', 'write each pipeline in a file of its own'],
  [/^Plain value/, /¦`/, 'a value that begins with a backquote must be quoted in YAML', QUOTE],
  [/^Plain value/, /¦(?<first>.)/, 'a value that begins with `$first` must be quoted in YAML', QUOTE],
  [
    /^Invalid escape/,
    /¦(?<at>..)/d,
    '`$at` means nothing between double quotes in YAML',
    'double the backslash, or use single quotes, where a backslash is a backslash',
  ],
  [SECOND_KEY, /¦.*?(?<at>:)(?=\s|$)/d, 'YAML takes `: ` for the end of a second key on this line', QUOTE],
  [
    SECOND_KEY,
    /- ¦(?<name>\w+)\s*\n\s*(?<at>[^\s:]+)/d,
    '`- $name` is a name alone, and takes no keys',
    'write it as `- $name: {}`',
  ],
  [
    SECOND_KEY,
    /¦[^\n]*(?:\n[^\n]*)*?\n(?=[^\n]*?:(?:\s|$))\s*(?<at>[^\s:]+)/d,
    'this key is indented deeper than the one before it, which has a value already',
    INDENT,
  ],
  [SECOND_KEY, HERE, 'a map cannot begin here', INDENT],
  [/^All |be indented$/, WORD, 'this line is not indented like the others of its map or list', INDENT],
  [
    /^Sequence item/,
    HERE,
    'this line is no entry of the list above it',
    'begin it with `- `, or indent it like what it belongs to',
  ],
  [/^Implicit map keys/, WORD, '`$at` is no key with a value', 'write `key: value`, with a space after the colon'],
  [
    /closing "/,
    /(?<![^\s:,[{=-])(?<at>")(?:[^"¦]|(?<=[^\s:,[{=-])")*¦/d,
    'this " is not closed',
    'close it; a " that belongs to the value needs single quotes around the whole value',
  ],
  [
    /closing '/,
    /(?<![^\s:,[{=-])(?<at>')(?:[^'¦]|(?<=[^\s:,[{=-])')*¦/d,
    "this ' is not closed",
    "close it; a ' that belongs to the value needs double quotes around the whole value",
  ],
  [
    /^Flow map/,
    /(?<at>\{)[^{¦]*¦/d,
    'this `{` is not closed, or a value in it must be quoted',
    'close it with `}`, or put the values in it in double quotes',
  ],
  [
    /^Flow sequence/,
    /(?<at>\[)[^[¦]*¦/d,
    'this `[` is not closed, or a value in it must be quoted',
    'close it with `]`, or put the values in it in double quotes',
  ],
  [
    /^Unexpected flow-(?:seq|map)-end/,
    /¦(?<bracket>.)/,
    'this `$bracket` closes nothing',
    'remove it, or put the whole value in double quotes',
  ],
  [/^Missing ,/, HERE, 'between `{ }` or `[ ]` a comma is missing here, or the value must be quoted', QUOTE_IN_FLOW],
  [/^Block collections/, HERE, 'between `{ }` or `[ ]` a list or map needs brackets of its own', QUOTE_IN_FLOW],
  [
    /^Comments must/,
    HERE,
    'YAML takes `#` for a comment only after a space',
    'write a space before it, or quote the value',
  ],
  [/^(?:Tags and|Missing newline)/, HERE, 'YAML takes `&` for the start of an anchor and `!` for a tag', QUOTE],
  [/./, /["'] *¦(?<at>.*)/d, 'YAML ends the value at the closing quote, and more follows', QUOTE],
  [/./, /[>|][-+0-9]* *¦(?<at>.*)/d, 'after `>` or `|` YAML expects the value on the next line', QUOTE],
  [/./, /\*[^ \n]* *¦(?<at>.*)/d, 'YAML takes `*` for the start of an alias, and more follows', QUOTE],
  [
    /block-seq-ind/,
    HERE,
    'a list cannot begin on the line of its key',
    'write the first `- ` on the next line; a value that begins with `- ` must be quoted',
  ],
  [/^Unexpected/, /¦\[/, 'YAML takes `[` for the start of a list', QUOTE_IN_FLOW],
  [/^Unexpected/, /¦\{/, 'YAML takes `{` for the start of a map', QUOTE_IN_FLOW],
  [/node end$/, HERE, 'YAML ends the value before this, and more follows', QUOTE],
]

/**
 * Returns whether there was an error of syntax; a key that is given twice is none. Reports only the first of them: the
 * others follow from it.
 */
export function reportSyntax(errors: readonly YAMLError[], within: Span, report: Report): boolean {
  const isDuplicate = ({ code }: YAMLError) => code === 'DUPLICATE_KEY'
  const syntax = errors.filter((error) => !isDuplicate(error)).slice(0, 1)
  for (const error of [...errors.filter(isDuplicate), ...syntax])
    report.add(isDuplicate(error) ? 'E_DUPLICATE_KEY' : 'E_YAML', ...explain(error, within))
  return syntax.length > 0
}

function explain(error: YAMLError, within: Span): [at: Span, message: string, hint: string | undefined] {
  const { file } = within
  const [start, end] = [error.pos[0] + within.start, error.pos[1] + within.start]
  const text = file.text.replaceAll('¦', '|')
  const marked = `${text.slice(0, start)}¦${text.slice(start)}`
  for (const [says, near, message, hint] of RULES) {
    const found = says.test(error.message) ? near.exec(marked) : null
    if (found === null) continue
    const fill = (template: string) =>
      template.replace(/\$(\w+)/g, (_, name: string) => found.groups?.[name]?.replace('¦', '') ?? '')
    const [from, to] = found.indices?.groups?.['at']?.map((at) => (at > start ? at - 1 : at)) ?? []
    return [{ file, start: from ?? start, end: to ?? end }, fill(message), hint && fill(hint)]
  }
  return [{ file, start, end }, `YAML: ${error.message}`, usualHint(error.message)]
}

function usualHint(message: string): string | undefined {
  if (message.includes('directives')) return undefined
  return message.includes('flow') ? QUOTE_IN_FLOW : QUOTE
}
