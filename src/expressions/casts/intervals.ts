// Casts from and to intervals (IntervalUtils): strings, whole numbers and decimals; an interval to other units.

import type { Value } from '../../column.ts'
import { type DataType, type DayTimeInterval, typeName, type YearMonthInterval } from '../../types.ts'
import { checked, rescale } from '../../values/decimal.ts'
import { MICROS_OF } from '../../values/interval-text.ts'
import {
  type IntervalFault,
  isIntervalFault,
  parseCalendarInterval,
  parseDayTime,
  parseYearMonth,
} from '../../values/parse-interval.ts'
import { RowFault } from '../../values/row-fault.ts'
import { isIntegral } from '../analysis/numeric.ts'
import { castFault, rangeFault } from './fault.ts'
import { numericCast } from './numbers.ts'

type Convert = (value: Value) => Value
type AnsiInterval = YearMonthInterval | DayTimeInterval

function isAnsiInterval(type: DataType): type is AnsiInterval {
  return type.kind === 'year_month_interval' || type.kind === 'day_time_interval'
}

/** Undefined where there is no such cast. Casts to a string are those of every type. */
export function intervalCast(from: DataType, to: DataType): Convert | undefined {
  if (isAnsiInterval(from)) return fromInterval(from, to)
  if (from.kind === 'string') return fromText(to)
  if (!isAnsiInterval(to)) return undefined
  if (isIntegral(from)) return fromIntegral(from, to)
  return from.kind === 'decimal' ? fromDecimal(from.scale, to) : undefined
}

function fromText(to: DataType): Convert | undefined {
  switch (to.kind) {
    case 'year_month_interval':
      return (value) => orFault(parseYearMonth(value as string, to), value as string, to)
    case 'day_time_interval':
      return (value) => orFault(parseDayTime(value as string, to), value as string, to)
    case 'interval':
      // What is no interval is NULL, in ANSI mode too.
      return (value) => {
        const parsed = parseCalendarInterval(value as string)
        return isIntervalFault(parsed) ? null : parsed
      }
    default:
      return undefined
  }
}

function orFault(parsed: number | bigint | IntervalFault, text: string, to: AnsiInterval): Value {
  if (!isIntervalFault(parsed)) return parsed
  const { code, message } = castFault(text, to).reject
  const ofYears = to.kind === 'year_month_interval'
  const detail =
    parsed === 'form'
      ? ofYears
        ? 'UNMATCHED_FORMAT_STRING'
        : 'UNMATCHED_FORMAT_STRING_WITH_NOTICE'
      : ofYears
        ? 'INTERVAL_PARSING'
        : 'DAY_TIME_PARSING'
  throw new RowFault(code, message, `INVALID_INTERVAL_FORMAT.${detail}`)
}

/** What one of the interval's smallest unit is, in months or microseconds. */
function unitOf(type: AnsiInterval): bigint {
  if (type.kind === 'day_time_interval') return MICROS_OF[type.to]
  return type.to === 'year' ? 12n : 1n
}

/** `value` is months or microseconds, as `Value` says. */
function toValue(amount: bigint, type: AnsiInterval, written: () => string): number | bigint {
  const bits = type.kind === 'day_time_interval' ? 64 : 32
  if (amount !== BigInt.asIntN(bits, amount)) throw rangeFault(written(), type)
  return bits === 64 ? amount : Number(amount)
}

function fromIntegral(from: DataType, to: AnsiInterval): Convert {
  const unit = unitOf(to)
  return (value) => toValue(BigInt(value as number | bigint) * unit, to, () => `${value} (${typeName(from)})`)
}

/** Digits behind the smallest unit stay, up to a whole month or microsecond: 1.5 as INTERVAL DAY is 36 hours. */
function fromDecimal(scale: number, to: AnsiInterval): Convert {
  const unit = unitOf(to)
  const write = numericCast({ kind: 'decimal', precision: 38, scale }, { kind: 'double' })
  return (value) => toValue(rescale((value as bigint) * unit, scale, 0), to, () => String(write(value)))
}

function fromInterval(from: AnsiInterval, to: DataType): Convert | undefined {
  const unit = unitOf(from)
  if (to.kind === from.kind) {
    // Seconds keep their fraction.
    const rest = from.kind === 'day_time_interval' && to.to === 'second' ? 1n : unitOf(to as AnsiInterval)
    return (value) => (typeof value === 'bigint' ? value - (value % rest) : fullUnits(value as number, Number(rest)))
  }
  if (isIntegral(to)) {
    const convert = numericCast({ kind: 'bigint' }, to)
    return (value) => convert(BigInt(value as number | bigint) / unit)
  }
  if (to.kind !== 'decimal') return undefined
  // Seconds have six digits behind the point; whole units have none.
  const scale = from.to === 'second' ? 6 : 0
  return (value) => {
    const amount = scale === 6 ? (value as bigint) : BigInt(value as number | bigint) / unit
    return checked(rescale(amount, scale, to.scale), to.precision, to.scale)
  }
}

function fullUnits(value: number, unit: number): number {
  return value - (value % unit)
}
