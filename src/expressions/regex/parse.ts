// Java's regular expressions (java.util.regex.Pattern, Java 17) as a tree. What cannot be done in linear time is refused.

import { charClass } from './char-class.ts'
import { type CodeSet, complement, single } from './code-set.ts'
import { Cursor, characterSet, type Flags, NO_FLAGS } from './cursor.ts'
import { escape } from './escapes.ts'
import type { Place } from './place.ts'
import { LINE_TERMINATORS } from './properties.ts'

export type Tree =
  | { readonly kind: 'set'; readonly set: CodeSet }
  /** Matches no character, but a place between two. */
  | { readonly kind: 'place'; readonly place: Place }
  /** `\R`; `isWhole`: CR and LF are never parted, as Java has it where the break itself is repeated. */
  | { readonly kind: 'line-break'; readonly isWhole?: boolean }
  /** `index`: of a group that captures, counted from 1. */
  | { readonly kind: 'group'; readonly index?: number; readonly alternatives: readonly (readonly Tree[])[] }
  | {
      readonly kind: 'repeat'
      readonly of: Tree
      readonly least: number
      readonly most: number
      readonly lazy: boolean
      /** For errors. */
      readonly at: number
    }

export interface Regex {
  readonly tree: Tree
  /** How many groups capture, and those with names. */
  readonly groups: number
  readonly names: ReadonlyMap<string, number>
  /** For errors. */
  readonly cursor: Cursor
}

/** Throws RowFault with the code E_REGEX and the place. */
export function parseJavaRegex(pattern: string): Regex {
  const cursor = new Cursor(pattern)
  const alternatives = alternation(cursor, NO_FLAGS)
  if (!cursor.isAtEnd) throw cursor.fail('a ) that closes nothing')
  return { tree: { kind: 'group', alternatives }, groups: cursor.groups, names: cursor.names, cursor }
}

const MAX_COUNT = 10_000

/** Groups may nest this deep; a deeper one would exhaust the stack. */
const MAX_DEPTH = 200

function alternation(cursor: Cursor, flags: Flags, depth = 0): readonly (readonly Tree[])[] {
  if (depth > MAX_DEPTH) throw cursor.unsupported(`a group in more than ${MAX_DEPTH} others`)
  const alternatives: Tree[][] = [[]]
  let current = flags
  for (;;) {
    if (current.x) skipComments(cursor, current)
    const character = cursor.peek()
    if (character === '' || character === ')') return alternatives
    if (cursor.take('|')) alternatives.push([])
    else if (isFlags(cursor)) current = inlineFlags(cursor, current)
    else {
      const { place } = cursor
      alternatives.at(-1)?.push(quantified(atom(cursor, current, depth), cursor, current, place))
    }
  }
}

function skipComments(cursor: Cursor, { d }: Flags): void {
  for (;;) {
    cursor.takeWhile(/[ \t\n\v\f\r]/)
    if (cursor.peek() !== '#') return
    cursor.takeWhile(d ? /[^\n]/ : /[^\n\r\u0085\u2028\u2029]/)
  }
}

/** `(?i)`, not `(?i:…)`: the flags hold to the end of the group. */
function isFlags(cursor: Cursor): boolean {
  if (cursor.peek() !== '(' || cursor.peek(1) !== '?') return false
  let ahead = 2
  while (/^[a-zA-Z-]$/.test(cursor.peek(ahead))) ahead++
  return cursor.peek(ahead) === ')'
}

function inlineFlags(cursor: Cursor, flags: Flags): Flags {
  cursor.take('(?')
  const changed = changedFlags(cursor, flags)
  cursor.next()
  if (changed.x) skipComments(cursor, changed)
  if (/^[*+?]$/.test(cursor.peek())) throw cursor.fail(`${cursor.peek()} repeats nothing`)
  return changed
}

function changedFlags(cursor: Cursor, flags: Flags): Flags {
  const changed = { ...flags }
  let value = true
  for (let letter = cursor.peek(); letter !== ')' && letter !== ':'; letter = cursor.peek()) {
    if (letter === '-' && value) value = false
    else if (letter in changed) changed[letter as keyof Flags] = value
    else if (letter === 'U') throw cursor.unsupported('the flag U')
    else throw cursor.fail('no flags of a group')
    cursor.next()
  }
  return changed
}

function atom(cursor: Cursor, flags: Flags, depth: number): Tree {
  const { place } = cursor
  const character = cursor.next()
  switch (character) {
    case '(':
      return group(cursor, flags, place, depth + 1)
    case '[':
      return { kind: 'set', set: charClass(cursor, flags) }
    case '.':
      return { kind: 'set', set: flags.s ? complement([]) : complement(flags.d ? single(10) : LINE_TERMINATORS) }
    case '^':
      return { kind: 'place', place: flags.m ? (flags.d ? 'newline-begin' : 'line-begin') : 'begin' }
    case '$':
      return dollar(flags)
    case '\\':
      return escaped(cursor, flags, place)
    case '*':
    case '+':
    case '?':
    case '{':
      throw cursor.fail(`${character} repeats nothing; a backslash before it makes it a character`, place)
    default:
      return { kind: 'set', set: characterSet(character.codePointAt(0) as number, flags, cursor) }
  }
}

function dollar({ m, d }: Flags): Tree {
  if (m) return { kind: 'place', place: d ? 'newline-end' : 'line-end' }
  return { kind: 'place', place: d ? 'last-newline-end' : 'last-line-end' }
}

function escaped(cursor: Cursor, flags: Flags, place: number): Tree {
  const value = escape(cursor, flags)
  if (typeof value === 'number') return { kind: 'set', set: characterSet(value, flags, cursor) }
  if (value !== undefined) return { kind: 'set', set: value }
  const letter = cursor.next()
  switch (letter) {
    case 'A':
      return { kind: 'place', place: 'begin' }
    case 'z':
      return { kind: 'place', place: 'end' }
    case 'b':
    case 'B':
      if (cursor.peek() === '{') throw cursor.unsupported(`\\${letter}{…}`, place)
      return { kind: 'place', place: letter === 'b' ? 'boundary' : 'no-boundary' }
    case 'Z':
      return dollar({ ...flags, m: false })
    case 'R':
      return { kind: 'line-break' }
    default:
      if (/[1-9k]/.test(letter)) throw cursor.unsupported('a back-reference', place)
      if (/[GXN]/.test(letter)) throw cursor.unsupported(`\\${letter}`, place)
      throw cursor.fail(`\\${letter} has no meaning`, place)
  }
}

const REFUSED: readonly (readonly [string, string])[] = [
  ['?=', 'look-ahead'],
  ['?!', 'look-ahead'],
  ['?<=', 'look-behind'],
  ['?<!', 'look-behind'],
  ['?>', 'an atomic group'],
]

function group(cursor: Cursor, flags: Flags, place: number, depth: number): Tree {
  for (const [text, what] of REFUSED) if (cursor.take(text)) throw cursor.unsupported(what, place)
  let captures = true
  let inner = flags
  let name: string | undefined
  if (cursor.take('?<')) {
    name = cursor.takeWhile(/[A-Za-z0-9]/)
    if (!/^[A-Za-z]/.test(name) || !cursor.take('>')) throw cursor.fail('no name of a group', place)
    if (cursor.names.has(name)) throw cursor.fail(`a second group of the name ${name}`, place)
  } else if (cursor.take('?')) {
    captures = false
    inner = changedFlags(cursor, flags)
    cursor.next()
  }
  const index = captures ? cursor.openGroup(name) : undefined
  const alternatives = alternation(cursor, inner, depth)
  if (!cursor.take(')')) throw cursor.fail('a ( that is never closed', place)
  return index === undefined ? { kind: 'group', alternatives } : { kind: 'group', index, alternatives }
}

function quantified(tree: Tree, cursor: Cursor, flags: Flags, place: number): Tree {
  if (flags.x) skipComments(cursor, flags)
  const bounds = quantifier(cursor)
  if (bounds === undefined) return tree
  if (tree.kind === 'place') throw cursor.unsupported('to repeat a place', place)
  if (cursor.peek() === '+') throw cursor.unsupported('a possessive quantifier')
  const repeated: Tree = { kind: 'repeat', of: tree, ...bounds, lazy: cursor.take('?'), at: place }
  if (flags.x) skipComments(cursor, flags)
  if (Math.max(bounds.least, bounds.most === Number.POSITIVE_INFINITY ? 0 : bounds.most) > MAX_COUNT)
    throw cursor.unsupported('so long a repetition', place)
  // Java leaves the second of `a{2}{3}` aside.
  if (cursor.peek() === '{') throw cursor.unsupported('a quantifier behind another')
  return repeated
}

/** Whether it can match without a character. */
export function isNullable(tree: Tree): boolean {
  switch (tree.kind) {
    case 'set':
    case 'line-break':
      return false
    case 'place':
      return true
    case 'group':
      return tree.alternatives.some((parts) => parts.every(isNullable))
    case 'repeat':
      return tree.least === 0 || isNullable(tree.of)
    default:
      return tree satisfies never
  }
}

function quantifier(cursor: Cursor): { least: number; most: number } | undefined {
  const character = cursor.peek()
  if (character === '{') return counted(cursor)
  if (character !== '*' && character !== '+' && character !== '?') return undefined
  cursor.next()
  return { least: character === '+' ? 1 : 0, most: character === '?' ? 1 : Number.POSITIVE_INFINITY }
}

function counted(cursor: Cursor): { least: number; most: number } {
  const { place } = cursor
  cursor.next()
  const least = cursor.takeWhile(/[0-9]/)
  const isRange = cursor.take(',')
  const most = isRange ? cursor.takeWhile(/[0-9]/) : least
  if (least === '' || !cursor.take('}'))
    throw cursor.fail('{ is no repetition; a backslash makes it a character', place)
  const bounds = { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) }
  if (bounds.most < bounds.least) throw cursor.fail('a repetition whose bounds are in the wrong order', place)
  return bounds
}
