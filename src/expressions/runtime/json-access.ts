// Members and items of a variant's JSON text. The text was validated when it was read, so this only walks it.

import { Tag, type Variant } from '../../column.ts'

/** Of several members of one name the last counts, as for JSON.parse. */
export function jsonMember(variant: Variant, name: string): Variant | null {
  if (variant.tag !== Tag.OBJECT) return null
  let found: Variant | null = null
  eachMember(variant.text, (key, value) => {
    if (key === name) found = variantOf(value)
  })
  return found
}

/** All members of an object; JSON's null is null. */
export function jsonMembers({ text }: Variant): Map<string, Variant | null> {
  const members = new Map<string, Variant | null>()
  eachMember(text, (key, value) => members.set(key, variantOf(value)))
  return members
}

export function jsonItem(variant: Variant, index: number): Variant | null {
  if (variant.tag !== Tag.ARRAY || index < 0) return null
  let at = 0
  for (const item of items(variant.text)) if (at++ === index) return variantOf(item)
  return null
}

/** All items of an array; JSON's null is null. */
export function jsonItems({ text }: Variant): (Variant | null)[] {
  return Array.from(items(text), variantOf)
}

/** Each member of an object's text: its name, and the text of its value. */
export function eachMember(text: string, visit: (key: string, value: string) => void): void {
  let at = skipSpace(text, 1)
  while (text[at] !== '}') {
    const keyEnd = valueEnd(text, at)
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = valueEnd(text, valueStart)
    visit(JSON.parse(text.slice(at, keyEnd)) as string, text.slice(valueStart, end))
    at = afterComma(text, end)
  }
}

function* items(text: string): Generator<string> {
  let at = skipSpace(text, 1)
  while (text[at] !== ']') {
    const end = valueEnd(text, at)
    yield text.slice(at, end)
    at = afterComma(text, end)
  }
}

/** The text of each item of an array's text. */
export function eachItem(text: string, visit: (item: string) => void): void {
  for (const item of items(text)) visit(item)
}

/** The variant that a JSON text without blanks around stands for; null for JSON's null. */
export function variantOf(json: string): Variant | null {
  switch (json[0]) {
    case '"':
      return { tag: Tag.STRING, text: JSON.parse(json) as string }
    case '{':
      return { tag: Tag.OBJECT, text: json }
    case '[':
      return { tag: Tag.ARRAY, text: json }
    case 't':
      return { tag: Tag.TRUE, text: json }
    case 'f':
      return { tag: Tag.FALSE, text: json }
    case 'n':
      return null
    default:
      return { tag: Tag.NUMBER, text: json }
  }
}

function afterComma(text: string, end: number): number {
  const at = skipSpace(text, end)
  return text[at] === ',' ? skipSpace(text, at + 1) : at
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const SCALAR = /[^,\]}\s]*/y
const STRUCTURE = /[^"[\]{}]*/y

export function skipSpace(text: string, at: number): number {
  return matchEnd(SPACE, text, at)
}

/** Behind the value that begins at `start`. */
export function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return matchEnd(STRING, text, start)
  if (text[start] !== '{' && text[start] !== '[') return matchEnd(SCALAR, text, start)
  let depth = 0
  for (let at = start; at < text.length; ) {
    const character = text[at]
    if (character === '"') at = matchEnd(STRING, text, at)
    else {
      if (character === '{' || character === '[') depth++
      else if (character === '}' || character === ']') depth--
      at++
      if (depth === 0) return at
      at = matchEnd(STRUCTURE, text, at)
    }
  }
  throw new Error('a variant is no JSON text')
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  pattern.test(text)
  return Math.max(at, pattern.lastIndex)
}
