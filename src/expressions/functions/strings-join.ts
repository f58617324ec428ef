// Functions that join texts, or choose one of several.

import type { Value } from '../../column.ts'
import { BINARY, BOOLEAN, type DataType, INT, STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { boundedLength, withinText } from '../../values/text-limit.ts'
import { castArgument } from '../analysis/argument.ts'
import { scalarNode } from '../analysis/coerce.ts'
import { operand } from '../analysis/operand.ts'
import { type Branch, literal, type Scalar } from '../typed.ts'
import { type Entry, type SyntaxFunction, strict } from './definition.ts'
import { arrayOf, binary, int, oneOf, text } from './parameters.ts'

export function joinFunctions(): readonly Entry[] {
  return [
    ['concat_ws', concatWithSeparator],
    ['elt', elt],
    strict('quote', [text], STRING, (value: string) => withinText(() => `'${value.replaceAll("'", "\\'")}'`)),
  ]
}

/** Texts and arrays of texts; what is NULL is left out. */
const concatWithSeparator: SyntaxFunction = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  analyse(call, context) {
    const part = oneOf(text, arrayOf(STRING))
    const nodes = call.args.map((arg, i) => {
      const each = operand(arg, context)
      const isList = each.node.type.kind === 'array'
      return castArgument(each, i === 0 ? text : isList ? arrayOf(STRING) : part, context, call.name)
    })
    return scalarNode({ name: 'concat_ws', nulls: 'called', apply: joinedParts }, nodes, STRING)
  },
}

function joinedParts(separator: Value = null, ...parts: readonly Value[]): string | null {
  if (separator === null) return null
  const texts: string[] = []
  let length = 0
  const add = (part: string) => {
    length = boundedLength(length + part.length + (texts.length === 0 ? 0 : (separator as string).length))
    texts.push(part)
  }
  for (const part of parts) {
    if (typeof part === 'string') add(part)
    else if (part !== null) for (const item of part as readonly (string | null)[]) if (item !== null) add(item)
  }
  return texts.join(separator as string)
}

/** elt(n, first, second, …): the nth, and only that is evaluated. Binary where all are. */
const elt: SyntaxFunction = {
  least: 2,
  most: Number.POSITIVE_INFINITY,
  analyse(call, context) {
    const [index, ...choices] = call.args.map((arg) => operand(arg, context))
    const n = castArgument(index as NonNullable<typeof index>, int, context, call.name)
    const areBytes = choices.every(({ node }) => node.type.kind === 'binary')
    const type: DataType = areBytes ? BINARY : STRING
    const branches = choices.map((choice, i): Branch => {
      const when = scalarNode(EQUAL, [n, literal(i + 1, INT)], BOOLEAN)
      return { when, then: castArgument(choice, areBytes ? binary : text, context, call.name) }
    })
    const otherwise = scalarNode(outside(choices.length), [n], type)
    return { kind: 'case', branches, otherwise, type }
  },
}

const EQUAL: Scalar = { name: '=', nulls: 'strict', total: true, apply: (a, b) => a === b }

function outside(count: number): Scalar {
  return {
    name: 'elt',
    nulls: 'strict',
    apply(index) {
      throw new RowFault('E_ARRAY_INDEX', `there is no element ${Number(index)} among ${count}`)
    },
  }
}
