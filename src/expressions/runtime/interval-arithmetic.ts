// Arithmetic of intervals (IntervalUtils, IntervalMathUtils): sums, multiples, quotients. What overflows is an error.

import type { CalendarInterval, Value } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { divideHalfUp, powerOfTen } from '../../values/decimal.ts'
import { MICROS_OF } from '../../values/interval-text.ts'
import { RowFault } from '../../values/row-fault.ts'
import type { Scalar } from '../typed.ts'

type Sign = 1 | -1

/** `a + b` or `a - b` of two intervals of one type. */
export function intervalSum(sign: Sign, type: DataType): Scalar {
  const add = intervalAddition(sign, type)
  return { name: sign === 1 ? '+' : '-', nulls: 'strict', apply: (a = null, b = null) => add(a, b) }
}

function intervalAddition(sign: Sign, type: DataType, condition?: string): (a: Value, b: Value) => Value {
  switch (type.kind) {
    case 'year_month_interval':
      return (a, b) => int((a as number) + sign * (b as number), type, condition)
    case 'day_time_interval':
      return (a, b) => long((a as bigint) + BigInt(sign) * (b as bigint), type, condition)
    default:
      return (a, b) => calendarSum(a as CalendarInterval, sign, b as CalendarInterval, type)
  }
}

function calendarSum(a: CalendarInterval, sign: Sign, b: CalendarInterval, type: DataType): CalendarInterval {
  return {
    months: int(a.months + sign * b.months, type, 'ARITHMETIC_OVERFLOW'),
    days: int(a.days + sign * b.days, type, 'ARITHMETIC_OVERFLOW'),
    microseconds: long(a.microseconds + BigInt(sign) * b.microseconds, type, 'ARITHMETIC_OVERFLOW'),
  }
}

export function intervalNegation(type: DataType): Scalar {
  const subtract = intervalAddition(-1, type, 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION')
  const zero = zeroOf(type)
  return { name: '-', nulls: 'strict', apply: (value = null) => subtract(zero, value) }
}

function zeroOf({ kind }: DataType): Value {
  if (kind === 'year_month_interval') return 0
  return kind === 'day_time_interval' ? 0n : { months: 0, days: 0, microseconds: 0n }
}

/** The quotient of two intervals of one kind, cut to a whole number. */
export const INTERVAL_QUOTIENT: Scalar = {
  name: 'div',
  nulls: 'strict',
  lastFirst: true,
  apply(a, b) {
    const [dividend, divisor] = [BigInt(a as number | bigint), BigInt(b as number | bigint)]
    if (divisor === 0n) throw new RowFault('E_DIVIDE_BY_ZERO', 'division by zero')
    return long(dividend / divisor, { kind: 'bigint' })
  },
}

/** An interval times or by a number; `number`: the type of the latter, which comes second. */
export function intervalScaling(operator: '*' | '/', interval: DataType, number: DataType): Scalar {
  const scale =
    interval.kind === 'interval' ? calendarScaling(operator, interval) : exactScaling(operator, interval, number)
  return {
    name: operator,
    nulls: 'strict',
    lastFirst: operator === '/',
    apply(value = null, factor = null) {
      if (operator === '/' && Number(factor) === 0) throw dividedByZero()
      return scale(value, factor)
    },
  }
}

/** Months or microseconds, rounded half up (away from zero) to a whole one. */
function exactScaling(operator: '*' | '/', type: DataType, number: DataType): (value: Value, factor: Value) => Value {
  const inType = (amount: bigint): Value =>
    type.kind === 'day_time_interval' ? long(amount, type) : int(Number(amount), type)
  if (number.kind === 'float' || number.kind === 'double') {
    return (value, factor) => {
      const amount = Number(value as number | bigint)
      return inType(rounded(operator === '*' ? amount * (factor as number) : amount / (factor as number), type))
    }
  }
  const unit = powerOfTen(number.kind === 'decimal' ? number.scale : 0)
  return (value, factor) => {
    const [amount, by] = [BigInt(value as number | bigint), BigInt(factor as number | bigint)]
    return inType(operator === '*' ? divideHalfUp(amount * by, unit) : divideHalfUp(amount * unit, by))
  }
}

/** Half up, away from zero. */
function rounded(amount: number, type: DataType): bigint {
  if (!Number.isFinite(amount)) throw overflow(type)
  const magnitude = Math.abs(amount)
  const whole = Math.floor(magnitude)
  return BigInt(Math.sign(amount) * (magnitude - whole >= 0.5 ? whole + 1 : whole))
}

/** Months and days are cut to whole ones; a part of a day becomes hours, and a part of a month is lost. */
function calendarScaling(operator: '*' | '/', type: DataType): (value: Value, factor: Value) => CalendarInterval {
  return (value, factor) => {
    const { months, days, microseconds } = value as CalendarInterval
    const by = factor as number
    const of = (amount: number) => (operator === '*' ? amount * by : amount / by)
    const wholeDays = Math.trunc(of(days))
    const micros = of(Number(microseconds)) + Number(MICROS_OF.day) * (of(days) - wholeDays)
    if (!Number.isFinite(micros)) throw overflow(type, 'ARITHMETIC_OVERFLOW')
    return {
      months: int(Math.trunc(of(months)), type, 'ARITHMETIC_OVERFLOW'),
      days: int(wholeDays, type, 'ARITHMETIC_OVERFLOW'),
      microseconds: long(BigInt(Math.floor(micros + 0.5)), type, 'ARITHMETIC_OVERFLOW'),
    }
  }
}

function int(value: number, type: DataType, condition?: string): number {
  if (value !== (value | 0)) throw overflow(type, condition)
  return value + 0
}

function long(value: bigint, type: DataType, condition?: string): bigint {
  if (value !== BigInt.asIntN(64, value)) throw overflow(type, condition)
  return value
}

function overflow(type: DataType, condition = 'INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION'): RowFault {
  return new RowFault('E_OVERFLOW', `the result is out of range for ${typeName(type)}`, condition)
}

function dividedByZero(): RowFault {
  return new RowFault('E_DIVIDE_BY_ZERO', 'division by zero', 'INTERVAL_DIVIDED_BY_ZERO')
}
