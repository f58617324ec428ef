// The percentages of percentile and its kin.

import type { Value } from '../../column.ts'
import { DOUBLE } from '../../types.ts'
import { mismatch } from '../analysis/coerce.ts'
import { arrayOf, double, oneOf } from '../functions/parameters.ts'
import type { Syntax } from '../syntax/tree.ts'
import { type AggregateCall, constantOf } from './definition.ts'

/** What part of the rows lies below; an array of results where an array was written. */
export interface Percentages {
  readonly parts: readonly number[]
  readonly isArray: boolean
}

/** A constant between 0 and 1, or an array of them. */
export function percentagesOf(call: AggregateCall, i: number): Percentages {
  const syntax = call.call.args[i] as Syntax
  const { value } = constantOf(call, i, oneOf(double, arrayOf(DOUBLE)))
  const isArray = Array.isArray(value)
  const parts: readonly Value[] = isArray ? value : [value as Value]
  for (const part of parts) {
    if (typeof part !== 'number') throw mismatch('a percentage is not NULL', syntax)
    if (!(part >= 0 && part <= 1)) throw mismatch(`a percentage lies between 0 and 1, and this is ${part}`, syntax)
  }
  return { parts: parts as readonly number[], isArray }
}
