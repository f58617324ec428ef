// Numbers → numbers, with ANSI's overflow errors.

import type { Value } from '../../column.ts'
import type { DataType } from '../../types.ts'
import { checked, decimalText, decimalToNumber, parseDecimal, rescale } from '../../values/decimal.ts'
import { doubleText } from '../../values/java-number.ts'
import { bitsOf, isIntegral } from '../analysis/numeric.ts'
import { castFault, rangeFault } from './fault.ts'

type Convert = (value: Value) => Value

/** From one numeric type to another. */
export function numericCast(from: DataType, to: DataType): Convert {
  if (from.kind === 'decimal') return fromDecimal(from.scale, to)
  if (isIntegral(from)) return fromIntegral(to)
  return fromDouble(to)
}

function fromIntegral(to: DataType): Convert {
  switch (to.kind) {
    case 'bigint':
      return (value) => BigInt(value as number | bigint)
    case 'decimal':
      return (value) => checked(BigInt(value as number | bigint) * 10n ** BigInt(to.scale), to.precision, to.scale)
    case 'float':
      return (value) => Math.fround(Number(value))
    case 'double':
      return (value) => Number(value)
    default: {
      const limit = 2 ** (bitsOf(to) - 1)
      return (value) => {
        const number = Number(value)
        if (number >= limit || number < -limit) throw rangeFault(value as number | bigint, to)
        return number
      }
    }
  }
}

function fromDecimal(scale: number, to: DataType): Convert {
  switch (to.kind) {
    case 'decimal':
      return (value) => checked(rescale(value as bigint, scale, to.scale), to.precision, to.scale)
    case 'float':
      return (value) => Math.fround(decimalToNumber(value as bigint, scale))
    case 'double':
      return (value) => decimalToNumber(value as bigint, scale)
    default: {
      const divisor = 10n ** BigInt(scale)
      const bits = bitsOf(to)
      return (value) => {
        const whole = (value as bigint) / divisor
        if (whole !== BigInt.asIntN(bits, whole)) throw rangeFault(decimalText(value as bigint, scale), to)
        return to.kind === 'bigint' ? whole : Number(whole)
      }
    }
  }
}

function fromDouble(to: DataType): Convert {
  switch (to.kind) {
    case 'float':
      return (value) => Math.fround(value as number)
    case 'double':
      return (value) => value
    case 'decimal':
      return (value) => {
        const parsed = parseDecimal(String(value))
        if (parsed === undefined) throw castFault(doubleText(value as number), to)
        return checked(rescale(parsed.unscaled, parsed.scale, to.scale), to.precision, to.scale)
      }
    default: {
      // Both bounds are exact doubles, for bigint too.
      const limit = 2 ** (bitsOf(to) - 1)
      return (value) => {
        const whole = Math.trunc(value as number)
        if (!(whole < limit && whole >= -limit)) throw rangeFault(doubleText(value as number), to)
        return to.kind === 'bigint' ? BigInt(whole) : whole + 0
      }
    }
  }
}
