// Character classes: ranges, unions `[a[bc]]`, intersections `[a-z&&[^b]]`, complements of all of it.

import { type CodeSet, complement, intersection, rangeOfAnyCase, union } from './code-set.ts'
import { type Cursor, characterSet, type Flags } from './cursor.ts'
import { escape } from './escapes.ts'

/** The set of a class whose `[` is taken. */
export function charClass(cursor: Cursor, flags: Flags): CodeSet {
  const { place } = cursor
  const isNegated = cursor.take('^')
  let set: CodeSet | undefined
  do {
    const operand = operandOf(cursor, flags, set === undefined)
    set = set === undefined ? operand : intersection(set, operand)
  } while (cursor.take('&&'))
  if (!cursor.take(']')) throw cursor.fail('the character class is never closed', place)
  return isNegated ? complement(set) : set
}

/** A union of items, up to `&&` or the end. Java reads a `]` that comes first as a character. */
function operandOf(cursor: Cursor, flags: Flags, isFirst: boolean): CodeSet {
  const items: CodeSet[] = []
  for (;;) {
    const character = cursor.peek()
    if (character === '') throw cursor.fail('the character class is never closed')
    if (flags.x && /[\s#]/.test(character)) throw cursor.unsupported('white space in a class under the flag x')
    const isEmpty = items.length === 0
    if (character === '&' && cursor.peek(1) === '&') {
      if (isEmpty) throw cursor.unsupported('an intersection with nothing')
      return union(...items)
    }
    if (character === ']' && !(isFirst && isEmpty)) {
      if (isEmpty) throw cursor.unsupported('an intersection with nothing')
      return union(...items)
    }
    if (character === '^' && !isFirst && isEmpty) throw cursor.unsupported('^ behind &&')
    items.push(item(cursor, flags))
  }
}

function item(cursor: Cursor, flags: Flags): CodeSet {
  if (cursor.take('[')) return charClass(cursor, flags)
  const from = member(cursor, flags)
  if (typeof from !== 'number') return from
  const isRange = cursor.peek() === '-' && cursor.peek(1) !== '[' && cursor.peek(1) !== ']' && cursor.peek(1) !== ''
  if (!isRange) return characterSet(from, flags, cursor)
  const { place } = cursor
  cursor.next()
  if (flags.x && /[\s#]/.test(cursor.peek())) throw cursor.unsupported('white space in a class under the flag x')
  const to = member(cursor, flags)
  if (typeof to !== 'number' || to < from) throw cursor.fail('a range that is none', place)
  return flags.i ? rangeOfAnyCase(from, to, flags.u) : [from, to]
}

/** One character, or the set of an escape. */
function member(cursor: Cursor, flags: Flags): number | CodeSet {
  const { place } = cursor
  if (!cursor.take('\\')) return cursor.next().codePointAt(0) as number
  const escaped = escape(cursor, flags)
  if (escaped === undefined) throw cursor.unsupported(`\\${cursor.peek()} in a class`, place)
  return escaped
}
