// Functions that make a text of another: repeated, padded, cut, turned round, with other characters.

import type { Value } from '../../column.ts'
import { BINARY, STRING } from '../../types.ts'
import { boundedLength, withinText } from '../../values/text-limit.ts'
import { castArgument } from '../analysis/argument.ts'
import { mismatch, scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, type SyntaxFunction, strict } from './definition.ts'
import { remembering } from './last-made.ts'
import { array, binary, int, oneOf, type Parameter, text, textOrBinary } from './parameters.ts'
import {
  characterSlice,
  codePoints,
  hasPairs,
  indexOfCharacter,
  substring,
  substringBounds,
} from './strings-characters.ts'

export function changeFunctions(): readonly Entry[] {
  return [
    strict('repeat', [text, int], STRING, repeat),
    strict('space', [int], STRING, (count: number) => repeat(' ', count)),
    strict('replace', [text, text, text], STRING, replace, 1),
    ['reverse', { parameters: [oneOf(text, binary, array)], resolve: reversed }],
    ['left', { parameters: [textOrBinary, int], resolve: leftPart }],
    strict('right', [text, int], STRING, (value: string, count: number) => (count > 0 ? last(value, count) : '')),
    ['lpad', padding(true)],
    ['rpad', padding(false)],
    ['overlay', overlay],
    strict('translate', [text, text, text], STRING, translator()),
  ]
}

function repeat(value: string, count: number): string {
  if (count <= 0) return ''
  boundedLength(value.length * count)
  return value.repeat(count)
}

/** Nothing is put in the place of nothing. */
function replace(value: string, search: string, by = ''): string {
  return search === '' ? value : withinText(() => value.replaceAll(search, () => by))
}

function reversed([first]: readonly Node[]) {
  const type = first?.type ?? STRING
  const apply = type.kind === 'string' ? reverseText : reverseItems
  const scalar: Scalar = { name: 'reverse', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return { type, scalar }
}

function reverseText(value: string): string {
  return (hasPairs(value) ? [...value] : value.split('')).reverse().join('')
}

function reverseItems(items: Uint8Array | readonly Value[]): Value {
  return items instanceof Uint8Array ? items.slice().reverse() : [...items].reverse()
}

function leftPart([first]: readonly Node[]) {
  const apply = (value: Value, count: number) =>
    typeof value === 'string'
      ? characterSlice(value, 0, Math.max(0, count))
      : (value as Uint8Array).slice(0, Math.max(0, count))
  const scalar: Scalar = { name: 'left', nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
  return { type: first?.type ?? STRING, scalar }
}

function last(value: string, count: number): string {
  return substring(value, -count, Number.MAX_SAFE_INTEGER)
}

/** Of binaries where the value is one and the padding too, or not given: it is then zeros. */
function padding(isLeft: boolean): SyntaxFunction {
  return {
    least: 2,
    most: 3,
    analyse(call, context) {
      const args = call.args.map((arg) => operand(arg, context))
      const areBytes = args.every(({ node }, i) => i === 1 || node.type.kind === BINARY.kind)
      const value = areBytes ? binary : text
      const parameters: readonly Parameter[] = [value, int, value]
      const nodes = args.map((arg, i) => castArgument(arg, parameters[i] as Parameter, context, call.name))
      const apply = areBytes ? padBytes : padText
      const scalar: Scalar = {
        name: call.name,
        nulls: 'strict',
        apply: (of, length, by) => apply(isLeft, of as never, length as never, by as never),
      }
      return scalarNode(scalar, nodes, areBytes ? BINARY : STRING)
    },
  }
}

/** A longer text is cut at its end, on either side. */
function padText(isLeft: boolean, value: string, length: number, by = ' '): string {
  const missing = length - codePoints(value)
  if (missing <= 0 || by === '') return characterSlice(value, 0, Math.max(0, length))
  const size = codePoints(by)
  const times = Math.floor(missing / size)
  const rest = by.slice(0, indexOfCharacter(by, missing % size))
  boundedLength(value.length + by.length * times + rest.length)
  const pad = by.repeat(times) + rest
  return isLeft ? pad + value : value + pad
}

function padBytes(isLeft: boolean, value: Uint8Array, length: number, by: Uint8Array = Buffer.alloc(1)): Uint8Array {
  const missing = length - value.length
  if (missing <= 0 || by.length === 0) return value.slice(0, Math.max(0, length))
  boundedLength(length)
  const pad = Buffer.alloc(missing, by)
  return Buffer.concat(isLeft ? [pad, value] : [value, pad])
}

/** overlay(value, by, from[, length]), of texts or of binaries; the length is that of `by` where it is negative or not given. */
const overlay: SyntaxFunction = {
  least: 3,
  most: 4,
  analyse(call, context) {
    const args = call.args.map((arg) => operand(arg, context))
    const [isBytes, isOther] = args.slice(0, 2).map(({ node }) => node.type.kind === BINARY.kind)
    if (isBytes !== isOther) throw mismatch('overlay takes two strings or two binaries', call)
    const areBytes = isBytes === true
    const value = areBytes ? binary : text
    const parameters: readonly Parameter[] = [value, value, int, int]
    const nodes = args.map((arg, i) => castArgument(arg, parameters[i] as Parameter, context, call.name))
    const apply = areBytes ? overlayBytes : overlayText
    return scalarNode(
      { name: 'overlay', nulls: 'strict', apply: apply as Scalar['apply'] },
      nodes,
      areBytes ? BINARY : STRING,
    )
  },
}

function overlayText(value: string, by: string, from: number, length = -1): string {
  const before = substring(value, 1, from - 1)
  const behind = substring(value, behindOf(from, length, codePoints(by)), Number.MAX_SAFE_INTEGER)
  boundedLength(before.length + by.length + behind.length)
  return before + by + behind
}

function overlayBytes(value: Uint8Array, by: Uint8Array, from: number, length = -1): Uint8Array {
  const part = (at: number, count: number) => value.subarray(...substringBounds(value.length, at, count))
  const parts = [part(1, from - 1), by, part(behindOf(from, length, by.length), Number.MAX_SAFE_INTEGER)]
  boundedLength(parts.reduce((sum, each) => sum + each.length, 0))
  return Buffer.concat(parts)
}

/** Of Java's ints, which wrap. */
function behindOf(from: number, length: number, ofBy: number): number {
  return (from + (length >= 0 ? length : ofBy)) | 0
}

/** translate(value, from, to): characters of `from` become those of `to` at the same place, and vanish where it has none. */
function translator(): (value: string, from: string, to: string) => string {
  const tables = remembering((from: string, to: string) => translation(from, to))
  return (value, from, to) => {
    const table = tables(from, to)
    return withinText(() => {
      let result = ''
      for (const character of value) result += table.get(character) ?? character
      return result
    })
  }
}

/** The first of equal characters counts. */
function translation(from: string, to: string): ReadonlyMap<string, string> {
  const targets = [...to]
  const table = new Map<string, string>()
  for (const [i, character] of [...from].entries()) {
    if (!table.has(character)) table.set(character, targets[i] ?? '')
  }
  return table
}
