// What stands behind a backslash and is one character or a set of them, inside a class and outside.

import { type CodeSet, complement } from './code-set.ts'
import type { Cursor, Flags } from './cursor.ts'
import { PREDEFINED, property } from './properties.ts'

const SIMPLE: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }

/** A code point or a set; undefined where the escape is neither. The backslash is taken, and the escape where it is known. */
export function escape(cursor: Cursor, flags: Flags): number | CodeSet | undefined {
  const letter = cursor.peek()
  if (letter === '') throw cursor.fail('a backslash at the end')
  const simple = SIMPLE[letter]
  if (simple !== undefined) return take(cursor, simple)
  const predefined = PREDEFINED[letter]
  if (predefined !== undefined) return take(cursor, predefined)
  switch (letter) {
    case 'p':
    case 'P':
      return namedProperty(cursor, flags)
    case 'x':
      return hexadecimal(cursor)
    case 'u':
      return unicodeEscape(cursor)
    case '0':
      return octal(cursor)
    case 'c':
      cursor.next()
      if (cursor.isAtEnd) throw cursor.fail('\\c without a character')
      return (cursor.next().codePointAt(0) as number) ^ 64
  }
  // All letters are taken or kept for later; everything else is itself.
  return /[A-Za-z0-9]/.test(letter) ? undefined : (cursor.next().codePointAt(0) as number)
}

function take<T>(cursor: Cursor, value: T): T {
  cursor.next()
  return value
}

function namedProperty(cursor: Cursor, flags: Flags): CodeSet {
  const { place } = cursor
  const isNegated = cursor.next() === 'P'
  const isBraced = cursor.take('{')
  const name = isBraced ? cursor.takeWhile(/[^}]/) : cursor.next()
  if (isBraced && !cursor.take('}')) throw cursor.fail('the property is never closed', place)
  const set = property(name, flags.i)
  if (set === undefined) throw cursor.unsupported(`the property \\p{${name}}`, place)
  return isNegated ? complement(set) : set
}

function hexadecimal(cursor: Cursor): number {
  const { place } = cursor
  cursor.next()
  const isBraced = cursor.take('{')
  const digits = cursor.takeWhile(/[0-9A-Fa-f]/, isBraced ? 8 : 2)
  const code = Number.parseInt(digits, 16)
  const isComplete = isBraced ? digits !== '' && cursor.take('}') : digits.length === 2
  if (!isComplete || code > 0x10ffff) throw cursor.fail('a hexadecimal escape that is none', place)
  return code
}

/** Two of them may be one character. */
function unicodeEscape(cursor: Cursor): number {
  const { place } = cursor
  const unit = fourDigits(cursor)
  if (unit === undefined) throw cursor.fail('\\u without four hexadecimal digits', place)
  if (unit < 0xd800 || unit > 0xdfff) return unit
  const low = cursor.take('\\') ? fourDigits(cursor) : undefined
  if (unit > 0xdbff || low === undefined || low < 0xdc00 || low > 0xdfff)
    throw cursor.unsupported('half of a character', place)
  return (unit - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000
}

function fourDigits(cursor: Cursor): number | undefined {
  if (!cursor.take('u')) return undefined
  const digits = cursor.takeWhile(/[0-9A-Fa-f]/, 4)
  return digits.length === 4 ? Number.parseInt(digits, 16) : undefined
}

/** `\0` and one to three digits, up to 0377. */
function octal(cursor: Cursor): number {
  const { place } = cursor
  cursor.next()
  const first = cursor.takeWhile(/[0-7]/, 1)
  if (first === '') throw cursor.fail('\\0 without an octal digit', place)
  return Number.parseInt(first + cursor.takeWhile(/[0-7]/, first <= '3' ? 2 : 1), 8)
}
