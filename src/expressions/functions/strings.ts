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
import { initcap } from './strings-case.ts'
import { codePoints, hasPairs, substring, substringBounds } from './strings-characters.ts'

export function stringFunctions(): readonly Entry[] {
  return [
    ...named(['lower', 'lcase'], strict('lower', [text], STRING, lower)),
    ...named(['upper', 'ucase'], strict('upper', [text], STRING, upper)),
    strict('initcap', [text], STRING, (value: string) => withinText(() => initcap(value))),
    ...named(['length', 'char_length', 'character_length', 'len'], lengthEntry()),
    ...named(['substring', 'substr'], substringEntry()),
    strict('trim', [text], STRING, (value: string) => strip(value, ' ', true, true)),
    ...trimEntries(),
    ['concat', { least: 0, most: Number.POSITIVE_INFINITY, analyse: concat }],
    ['split', { parameters: [text, text, int], optional: 1, resolve: splitScalar }],
  ]
}

/** Texts that are far too short to become too long. */
const SHORT = 2 ** 20

function lower(value: string): string {
  return value.length <= SHORT ? value.toLowerCase() : withinText(() => value.toLowerCase())
}

function upper(value: string): string {
  return value.length <= SHORT ? value.toUpperCase() : withinText(() => value.toUpperCase())
}

/** Characters of a string, bytes of a binary. */
function lengthEntry(): Entry {
  const apply = (value: Value) => (typeof value === 'string' ? codePoints(value) : (value as Uint8Array).length)
  const scalar: Scalar = { name: 'length', nulls: 'strict', apply: apply as Scalar['apply'], kernel: lengthKernel }
  return ['length', { parameters: [textOrBinary], resolve: () => ({ type: INT, scalar }) }]
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

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const [start, end] = substringBounds(bytes.length, from, length)
  return bytes.slice(start, end)
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
  if (hasPairs(characters)) return stripPairs(text, new Set(characters), left, right)
  let start = 0
  let end = text.length
  while (left && start < end && characters.includes(text.charAt(start))) start++
  while (right && end > start && characters.includes(text.charAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function stripPairs(text: string, characters: ReadonlySet<string>, left: boolean, right: boolean): string {
  const list = [...text]
  let start = 0
  let end = list.length
  while (left && start < end && characters.has(list[start] as string)) start++
  while (right && end > start && characters.has(list[end - 1] as string)) end--
  return list.slice(start, end).join('')
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
  let length = 0
  for (let i = 0; i < texts.length; i++) length += (texts[i] as string).length
  boundedLength(length)
  let text = ''
  for (let i = 0; i < texts.length; i++) text += texts[i] as string
  return text
}

/** A binary is never longer than a text could be. */
function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  boundedLength(parts.reduce((sum, part) => sum + part.length, 0))
  return Buffer.concat(parts)
}
