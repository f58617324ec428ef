// first, last and any_value: by the order of the records, partition after partition.

import type { Value } from '../../column.ts'
import { keptBytes } from '../../kept-bytes.ts'
import { mismatch } from '../analysis/coerce.ts'
import { any } from '../functions/parameters.ts'
import { canonical } from '../syntax/canonical.ts'
import type { Syntax } from '../syntax/tree.ts'
import {
  type AggregateCall,
  type AggregateDefinition,
  type AggregateEntry,
  argumentOf,
  ofStates,
  ordered,
  type Resolved,
} from './definition.ts'
import type { StateFunction } from './states.ts'

export function positions(): readonly AggregateEntry[] {
  const [first, last, anyValue] = [position('first'), position('last'), position('any_value')]
  return [
    ['first', first],
    ['first_value', first],
    ['last', last],
    ['last_value', last],
    ['any_value', anyValue],
  ]
}

function position(which: 'first' | 'last' | 'any_value'): AggregateDefinition {
  return {
    least: 1,
    most: 2,
    takesNulls: true,
    resolve(call) {
      const node = argumentOf(call, 0, any)
      const ignoresNulls = nullsOf(call)
      ordered(call)
      call.context.dependsOnBatch()
      const merge = mergeOf(which, call, ignoresNulls)
      return ofStates(call, [node], node.type, merge, which === 'last' ? lastOf(ignoresNulls) : firstOf(ignoresNulls))
    },
  }
}

/** IGNORE NULLS and RESPECT NULLS win over the argument, as in Spark. */
function nullsOf({ call, context }: AggregateCall): boolean {
  const syntax: Syntax | undefined = call.args[1]
  const node = syntax && context.analyse(syntax, context)
  if (node !== undefined && (node.kind !== 'literal' || typeof node.value !== 'boolean'))
    throw mismatch(`${call.name} wants true or false here: whether it passes over NULL`, syntax as Syntax)
  return call.ignoreNulls ?? (node?.kind === 'literal' && node.value === true)
}

/**
 * A stored NULL stands for no value. That is right where NULLs are passed over, and any value may be the value of
 * any_value; but a NULL that came first would not stay.
 */
function mergeOf(
  which: 'first' | 'last' | 'any_value',
  { call }: AggregateCall,
  ignoresNulls: boolean,
): Resolved['merge'] {
  if (which === 'any_value' || ignoresNulls) return which === 'last' ? 'last' : 'first'
  const [written] = call.args.map(canonical)
  return { instead: `write ${call.name}(${written}, true), which passes over NULL` }
}

interface Found {
  isFound: boolean
  value: Value
}

function firstOf(ignoresNulls: boolean): StateFunction<Found> {
  return foundBy((found, value) => !found.isFound && !(ignoresNulls && value === null))
}

function lastOf(ignoresNulls: boolean): StateFunction<Found> {
  return foundBy((_, value) => !(ignoresNulls && value === null))
}

function foundBy(takes: (found: Found, value: Value) => boolean): StateFunction<Found> {
  const take = (found: Found, value: Value): number => {
    if (!takes(found, value)) return 0
    const bytes = keptBytes(value) - keptBytes(found.value)
    found.isFound = true
    found.value = value
    return bytes
  }
  return {
    stateBytes: 72,
    empty: () => ({ isFound: false, value: null }),
    add: (found, [value = null]) => take(found, value),
    merge: (found, other) => (other.isFound ? take(found, other.value) : 0),
    result: ({ value }) => value,
  }
}
