// Members and items of a variant's JSON text. The text was validated when it was read, so this only walks it.

import { Tag, type Variant } from '../../column.ts'

/** Of several members of one name the last counts, as for JSON.parse. */
export function jsonMember(variant: Variant, name: string): Variant | null {
  if (variant.tag !== Tag.OBJECT) return null
  const { text } = variant
  let found: Variant | null = null
  let at = skipSpace(text, 1)
  while (text[at] !== '}') {
    const keyEnd = valueEnd(text, at)
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = valueEnd(text, valueStart)
    if (JSON.parse(text.slice(at, keyEnd)) === name) found = variantOf(text.slice(valueStart, end))
    at = afterComma(text, end)
  }
  return found
}

export function jsonItem(variant: Variant, index: number): Variant | null {
  if (variant.tag !== Tag.ARRAY || index < 0) return null
  const { text } = variant
  let at = skipSpace(text, 1)
  for (let i = 0; text[at] !== ']'; i++) {
    const end = valueEnd(text, at)
    if (i === index) return variantOf(text.slice(at, end))
    at = afterComma(text, end)
  }
  return null
}

/** The variant that a JSON text stands for; null for JSON's null. */
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

function skipSpace(text: string, at: number): number {
  return matchEnd(SPACE, text, at)
}

function valueEnd(text: string, start: number): number {
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
