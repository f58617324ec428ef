// String functions. Lengths and positions count characters (code points), as Spark's do.

import type { Value } from '../../column.ts'
import { BINARY, type DataType, INT, STRING } from '../../types.ts'
import type { Node, Scalar } from '../typed.ts'
import type { FunctionDefinition } from './definition.ts'
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
  { parameters, optional, variadic: false, resolve: () => ({ type, scalar: { name, nulls: 'strict', apply } }) },
]

export const STRING_FUNCTIONS: readonly Entry[] = [
  simple('lower', [STRING], STRING, (text) => (text as string).toLowerCase()),
  simple('upper', [STRING], STRING, (text) => (text as string).toUpperCase()),
  ...['length', 'char_length', 'character_length', 'len'].map((name) => lengthEntry(name)),
  ...['substring', 'substr'].map((name) => substringEntry(name)),
  simple('trim', [STRING], STRING, (text) => strip(text as string, ' ', true, true)),
  ...trimEntries(),
  ['concat', { parameters: [STRING], optional: 1, variadic: true, resolve: concat }],
  ['split', { parameters: [STRING, STRING, INT], optional: 1, variadic: false, resolve: splitScalar }],
]

function lengthEntry(name: string): Entry {
  return simple(name, [STRING], INT, (text) => codePoints(text as string))
}

function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i++) if (isPair(text, i)) count--
  return count
}

function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
}

function substringEntry(name: string): Entry {
  const apply = (text: Value, from: Value, length: Value = Number.MAX_SAFE_INTEGER) =>
    substring(text as string, from as number, length as number)
  return simple(name, [STRING, INT, INT], STRING, apply as Scalar['apply'], 1)
}

/** Counts from 1, or from the end where it is negative; 0 is 1 (`UTF8String.substringSQL`). */
function substring(text: string, from: number, length: number): string {
  const characters = codePoints(text) === text.length ? undefined : [...text]
  const total = characters?.length ?? text.length
  const start = from > 0 ? from - 1 : from < 0 ? total + from : 0
  const end = Math.min(total, start + length)
  if (end <= 0 || start >= end) return ''
  const first = Math.max(0, start)
  return characters === undefined ? text.slice(first, end) : characters.slice(first, end).join('')
}

function trimEntries(): Entry[] {
  const trims = [
    ['btrim', true, true],
    ['ltrim', true, false],
    ['rtrim', false, true],
  ] as const
  // ltrim(characters, text) has its own order in Spark; the parser gives `trim(LEADING … FROM …)` in this one.
  return trims.map(([name, left, right]) =>
    simple(
      name,
      [STRING, STRING],
      STRING,
      ((text: Value, characters: Value = ' ') =>
        strip(text as string, characters as string, left, right)) as Scalar['apply'],
      1,
    ),
  )
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
    const apply = (...parts: readonly Value[]) => Buffer.concat(parts as readonly Uint8Array[])
    return { type: BINARY, scalar: { name: 'concat', nulls: 'strict', apply } }
  }
  return { type: STRING, scalar: { name: 'concat', nulls: 'strict', apply: (...texts) => texts.join('') } }
}
