// Bit operations on values and columns, with Java's meaning: two's complement, a shift by the distance modulo the bits.

import type { DataType } from '../../types.ts'
import type { BitOperator } from '../syntax/tree.ts'
import type { Scalar } from '../typed.ts'
import { numberKernel } from './number-kernel.ts'

type Bitwise = Extract<BitOperator, '&' | '|' | '^'>
type Shift = Exclude<BitOperator, Bitwise>

/** Whole numbers of one type; the result has it too. */
export function bitScalar(operator: Bitwise, type: DataType): Scalar {
  if (type.kind === 'bigint') {
    const operate = LONG[operator]
    return total(operator, (a, b) => operate(a as bigint, b as bigint))
  }
  // Sign extension makes the result of smaller types one of them again.
  return ofInts(operator, INT32[operator], type)
}

const LONG: Readonly<Record<Bitwise, (a: bigint, b: bigint) => bigint>> = {
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
}

const INT32: Readonly<Record<Bitwise | Shift, (a: number, b: number) => number>> = {
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => (a >>> b) | 0,
}

/** `type` is int or bigint, the distance an int. */
export function shiftScalar(operator: Shift, type: DataType): Scalar {
  if (type.kind !== 'bigint') return ofInts(operator, INT32[operator], type)
  const shift = LONG_SHIFTS[operator]
  return total(operator, (value, by) => shift(value as bigint, BigInt((by as number) & 63)))
}

const LONG_SHIFTS: Readonly<Record<Shift, (value: bigint, by: bigint) => bigint>> = {
  '<<': (value, by) => BigInt.asIntN(64, value << by),
  '>>': (value, by) => value >> by,
  '>>>': (value, by) => BigInt.asIntN(64, BigInt.asUintN(64, value) >> by),
}

export function invertScalar(type: DataType): Scalar {
  return total('~', type.kind === 'bigint' ? (value) => ~(value as bigint) : (value) => ~(value as number))
}

function ofInts(name: string, operate: (a: number, b: number) => number, type: DataType): Scalar {
  return {
    ...total(name, (a, b) => operate(a as number, b as number)),
    kernel: (args, frame, selection) => numberKernel(operate, type, args, frame, selection),
  }
}

function total(name: string, apply: Scalar['apply']): Scalar {
  return { name, nulls: 'strict', total: true, apply }
}
