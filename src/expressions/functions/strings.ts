// String functions. Lengths and positions count characters (code points), as Spark's do.

import type { Value } from '../../column.ts'
import { BINARY, type DataType, INT, STRING } from '../../types.ts'
import { boundedLength, withinText } from '../../values/text-limit.ts'
import type { Node, Scalar } from '../typed.ts'
import type { FunctionDefinition } from './definition.ts'
import { lengthKernel } from './length-kernel.ts'
import { splitScalar } from './split.ts'

type Entry = readonly [string, FunctionDefinition]

const simple = (
  name: string,
  parameters: readonly DataType[],
  type: DataType,
  apply: Scalar['apply'],
  optional = 0,
): Entry => [
  name,
  {
    parameters,
    optional,
    variadic: false,
    binary: false,
    resolve: () => ({ type, scalar: { name, nulls: 'strict', apply } }),
  },
]

export const STRING_FUNCTIONS: readonly Entry[] = [
  simple('lower', [STRING], STRING, (text) => withinText(() => (text as string).toLowerCase())),
  simple('upper', [STRING], STRING, (text) => withinText(() => (text as string).toUpperCase())),
  ...['length', 'char_length', 'character_length', 'len'].map((name) => lengthEntry(name)),
  ...['substring', 'substr'].map((name) => substringEntry(name)),
  simple('trim', [STRING], STRING, (text) => strip(text as string, ' ', true, true)),
  ...trimEntries(),
  ['concat', { parameters: [STRING], optional: 1, variadic: true, binary: false, resolve: concat }],
  ['split', { parameters: [STRING, STRING, INT], optional: 1, variadic: false, binary: false, resolve: splitScalar }],
]

/** Characters of a string, bytes of a binary. */
function lengthEntry(name: string): Entry {
  const apply = (value: Value) => (typeof value === 'string' ? codePoints(value) : (value as Uint8Array).length)
  const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'], kernel: lengthKernel }
  const resolve = () => ({ type: INT, scalar })
  return [name, { parameters: [STRING], optional: 0, variadic: false, binary: true, resolve }]
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
function substringEntry(name: string): Entry {
  const apply = (value: Value, from: Value, length: Value = Number.MAX_SAFE_INTEGER) =>
    typeof value === 'string'
      ? substring(value, from as number, length as number)
      : slice(value as Uint8Array, from as number, length as number)
  const scalar: Scalar = { name, nulls: 'strict', apply: apply as Scalar['apply'] }
  const resolve = ([first]: readonly Node[]) => ({ scalar, type: first?.type ?? STRING })
  return [name, { parameters: [STRING, INT, INT], optional: 1, variadic: false, binary: true, resolve }]
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
  const btrim = (text: Value, characters: Value = ' ') => strip(text as string, characters as string, true, true)
  const oneSided = (left: boolean) => (first: Value, second: Value) =>
    second === undefined
      ? strip(first as string, ' ', left, !left)
      : strip(second as string, first as string, left, !left)
  return [
    simple('btrim', [STRING, STRING], STRING, btrim as Scalar['apply'], 1),
    textFirst(simple('ltrim', [STRING, STRING], STRING, oneSided(true) as Scalar['apply'], 1)),
    textFirst(simple('rtrim', [STRING, STRING], STRING, oneSided(false) as Scalar['apply'], 1)),
  ]
}

/** The text is the last argument, and evaluated before the characters. */
function textFirst([name, definition]: Entry): Entry {
  const resolve = (args: readonly Node[]) => {
    const { scalar, type } = definition.resolve(args)
    return { scalar: { ...scalar, lastFirst: true }, type }
  }
  return [name, { ...definition, resolve }]
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
function concat(args: readonly Node[]): { readonly scalar: Scalar; readonly type: DataType } {
  const type = args[0]?.type ?? STRING
  if (type.kind === 'array') {
    const apply = (...arrays: readonly Value[]) => arrays.flatMap((array) => array as readonly Value[])
    return { type, scalar: { name: 'concat', nulls: 'strict', apply } }
  }
  if (type.kind === 'binary') {
    const apply = (...parts: readonly Value[]) => joinedBytes(parts as readonly Uint8Array[])
    return { type: BINARY, scalar: { name: 'concat', nulls: 'strict', apply } }
  }
  return { type: STRING, scalar: { name: 'concat', nulls: 'strict', apply: joined } }
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
