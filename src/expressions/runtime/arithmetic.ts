// Arithmetic on values, with ANSI's errors: overflow and division by zero fail, nothing wraps.

import type { Column, Frame, Selection, Value } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { checked, divideHalfUp, powerOfTen, rescale } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { bitsOf } from '../analysis/numeric.ts'
import type { ArithmeticOperator } from '../syntax/tree.ts'
import type { Scalar } from '../typed.ts'

type Operate<T> = (a: T, b: T) => T

function divisionByZero(): RowFault {
  return new RowFault('E_DIVIDE_BY_ZERO', 'division by zero')
}

/** Integers of one type; the result has it too. */
export function integralScalar(operator: ArithmeticOperator, type: DataType): Scalar {
  if (type.kind === 'bigint') {
    const operate = bigintOperation(operator)
    return scalar(operator, (a: bigint, b: bigint) => inRange(operate(a, b), type, 64))
  }
  const operate = smallOperation(operator)
  const bits = bitsOf(type)
  return scalar(operator, (a: number, b: number) => {
    const result = operate(a, b)
    // A product of ints may be above 2^53, but then its double is far out of range as well.
    if (result >= 2 ** (bits - 1) || result < -(2 ** (bits - 1))) throw overflow(result, type)
    return result
  })
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
      return (a, b) => a / nonZero(b)
    case '%':
      return (a, b) => a % nonZero(b)
    default:
      return operator satisfies never
  }
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw divisionByZero()
  return divisor
}

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
      return (a, b) => {
        if (b === 0) throw divisionByZero()
        return Math.trunc(a / b) + 0
      }
    case '%':
      return (a, b) => {
        if (b === 0) throw divisionByZero()
        return (a % b) + 0
      }
    default:
      return operator satisfies never
  }
}

/** double, and float rounded after each operation. */
export function doubleScalar(operator: ArithmeticOperator, type: DataType): Scalar {
  const operate = doubleOperation(operator)
  const rounded: Operate<number> = type.kind === 'float' ? (a, b) => Math.fround(operate(a, b)) : operate
  return {
    ...scalar(operator, rounded),
    total: operator !== '/' && operator !== '%',
    kernel: (args, frame, selection) => doubleKernel(rounded, type, args, frame, selection, operator),
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
      return (a, b) => {
        if (b === 0) throw divisionByZero()
        return a / b
      }
    case '%':
      return (a, b) => {
        if (b === 0) throw divisionByZero()
        return a % b
      }
    case 'div':
      throw new Error('div has no double form')
    default:
      return operator satisfies never
  }
}

/** Columns and constants of doubles, for the operators that cannot fail. */
function doubleKernel(
  operate: Operate<number>,
  type: DataType,
  [left, right]: readonly Column[],
  frame: Frame,
  { rows, count }: Selection,
  operator: ArithmeticOperator,
): Column | undefined {
  if (operator === '/' || operator === '%') return undefined
  const [a, b] = [numbersOf(left), numbersOf(right)]
  if (a === undefined || b === undefined) return undefined
  const values = new Float64Array(frame.length)
  const nulls = new Uint8Array(frame.length)
  for (let k = 0; k < count; k++) {
    const row = rows[k] as number
    if (a.nulls?.[row] === 1 || b.nulls?.[row] === 1) nulls[row] = 1
    else values[row] = operate(a.values?.[row] ?? a.constant, b.values?.[row] ?? b.constant)
  }
  return { layout: 'number', type, values, nulls }
}

function numbersOf(column: Column | undefined) {
  if (column?.layout === 'number') return { values: column.values, nulls: column.nulls, constant: 0 }
  if (column?.layout === 'constant' && typeof column.value === 'number')
    return { values: null, nulls: null, constant: column.value }
  return undefined
}

/** Decimals of two scales; the exact result is rounded half up to the type's scale. */
export function decimalScalar(operator: ArithmeticOperator, scaleA: number, scaleB: number, type: DataType): Scalar {
  const operate = decimalOperation(operator, scaleA, scaleB)
  if (type.kind !== 'decimal')
    return scalar(operator, (a: bigint, b: bigint) => inRange(operate.compute(a, b), type, 64))
  return scalar(operator, (a: bigint, b: bigint) =>
    checked(rescale(operate.compute(a, b), operate.scale, type.scale), type.precision, type.scale),
  )
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
        compute: (a: bigint, b: bigint) => divideHalfUp(a * toA * factor, nonZero(b) * toB),
      }
    }
    case '%':
      return { scale, compute: (a: bigint, b: bigint) => (a * toA) % (nonZero(b) * toB) }
    case 'div':
      return { scale: 0, compute: (a: bigint, b: bigint) => (a * toA) / (nonZero(b) * toB) }
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

function inRange(value: bigint, type: DataType, bits: number): bigint {
  if (value !== BigInt.asIntN(bits, value)) throw overflow(value, type)
  return value
}

function overflow(result: number | bigint, type: DataType): RowFault {
  return new RowFault('E_OVERFLOW', `the result ${result} is out of range for ${typeName(type)}`)
}

/** The analysis has cast the arguments to what the function takes. */
function scalar<T extends Value>(name: string, apply: (...args: T[]) => Value): Scalar {
  // Spark's divisions look at the divisor first.
  const lastFirst = name === '/' || name === '%' || name === 'div'
  return { name, nulls: 'strict', lastFirst, apply: apply as Scalar['apply'] }
}
