// abs and pmod of values.

import { type DataType, typeName } from '../../types.ts'
import { checked, powerOfTen, rescale } from '../../values/decimal.ts'
import { RowFault } from '../../values/row-fault.ts'
import { bitsOf, type DecimalType } from '../analysis/numeric.ts'
import type { Scalar } from '../typed.ts'
import { mapNumbers } from './number-kernel.ts'

/** The value without its sign, of numbers and of intervals with one unit of count. */
export function absoluteScalar(type: DataType): Scalar {
  const name = 'abs'
  switch (type.kind) {
    case 'float':
    case 'double':
      return {
        ...{ name, nulls: 'strict', total: true, apply: (x) => Math.abs(x as number) },
        kernel: ([column], frame, selection) => column && mapNumbers(Math.abs, type, column, frame, selection),
      }
    case 'decimal':
      return { name, nulls: 'strict', total: true, apply: (x) => absolute(x as bigint) }
    case 'bigint':
    case 'day_time_interval':
      return { name, nulls: 'strict', apply: (x) => inRange(absolute(x as bigint), type) }
    default: {
      const bits = type.kind === 'year_month_interval' ? 32 : bitsOf(type)
      const limit = 2 ** (bits - 1)
      const apply = (x: number) => (x === -limit ? Number(inRange(BigInt(limit), type)) : Math.abs(x))
      return { name, nulls: 'strict', apply: apply as Scalar['apply'] }
    }
  }
}

function absolute(x: bigint): bigint {
  return x < 0n ? -x : x
}

function inRange(value: bigint, type: DataType): bigint {
  const bits = type.kind === 'day_time_interval' ? 64 : type.kind === 'year_month_interval' ? 32 : bitsOf(type)
  if (value === BigInt.asIntN(bits, value)) return value
  throw new RowFault('E_OVERFLOW', `the result ${value} is out of range for ${typeName(type)}`)
}

/** As of all divisions, the divisor is looked at first. */
const pmod = { name: 'pmod', nulls: 'strict', lastFirst: true } as const

/** The remainder with the sign of the divisor (Spark's `Pmod`), of two numbers of one type. */
export function positiveRemainder(type: DataType): Scalar {
  if (type.kind === 'bigint') return { ...pmod, apply: (a, n) => ofIntegers(a as bigint, n as bigint) }
  const rounded = type.kind === 'float' ? Math.fround : (x: number) => x
  return {
    ...pmod,
    apply(a, n) {
      if (n === 0) throw byZero()
      const remainder = rounded((a as number) % (n as number))
      // + 0 makes 0 of the -0 of JavaScript's %.
      return remainder < 0 ? rounded((remainder + (n as number)) % (n as number)) : remainder + 0
    },
  }
}

/** The same of two decimals, whose scales may differ. */
export function positiveDecimalRemainder(a: DecimalType, n: DecimalType, type: DecimalType): Scalar {
  const scale = Math.max(a.scale, n.scale)
  const [toA, toN] = [powerOfTen(scale - a.scale), powerOfTen(scale - n.scale)]
  return {
    ...pmod,
    apply(x, y) {
      const remainder = ofIntegers((x as bigint) * toA, (y as bigint) * toN)
      return checked(rescale(remainder, scale, type.scale), type.precision, type.scale)
    },
  }
}

function ofIntegers(a: bigint, n: bigint): bigint {
  if (n === 0n) throw byZero()
  const remainder = a % n
  return remainder < 0n ? (remainder + n) % n : remainder
}

function byZero(): RowFault {
  return new RowFault('E_DIVIDE_BY_ZERO', 'division by zero', 'REMAINDER_BY_ZERO')
}
