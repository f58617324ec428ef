// Arithmetic on values, with ANSI's errors: overflow and division by zero fail, nothing wraps.

import type { Value } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { checked, DECIMAL_OVERFLOW, divideHalfUp, powerOfTen, rescale } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { bitsOf } from '../analysis/numeric.ts'
import type { ArithmeticOperator } from '../syntax/tree.ts'
import type { Scalar } from '../typed.ts'
import { integerKernel } from './integer-kernel.ts'
import { numberKernel } from './number-kernel.ts'

type Operate<T> = (a: T, b: T) => T

function divisionByZero(operator: ArithmeticOperator): RowFault {
  return new RowFault('E_DIVIDE_BY_ZERO', 'division by zero', operator === '%' ? 'REMAINDER_BY_ZERO' : undefined)
}

/** Integers of one type; the result has it too. */
export function integralScalar(operator: ArithmeticOperator, type: DataType): Scalar {
  if (type.kind === 'bigint') {
    const operate = bigintOperation(operator)
    const apply = (a: bigint, b: bigint): bigint => inRange(operate(a, b), type, 64)
    const small = smallOperation(operator)
    return {
      ...scalar(operator, apply),
      kernel: (args, frame, selection) => integerKernel(small, apply, args, frame, selection),
    }
  }
  const operate = smallOperation(operator)
  const limit = 2 ** (bitsOf(type) - 1)
  const condition = type.kind === 'int' ? undefined : 'BINARY_ARITHMETIC_OVERFLOW'
  // A product of ints may be above 2^53, but then its double is far out of range as well.
  const apply = (a: number, b: number): number => {
    const result = operate(a, b)
    if (Number.isNaN(result)) throw divisionByZero(operator)
    if (result >= limit || result < -limit) throw overflow(result, type, condition)
    return result
  }
  const withinLimit = (a: number, b: number): number => {
    const result = operate(a, b)
    return result < limit && result >= -limit ? result : Number.NaN
  }
  return {
    ...scalar(operator, apply),
    kernel: (args, frame, selection) => numberKernel(withinLimit, type, args, frame, selection),
  }
}

function bigintOperation(operator: ArithmeticOperator): Operate<bigint> {
  switch (operator) {
    case '+':
      return (a, b) => a + b
    case '-':
      return (a, b) => a - b
    case '*':
      return (a, b) => a * b
    case '/':
    case 'div':
      return (a, b) => a / nonZero(b, operator)
    case '%':
      return (a, b) => a % nonZero(b, operator)
    default:
      return operator satisfies never
  }
}

function nonZero(divisor: bigint, operator: ArithmeticOperator): bigint {
  if (divisor === 0n) throw divisionByZero(operator)
  return divisor
}

/** Of integers below 2^53: exact where the result is below 2^53 too. NaN: division by zero. */
function smallOperation(operator: ArithmeticOperator): Operate<number> {
  // + 0 turns the -0 of JavaScript's * and % into 0.
  switch (operator) {
    case '+':
      return (a, b) => a + b
    case '-':
      return (a, b) => a - b
    case '*':
      return (a, b) => a * b + 0
    case '/':
    case 'div':
      return (a, b) => (b === 0 ? Number.NaN : (a - (a % b)) / b + 0)
    case '%':
      return (a, b) => (a % b) + 0
    default:
      return operator satisfies never
  }
}

/** double, and float rounded after each operation. */
export function doubleScalar(operator: ArithmeticOperator, type: DataType): Scalar {
  const operate = doubleOperation(operator)
  const rounded: Operate<number> = type.kind === 'float' ? (a, b) => Math.fround(operate(a, b)) : operate
  const divides = operator === '/' || operator === '%'
  const apply = (a: number, b: number): number => {
    if (divides && b === 0) throw divisionByZero(operator)
    return rounded(a, b)
  }
  return {
    ...scalar(operator, apply),
    total: !divides,
    kernel: (args, frame, selection) => numberKernel(rounded, type, args, frame, selection),
  }
}

function doubleOperation(operator: ArithmeticOperator): Operate<number> {
  switch (operator) {
    case '+':
      return (a, b) => a + b
    case '-':
      return (a, b) => a - b
    case '*':
      return (a, b) => a * b
    case '/':
      // By zero there is no result, which is for the scalar to say.
      return (a, b) => (b === 0 ? Number.NaN : a / b)
    case '%':
      return (a, b) => a % b
    case 'div':
      throw new Error('div has no double form')
    default:
      return operator satisfies never
  }
}

/** Decimals of two scales; the exact result is rounded half up to the type's scale. */
export function decimalScalar(operator: ArithmeticOperator, scaleA: number, scaleB: number, type: DataType): Scalar {
  const operate = decimalOperation(operator, scaleA, scaleB)
  if (type.kind !== 'decimal')
    return scalar(operator, (a: bigint, b: bigint) => inRange(operate.compute(a, b), type, 64, DECIMAL_OVERFLOW))
  const apply = (a: bigint, b: bigint): bigint =>
    checked(rescale(operate.compute(a, b), operate.scale, type.scale), type.precision, type.scale)
  const small = type.precision <= LONG_DIGITS && operate.scale === type.scale && smallDecimals(operator, scaleA, scaleB)
  if (!small) return scalar(operator, apply)
  return {
    ...scalar(operator, apply),
    kernel: (args, frame, selection) => integerKernel(small, apply, args, frame, selection, type),
  }
}

/** Decimals of so many digits have 64 bits. */
const LONG_DIGITS = 18

/**
 * Of unscaled values below 2^53, exact where all that is computed is below 2^53; else NaN. Undefined where a division
 * rounds. Results have as many digits as their type, by the type's rule, so that none is out of range.
 */
function smallDecimals(operator: ArithmeticOperator, scaleA: number, scaleB: number): Operate<number> | undefined {
  const operate = smallOperation(operator)
  if (operator === '*' || (scaleA === scaleB && (operator === '+' || operator === '-'))) return operate
  if (operator !== '+' && operator !== '-') return undefined
  const scale = Math.max(scaleA, scaleB)
  const [toA, toB] = [10 ** (scale - scaleA), 10 ** (scale - scaleB)]
  return (a, b) => {
    const [x, y] = [a * toA, b * toB]
    return Math.abs(x) < 2 ** 53 && Math.abs(y) < 2 ** 53 ? operate(x, y) : Number.NaN
  }
}

/** Spark divides with 39 digits behind the point before it rounds to the result's scale. */
const DIVISION_SCALE = 39

function decimalOperation(operator: ArithmeticOperator, scaleA: number, scaleB: number) {
  const scale = Math.max(scaleA, scaleB)
  const [toA, toB] = [powerOfTen(scale - scaleA), powerOfTen(scale - scaleB)]
  switch (operator) {
    case '+':
      return { scale, compute: (a: bigint, b: bigint) => a * toA + b * toB }
    case '-':
      return { scale, compute: (a: bigint, b: bigint) => a * toA - b * toB }
    case '*':
      return { scale: scaleA + scaleB, compute: (a: bigint, b: bigint) => a * b }
    case '/': {
      const factor = powerOfTen(DIVISION_SCALE)
      return {
        scale: DIVISION_SCALE,
        compute: (a: bigint, b: bigint) => divideHalfUp(a * toA * factor, nonZero(b, operator) * toB),
      }
    }
    case '%':
      return { scale, compute: (a: bigint, b: bigint) => (a * toA) % (nonZero(b, operator) * toB) }
    case 'div':
      return { scale: 0, compute: (a: bigint, b: bigint) => (a * toA) / (nonZero(b, operator) * toB) }
    default:
      return operator satisfies never
  }
}

export function negateScalar(type: DataType): Scalar {
  switch (type.kind) {
    case 'bigint':
      return scalar('-', (a: bigint) => inRange(-a, type, 64))
    case 'decimal':
      return scalar('-', (a: bigint) => -a)
    case 'float':
    case 'double':
      return scalar('-', (a: number) => -a)
    default: {
      const limit = 2 ** (bitsOf(type) - 1)
      return scalar('-', (a: number) => {
        if (a === -limit) throw overflow(limit, type)
        return -a + 0
      })
    }
  }
}

function inRange(value: bigint, type: DataType, bits: number, condition?: string): bigint {
  if (value !== BigInt.asIntN(bits, value)) throw overflow(value, type, condition)
  return value
}

function overflow(result: number | bigint, type: DataType, condition?: string): RowFault {
  return new RowFault('E_OVERFLOW', `the result ${result} is out of range for ${typeName(type)}`, condition)
}

/** The analysis has cast the arguments to what the function takes. */
function scalar<T extends Value>(name: string, apply: (...args: T[]) => Value): Scalar {
  // Spark's divisions look at the divisor first.
  const lastFirst = name === '/' || name === '%' || name === 'div'
  return { name, nulls: 'strict', lastFirst, apply: apply as Scalar['apply'] }
}
