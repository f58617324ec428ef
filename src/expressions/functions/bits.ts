// Functions of the bits of integers.

import type { Value } from '../../column.ts'
import { type DataType, INT, TINYINT } from '../../types.ts'
import { RowFault } from '../../values/row-fault.ts'
import { bitsOf } from '../analysis/numeric.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Entry, named, type ValueFunction } from './definition.ts'
import { int, type Parameter, whole } from './parameters.ts'

export function bitFunctions(): readonly Entry[] {
  return [
    ['bit_count', { parameters: [WHOLE_OR_BOOLEAN], resolve: () => ({ type: INT, scalar: COUNT }) }],
    ...named(['bit_get', 'getbit'], ['bit_get', bitGet]),
  ]
}

const WHOLE_OR_BOOLEAN: Parameter = {
  wants: 'an integer or a boolean',
  accepts: (from) => (from.kind === 'boolean' ? from : whole.accepts(from)),
}

/** The bits that are set in the 64 of the integer, whatever its type (`BitwiseCount`). */
const COUNT: Scalar = {
  name: 'bit_count',
  nulls: 'strict',
  total: true,
  apply(value) {
    if (typeof value === 'boolean') return value ? 1 : 0
    const bits = BigInt.asUintN(64, BigInt(value as number | bigint))
    return count(Number(bits & 0xffffffffn)) + count(Number(bits >> 32n))
  },
}

function count(word: number): number {
  let left = word
  let set = 0
  for (; left !== 0; left &= left - 1) set++
  return set
}

const bitGet: ValueFunction = {
  parameters: [whole, int],
  resolve: ([value]) => ({ type: TINYINT, scalar: getter((value as Node).type) }),
}

function getter(type: DataType): Scalar {
  const bits = bitsOf(type)
  return {
    name: 'bit_get',
    nulls: 'strict',
    apply(value: Value, position: Value) {
      const at = position as number
      if (at < 0 || at >= bits)
        throw new RowFault(
          'E_RANGE',
          `there is no bit ${at}: the first is 0, the last ${bits - 1}`,
          'INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE',
        )
      return Number((BigInt(value as number | bigint) >> BigInt(at)) & 1n)
    },
  }
}
