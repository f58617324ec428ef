// Functions of two 64-bit integers over whole columns and constants: by numbers, as far as those are exact.

import { type Column, type Frame, type Nulls, type Selection, type Value, valueAt } from '../../column.ts'
import { BIGINT, type DataType } from '../../types.ts'
import { numberAt, setNumber, wordsOf } from '../../values/int64.ts'
import { rejectFault } from './call.ts'
import { eitherNull } from './number-kernel.ts'

const EXACT = 2 ** 53

/**
 * `operate` is given integers below 2^53; where its result is as large as that, or NaN, and for larger arguments, `apply`
 * computes the row. Undefined for other layouts. `type` is that of the result: bigint, or a decimal of 64 bits.
 */
export function integerKernel(
  operate: (a: number, b: number) => number,
  apply: (a: bigint, b: bigint) => Value,
  [left, right]: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
  type: DataType = BIGINT,
): Column | undefined {
  const [a, b] = [integersOf(left), integersOf(right)]
  if (a === undefined || b === undefined) return undefined
  const known = eitherNull(a.nulls, b.nulls, frame.length)
  const nulls = known === null ? new Uint8Array(frame.length) : known.slice()
  const values = new BigInt64Array(frame.length)
  const words = wordsOf(values)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (nulls[row] === 1) continue
    const result = operate(numberAt(a.words, row & a.mask), numberAt(b.words, row & b.mask))
    if (result < EXACT && result > -EXACT) setNumber(words, row, result)
    else if (!computed(values, apply, left as Column, right as Column, frame, row)) nulls[row] = 1
  }
  return { layout: 'bigint', type, values, nulls }
}

/** False: the row is refused. */
function computed(
  values: BigInt64Array,
  apply: (a: bigint, b: bigint) => Value,
  left: Column,
  right: Column,
  frame: Frame,
  row: number,
): boolean {
  try {
    values[row] = apply(valueAt(left, row) as bigint, valueAt(right, row) as bigint) as bigint
    return true
  } catch (fault) {
    rejectFault(fault, frame, row)
    return false
  }
}

/** A constant is an array of one element, at which the mask of 0 points from every row. */
export interface Integers {
  readonly words: Int32Array
  readonly nulls: Nulls
  readonly mask: number
}

export function integersOf(column: Column | undefined): Integers | undefined {
  if (column?.layout === 'bigint') return { words: wordsOf(column.values), nulls: column.nulls, mask: -1 }
  if (column?.layout === 'constant' && typeof column.value === 'bigint') {
    const value = column.value
    return value === BigInt.asIntN(64, value)
      ? { words: wordsOf(BigInt64Array.of(value)), nulls: null, mask: 0 }
      : undefined
  }
  return undefined
}
