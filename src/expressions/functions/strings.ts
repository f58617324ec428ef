// String functions. Lengths and positions count characters (code points), as Spark's do.

import type { Value } from '../../column.ts'
import { type DataType, INT, STRING, type TypeKind } from '../../types.ts'
import { boundedLength, withinText } from '../../values/text-limit.ts'
import { castArgument } from '../analysis/argument.ts'
import { implicitCast, scalarNode } from '../analysis/coerce.ts'
import type { Context } from '../analysis/context.ts'
import { common, operand } from '../analysis/operand.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Call, type Entry, named, strict } from './definition.ts'
import { lengthKernel } from './length-kernel.ts'
import { int, text, textOrBinary } from './parameters.ts'
import { splitScalar } from './split.ts'

export function stringFunctions(): readonly Entry[] {
  return [
    strict('lower', [text], STRING, (value: string) => withinText(() => value.toLowerCase())),
    strict('upper', [text], STRING, (value: string) => withinText(() => value.toUpperCase())),
    ...named(['length', 'char_length', 'character_length', 'len'], lengthEntry()),
    ...named(['substring', 'substr'], substringEntry()),
    strict('trim', [text], STRING, (value: string) => strip(value, ' ', true, true)),
    ...trimEntries(),
    ['concat', { least: 0, most: Number.POSITIVE_INFINITY, analyse: concat }],
    ['split', { parameters: [text, text, int], optional: 1, resolve: splitScalar }],
  ]
}

/** Characters of a string, bytes of a binary. */
function lengthEntry(): Entry {
  const apply = (value: Value) => (typeof value === 'string' ? codePoints(value) : (value as Uint8Array).length)
  const scalar: Scalar = { name: 'length', nulls: 'strict', apply: apply as Scalar['apply'], kernel: lengthKernel }
  return ['length', { parameters: [textOrBinary], resolve: () => ({ type: INT, scalar }) }]
}

function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) if (isPair(text, i)) count--
  return count
}

function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
}

/** Of a binary, bytes. */
function substringEntry(): Entry {
  const apply = (value: Value, from: Value, length: Value = Number.MAX_SAFE_INTEGER) =>
    typeof value === 'string'
      ? substring(value, from as number, length as number)
      : slice(value as Uint8Array, from as number, length as number)
  const scalar: Scalar = { name: 'substring', nulls: 'strict', apply: apply as Scalar['apply'] }
  const resolve = ([first]: readonly Node[]) => ({ scalar, type: first?.type ?? STRING })
  return ['substring', { parameters: [textOrBinary, int, int], optional: 1, resolve }]
}

function substring(text: string, from: number, length: number): string {
  const characters = codePoints(text) === text.length ? undefined : [...text]
  const [start, end] = bounds(characters?.length ?? text.length, from, length)
  return characters === undefined ? text.slice(start, end) : characters.slice(start, end).join('')
}

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const [start, end] = bounds(bytes.length, from, length)
  return bytes.slice(start, end)
}

/** `from` counts from 1, or from the end where it is negative; 0 is 1 (`UTF8String.substringSQL`). */
function bounds(total: number, from: number, length: number): readonly [number, number] {
  const start = from > 0 ? from - 1 : from < 0 ? total + from : 0
  const end = Math.min(total, start + length)
  return end <= 0 || start >= end ? [0, 0] : [Math.max(0, start), end]
}

/** btrim(text[, characters]), but ltrim and rtrim([characters, ]text). */
function trimEntries(): Entry[] {
  const oneSided = (left: boolean) => (first: string, second?: string) =>
    second === undefined ? strip(first, ' ', left, !left) : strip(second, first, left, !left)
  return [
    strict('btrim', [text, text], STRING, (value: string, characters = ' ') => strip(value, characters, true, true), 1),
    textLast('ltrim', oneSided(true)),
    textLast('rtrim', oneSided(false)),
  ]
}

/** The text is the last argument, and evaluated before the characters. */
function textLast(name: string, apply: (first: string, second?: string) => string): Entry {
  const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'], lastFirst: true }
  return [name, { parameters: [text, text], optional: 1, resolve: () => ({ type: STRING, scalar }) }]
}

function strip(text: string, characters: string, left: boolean, right: boolean): string {
  const set = new Set(characters)
  const list = [...text]
  let start = 0
  let end = list.length
  while (left && start < end && set.has(list[start] as string)) start++
  while (right && end > start && set.has(list[end - 1] as string)) end--
  return start === 0 && end === list.length ? text : list.slice(start, end).join('')
}

/** Of strings, or of arrays or binaries where all arguments are. */
function concat(call: Call, context: Context): Node {
  const args = call.args.map((arg) => operand(arg, context))
  const nested = args.find(({ node }) => node.type.kind === 'array' || node.type.kind === 'binary')
  const isAll = nested !== undefined && args.every(({ node: { type } }) => isOf(type, nested.node.type.kind))
  const type = isAll ? common(args) : STRING
  const nodes = args.map((arg) =>
    isAll ? implicitCast(arg.node, type, context, arg.syntax) : castArgument(arg, text, context, call.name),
  )
  return scalarNode({ name: 'concat', nulls: 'strict', apply: joiner(type) }, nodes, type)
}

function isOf({ kind }: DataType, wanted: TypeKind): boolean {
  return kind === wanted || kind === 'void'
}

function joiner({ kind }: DataType): Scalar['apply'] {
  if (kind === 'array') return (...arrays) => arrays.flatMap((array) => array as readonly Value[])
  return kind === 'binary' ? (...parts) => joinedBytes(parts as readonly Uint8Array[]) : joined
}

/** The length is known before the text is made. */
function joined(...texts: readonly Value[]): string {
  boundedLength(texts.reduce<number>((sum, text) => sum + (text as string).length, 0))
  return texts.join('')
}

/** A binary is never longer than a text could be. */
function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  boundedLength(parts.reduce((sum, part) => sum + part.length, 0))
  return Buffer.concat(parts)
}
