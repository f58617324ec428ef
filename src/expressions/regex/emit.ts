// The tree of a Java regular expression as a pattern for RE2.

import { setText } from './code-set.ts'
import type { Cursor } from './cursor.ts'
import type { Tree } from './parse.ts'

/** How a text ends: `$` matches there and, with what is captured here, before its last line terminator. */
export type Ending = 'none' | 'newline' | 'cr-newline' | 'other'

export function endingOf(text: string): Ending {
  if (text.endsWith('\r\n')) return 'cr-newline'
  if (text.endsWith('\n')) return 'newline'
  return /[\r\u0085\u2028\u2029]$/.test(text) ? 'other' : 'none'
}

/** What a group that captures a line terminator is called; a number follows. */
export const TERMINATOR = 'end'

/** RE2 repeats no more than this. */
const MAX_REPEAT = 1000
const MAX_COUNT = 10_000

export class Emitter {
  readonly #cursor: Cursor
  readonly #ending: Ending
  #ends = 0

  constructor(cursor: Cursor, ending: Ending) {
    this.#cursor = cursor
    this.#ending = ending
  }

  /** `isLast`: nothing can match behind it. */
  emit(tree: Tree, isLast = true): string {
    switch (tree.kind) {
      case 'set':
        return setText(tree.set)
      case 'assertion':
        return tree.text
      case 'line-break':
        return '(?:\\r\\n|[\\n\\x0b\\f\\r\\x{85}\\x{2028}\\x{2029}])'
      case 'end':
        if (!isLast) throw this.#cursor.unsupported('$ or \\Z before the end of the pattern', tree.place)
        return this.#end(tree.onlyNewline)
      case 'group': {
        const alternatives = tree.alternatives.map((parts) =>
          parts.map((part, i) => this.emit(part, isLast && i === parts.length - 1)).join(''),
        )
        return `(${tree.captures ? '' : '?:'}${alternatives.join('|')})`
      }
      case 'repeat':
        return this.#repeat(tree, isLast)
      default:
        return tree satisfies never
    }
  }

  #end(onlyNewline: boolean): string {
    const terminator = onlyNewline
      ? { none: '', newline: '\\n', 'cr-newline': '\\n', other: '' }[this.#ending]
      : { none: '', newline: '\\n', 'cr-newline': '\\r\\n', other: '[\\r\\x{85}\\x{2028}\\x{2029}]' }[this.#ending]
    return terminator === '' ? '\\z' : `(?P<${TERMINATOR}${this.#ends++}>${terminator})?\\z`
  }

  #repeat({ of, least, most, lazy, place }: Extract<Tree, { kind: 'repeat' }>, isLast: boolean): string {
    // Java never takes \r\n for two line breaks there, RE2 where something else needs the \n.
    const takesAll = isLast && of.kind === 'line-break' && !lazy && least <= 1 && most === Number.POSITIVE_INFINITY
    if (hasLineBreak(of) && !takesAll) throw this.#cursor.unsupported('to repeat \\R before the end', place)
    const greed = lazy ? '?' : ''
    const inner = `(?:${this.emit(of, false)})`
    if (most === Number.POSITIVE_INFINITY && least <= 1) return `${inner}${least === 1 ? '+' : '*'}${greed}`
    const count = most === Number.POSITIVE_INFINITY ? least : most
    if (count <= MAX_REPEAT) {
      const upper = most === Number.POSITIVE_INFINITY ? '' : most
      return most === least ? `${inner}{${least}}${greed}` : `${inner}{${least},${upper}}${greed}`
    }
    if (count > MAX_COUNT || hasCapture(of)) throw this.#cursor.unsupported('so long a repetition', place)
    return this.#inParts(inner, least, most, greed)
  }

  /** `x{0,1500}` is `(?:x{0,1000}x{0,500})`. */
  #inParts(inner: string, least: number, most: number, greed: string): string {
    const parts: string[] = []
    for (let left = least; left > 0; left -= MAX_REPEAT) parts.push(`${inner}{${Math.min(left, MAX_REPEAT)}}`)
    if (most === Number.POSITIVE_INFINITY) parts.push(`${inner}*${greed}`)
    else
      for (let left = most - least; left > 0; left -= MAX_REPEAT)
        parts.push(`${inner}{0,${Math.min(left, MAX_REPEAT)}}${greed}`)
    return `(?:${parts.join('')})`
  }
}

function hasCapture(tree: Tree): boolean {
  if (tree.kind === 'repeat') return hasCapture(tree.of)
  return tree.kind === 'group' && (tree.captures || tree.alternatives.flat().some(hasCapture))
}

function hasLineBreak(tree: Tree): boolean {
  if (tree.kind === 'repeat') return hasLineBreak(tree.of)
  return tree.kind === 'line-break' || (tree.kind === 'group' && tree.alternatives.flat().some(hasLineBreak))
}
