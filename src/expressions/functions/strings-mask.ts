// mask: letters and digits become others.

import type { Value } from '../../column.ts'
import { STRING } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { withinText } from '../../values/text-limit.ts'
import type { Node, Scalar } from '../typed.ts'
import type { Entry, Resolved } from './definition.ts'
import { text } from './parameters.ts'

/** mask(value[, upper[, lower[, digit[, other]]]]): NULL leaves the characters of a class as they are. */
export function maskFunctions(): readonly Entry[] {
  return [['mask', { parameters: [text, text, text, text, text], optional: 4, resolve }]]
}

/** The characters for upper case, lower case and digits where they are not given; others stay. */
const DEFAULTS: readonly (string | null)[] = ['X', 'x', 'n', null]
const NAMES = ['upperChar', 'lowerChar', 'digitChar', 'otherChar']

function resolve([, ...given]: readonly Node[]): Resolved {
  const by = DEFAULTS.map((fallback, i) =>
    given[i] === undefined ? fallback : characterOf(given[i], NAMES[i] as string),
  )
  const [upper, lower, digit, other] = by as [string | null, string | null, string | null, string | null]
  const masked = (character: string): string => {
    if (/\p{Lu}/u.test(character)) return upper ?? character
    if (/\p{Ll}/u.test(character)) return lower ?? character
    return (/\p{Nd}/u.test(character) ? digit : other) ?? character
  }
  const apply = (value: Value) =>
    value === null ? null : withinText(() => Array.from(value as string, masked).join(''))
  return { type: STRING, scalar: { name: 'mask', nulls: 'called', apply: apply as Scalar['apply'] } }
}

function characterOf(node: Node, name: string): string | null {
  if (node.kind !== 'literal') throw new RowFault('E_TYPE', `${name} of mask must be a literal`)
  const value = node.value as string | null
  if (value !== null && [...value].length !== 1)
    throw new RowFault('E_TYPE', `${name} of mask must be one character, not ${JSON.stringify(value.slice(0, 20))}`)
  return value
}
