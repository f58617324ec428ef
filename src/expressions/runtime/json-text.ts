// JSON texts from records: whether they are JSON, and how they are written again. Every step is linear in the text.

import { Tag, type Variant } from '../../column.ts'
import { abbreviated } from '../../values/decimal.ts'
import { doubleText } from '../../values/java-number.ts'
import { RowFault } from '../../values/row-fault.ts'
import { skipSpace, valueEnd, variantOf } from './json-access.ts'

/** Jackson reads no deeper ones (`StreamReadConstraints`). */
const MAX_DEPTH = 1000

/**
 * The value that a text begins with: as Jackson's parsers do, what follows is not looked at. Null for JSON's null,
 * undefined where the text is no JSON.
 */
export function readJson(text: string): Variant | null | undefined {
  const json = isJson(text) ? text.trim() : firstValue(text)
  return json === undefined || isTooDeep(json) ? undefined : variantOf(json)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function firstValue(text: string): string | undefined {
  const start = skipSpace(text, 0)
  const isNested = text[start] === '{' || text[start] === '['
  const end = isNested ? closing(text, start) : valueEnd(text, start)
  const first = text.slice(start, end)
  return end < text.length && isJson(first) ? first : undefined
}

/** Behind the bracket that closes the one at `start`; the text's end where none does. */
function closing(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = Math.max(at, valueEnd(text, at) - 1)
    else if (character === '{' || character === '[') depth++
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1
  }
  return text.length
}

function isTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = valueEnd(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/**
 * The same where a text that is no JSON may have single quotes and unescaped control characters: what the functions that
 * Spark has from Hive read.
 */
export function readLenientJson(text: string): Variant | null | undefined {
  const read = readJson(text)
  const strict = read === undefined ? strictText(text) : undefined
  return strict === undefined ? read : readJson(strict)
}

/** The text with strings as JSON has them; undefined where one does not end. */
function strictText(text: string): string | undefined {
  const parts: string[] = []
  for (let at = 0; at < text.length; at++) {
    const quote = text[at] as string
    if (quote !== '"' && quote !== "'") {
      parts.push(quote)
      continue
    }
    parts.push('"')
    for (at++; text[at] !== quote; at++) {
      if (at >= text.length) return undefined
      if (text[at] === '\\') {
        at++
        parts.push(text[at] === "'" ? "'" : `\\${text[at] ?? ''}`)
      } else
        parts.push(text[at] === '"' || (text[at] as string) < ' ' ? escaped(text[at] as string) : (text[at] as string))
    }
    parts.push('"')
  }
  return parts.join('')
}

function escaped(character: string): string {
  return JSON.stringify(character).slice(1, -1)
}

/** How the numbers of a text are written again. */
export type WriteNumber = (text: string) => string

/** A number as Jackson copies it: digits behind a point or an exponent make a double of it. */
export const copiedNumber: WriteNumber = (text) => {
  if (/^-?\d+$/.test(text)) return text
  const written = doubleText(Number(text))
  return Number.isFinite(Number(text)) ? written : `"${written}"`
}

export interface Compact {
  readonly number: WriteNumber
  /** Members are put in the order of their names, and a name that is there twice is a fault. */
  readonly isSorted: boolean
}

/** A JSON value without blanks; null is JSON's null. Throws RowFault. */
export function compactJson(value: Variant | null, how: Compact): string {
  if (value === null) return 'null'
  if (value.tag === Tag.STRING) return quoted(value.text)
  return new Writer(value.text, how).value(0)
}

/** Reads a text that is JSON from its beginning, and writes what it has read. */
class Writer {
  readonly #text: string
  readonly #how: Compact
  #at = 0

  constructor(text: string, how: Compact) {
    this.#text = text
    this.#how = how
  }

  value(depth: number): string {
    if (depth > MAX_DEPTH) throw new RowFault('E_OVERFLOW', `the JSON is nested more than ${MAX_DEPTH} deep`)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return quoted(this.#string())
    }
    const word = this.#word()
    return word === 'null' || word === 'true' || word === 'false' ? word : this.#how.number(word)
  }

  #word(): string {
    const end = valueEnd(this.#text, this.#at)
    const word = this.#text.slice(this.#at, end)
    this.#at = end
    return word
  }

  #string(): string {
    return JSON.parse(this.#word()) as string
  }

  #array(depth: number): string {
    const items: string[] = []
    this.#skip(1)
    while (this.#text[this.#at] !== ']') {
      items.push(this.value(depth + 1))
      this.#comma()
    }
    this.#at++
    return `[${items.join(',')}]`
  }

  #object(depth: number): string {
    const members: [name: string, value: string][] = []
    this.#skip(1)
    while (this.#text[this.#at] !== '}') {
      const name = this.#string()
      this.#skip(0)
      this.#skip(1)
      members.push([name, this.value(depth + 1)])
      this.#comma()
    }
    this.#at++
    if (this.#how.isSorted) sort(members)
    return `{${members.map(([name, value]) => `${quoted(name)}:${value}`).join(',')}}`
  }

  #skip(by: number): void {
    this.#at = skipSpace(this.#text, this.#at + by)
  }

  #comma(): void {
    this.#skip(0)
    if (this.#text[this.#at] === ',') this.#skip(1)
  }
}

function sort(members: [name: string, value: string][]): void {
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  for (const [i, [name]] of members.entries())
    if (members[i + 1]?.[0] === name)
      throw new RowFault('E_CAST', `the JSON has the name ${abbreviated(name)} twice`, 'VARIANT_DUPLICATE_KEY')
}

/** A JSON string as Jackson writes it: hexadecimal digits are capitals. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\(?:\\|u00[01][0-9a-f])/g, (escape) =>
    escape === '\\\\' ? escape : `\\u${escape.slice(2).toUpperCase()}`,
  )
}
