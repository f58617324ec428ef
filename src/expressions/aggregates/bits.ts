// bit_and, bit_or and bit_xor.

import type { Value } from '../../column.ts'
import { INT, typeName } from '../../types.ts'
import { implicitCast, mismatch } from '../analysis/coerce.ts'
import { isIntegral } from '../analysis/numeric.ts'
import { type AggregateDefinition, type AggregateEntry, ofStates, operandOf } from './definition.ts'
import type { StateFunction } from './states.ts'

type Rule = 'bit_and' | 'bit_or' | 'bit_xor'

export function bitAggregates(): readonly AggregateEntry[] {
  return [
    ['bit_and', { ...bits('bit_and'), distinct: 'idle' }],
    ['bit_or', { ...bits('bit_or'), distinct: 'idle' }],
    ['bit_xor', bits('bit_xor')],
  ]
}

function bits(rule: Rule): AggregateDefinition {
  return {
    least: 1,
    most: 1,
    resolve(call) {
      const { node, syntax } = operandOf(call, 0)
      const { type } = node
      if (!isIntegral(type) && type.kind !== 'void')
        throw mismatch(`${call.call.name} takes integers, not ${typeName(type)}`, syntax)
      const integer = type.kind === 'void' ? implicitCast(node, INT, call.context, syntax) : node
      return ofStates(call, [integer], integer.type, rule, combined(rule))
    },
  }
}

interface Bits {
  value: Value
}

function combined(rule: Rule): StateFunction<Bits> {
  const [ofNumbers, ofBigints] = OPERATIONS[rule]
  const take = (state: Bits, value: Value): number => {
    if (value === null) return 0
    if (state.value === null) state.value = value
    else if (typeof value === 'bigint') state.value = ofBigints(state.value as bigint, value)
    else state.value = ofNumbers(state.value as number, value as number)
    return 0
  }
  return {
    stateBytes: 64,
    empty: () => ({ value: null }),
    add: (state, [value = null]) => take(state, value),
    merge: (state, { value }) => take(state, value),
    result: ({ value }) => value,
  }
}

type Operations = readonly [(a: number, b: number) => number, (a: bigint, b: bigint) => bigint]

const OPERATIONS: Readonly<Record<Rule, Operations>> = {
  bit_and: [(a, b) => a & b, (a, b) => a & b],
  bit_or: [(a, b) => a | b, (a, b) => a | b],
  bit_xor: [(a, b) => a ^ b, (a, b) => a ^ b],
}
