// Functions that look for a text in another: whether it is there, where, and what stands before or behind it.

import type { Value } from '../../column.ts'
import { BINARY, BOOLEAN, INT, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { castArgument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import type { Scalar } from '../typed.ts'
import { bufferOf } from './buffer.ts'
import { type Entry, named, type SyntaxFunction, strict } from './definition.ts'
import { binary, int, text } from './parameters.ts'
import { charactersBefore, indexOfCharacter } from './strings-characters.ts'

export function searchFunctions(): readonly Entry[] {
  return [
    [
      'contains',
      twoTexts(
        (a, b) => a.includes(b),
        (a, b) => a.includes(b),
      ),
    ],
    [
      'startswith',
      twoTexts(
        (a, b) => a.startsWith(b),
        (a, b) => a.subarray(0, b.length).equals(b),
      ),
    ],
    [
      'endswith',
      twoTexts(
        (a, b) => a.endsWith(b),
        (a, b) => a.length >= b.length && endOf(a, b.length).equals(b),
      ),
    ],
    strict('instr', [text, text], INT, (value: string, part: string) => placeOf(part, value, 0)),
    ...named(['locate', 'position'], locateEntry()),
    strict('find_in_set', [text, text], INT, findInSet),
    strict('substring_index', [text, text, int], STRING, substringIndex),
    strict('split_part', [text, text, int], STRING, splitPart),
  ]
}

/** Of binaries where both arguments are, else of texts. */
function twoTexts(
  ofTexts: (a: string, b: string) => boolean,
  ofBytes: (a: Buffer, b: Buffer) => boolean,
): SyntaxFunction {
  return {
    least: 2,
    most: 2,
    analyse(call, context) {
      const args = call.args.map((arg) => operand(arg, context))
      const areBytes = args.every(({ node }) => node.type.kind === BINARY.kind)
      const nodes = args.map((arg) => castArgument(arg, areBytes ? binary : text, context, call.name))
      const apply = areBytes
        ? (a: Value, b: Value) => ofBytes(bufferOf(a as Uint8Array), bufferOf(b as Uint8Array))
        : ofTexts
      const scalar: Scalar = { name: call.name, nulls: 'strict', total: true, apply: apply as Scalar['apply'] }
      return scalarNode(scalar, nodes, BOOLEAN)
    },
  }
}

function endOf(bytes: Buffer, length: number): Buffer {
  return bytes.subarray(bytes.length - length)
}

/** Counted from 1, from the unit `from` on; 0: nowhere. */
function placeOf(part: string, value: string, from: number): number {
  const index = value.indexOf(part, from)
  return index < 0 ? 0 : charactersBefore(value, index) + 1
}

/** locate(part, text[, from]): a NULL `from` gives 0, and an empty part stands at 1 (`StringLocate`). */
function locateEntry(): Entry {
  const apply = (part: Value, value: Value, from: Value = 1) => {
    if (from === null) return 0
    if (part === null || value === null) return null
    if ((from as number) < 1) return 0
    if (part === '') return 1
    return placeOf(part as string, value as string, indexOfCharacter(value as string, (from as number) - 1))
  }
  const scalar: Scalar = { name: 'locate', nulls: 'called', total: true, apply: apply as Scalar['apply'] }
  return ['locate', { parameters: [text, text, int], optional: 1, resolve: () => ({ type: INT, scalar }) }]
}

/** Which part of a list with commas the text is, counted from 1; 0: none. */
function findInSet(value: string, list: string): number {
  return value.includes(',') ? 0 : list.split(',').indexOf(value) + 1
}

/**
 * What stands before the `count`th separator, or behind it, counted from the end, where it is negative. Separators may
 * overlap (`UTF8String.subStringIndex`).
 */
function substringIndex(value: string, separator: string, count: number): string {
  if (separator === '' || count === 0) return ''
  if (count > 0) {
    let index = -1
    for (let left = count; left > 0; left--) {
      index = value.indexOf(separator, index + 1)
      if (index < 0) return value
    }
    return value.slice(0, index)
  }
  let index = value.length
  for (let left = -count; left > 0; left--) {
    index = index === 0 ? -1 : value.lastIndexOf(separator, index - 1)
    if (index < 0) return value
  }
  return value.slice(index + separator.length)
}

/** An empty separator splits nothing; a part that is not there is empty. */
function splitPart(value: string, separator: string, part: number): string {
  if (part === 0)
    throw new RowFault('E_ARRAY_INDEX', 'part 0: parts count from 1, or from -1 at the end', 'INVALID_INDEX_OF_ZERO')
  const parts = separator === '' ? [value] : value.split(separator)
  return parts.at(part > 0 ? part - 1 : part) ?? ''
}
