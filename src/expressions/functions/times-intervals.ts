// Intervals from their parts, and the parts of intervals.

import type { CalendarInterval, Value } from '../../column.ts'
import {
  type DataType,
  type DayTimeUnit,
  dayTimeInterval,
  INT,
  INTERVAL,
  TINYINT,
  type YearMonthUnit,
  yearMonthInterval,
} from '../../types.ts'
import { MICROS_PER_DAY } from '../../values/calendar.ts'
import { orNull, RowFault } from '../../values/row-fault.ts'
import type { Scalar } from '../typed.ts'
import type { Entry } from './definition.ts'
import { int, type Parameter, parameter } from './parameters.ts'

const seconds = parameter({ kind: 'decimal', precision: 18, scale: 6 })

/** What is left out is 0. */
export function intervalFunctions(): readonly Entry[] {
  const parts = [int, int, int, int, int, int, seconds]
  return [
    maker('make_interval', parts, INTERVAL, makeInterval),
    maker('try_make_interval', parts, INTERVAL, tryMakeInterval, parts.length - 1),
    maker('make_ym_interval', [int, int], yearMonthInterval('year', 'month'), (years = 0, months = 0) =>
      exact(Number(years) * 12 + Number(months), 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION'),
    ),
    maker('make_dt_interval', [int, int, int, seconds], dayTimeInterval('day', 'second'), (days = 0, ...time) =>
      long(BigInt(days) * BigInt(MICROS_PER_DAY) + timeOf(time), 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION'),
    ),
  ]
}

/** Whole numbers, and the last one microseconds. */
type Parts = readonly (number | bigint)[]

function maker(
  name: string,
  parameters: readonly Parameter[],
  type: DataType,
  make: (...parts: Parts) => Value,
  optional = parameters.length,
): Entry {
  const scalar: Scalar = { name, nulls: 'strict', apply: make as Scalar['apply'] }
  return [name, { parameters, optional, resolve: () => ({ scalar, type }) }]
}

/** NULL where it is out of range. Spark wants one part at least. */
function tryMakeInterval(...parts: Parts): CalendarInterval | null {
  return orNull(() => makeInterval(...parts))
}

function makeInterval(...parts: Parts): CalendarInterval {
  const [years = 0, months = 0, weeks = 0, days = 0, ...time] = parts
  return {
    months: exact(Number(years) * 12 + Number(months)),
    days: exact(Number(weeks) * 7 + Number(days)),
    microseconds: long(timeOf(time)),
  }
}

/** Microseconds of hours, minutes and a second of six digits behind the point. */
function timeOf([hours = 0, minutes = 0, micros = 0]: Parts): bigint {
  return BigInt(hours) * 3_600_000_000n + BigInt(minutes) * 60_000_000n + BigInt(micros)
}

function exact(value: number, condition?: string): number {
  if (value === (value | 0)) return value
  throw new RowFault('E_OVERFLOW', 'the result is out of range for an interval', condition)
}

function long(value: bigint, condition?: string): bigint {
  if (value === BigInt.asIntN(64, value)) return value
  throw new RowFault('E_OVERFLOW', 'the result is out of range for an interval', condition)
}

/** A field of an interval, of which the type has it. */
export interface IntervalPart {
  readonly type: DataType
  apply(value: Value): Value
}

type Unit = YearMonthUnit | DayTimeUnit

export const INTERVAL_UNITS: readonly Unit[] = ['year', 'month', 'day', 'hour', 'minute', 'second']

/** Undefined where intervals of the type have no such field (`ExtractIntervalPart`). */
export function intervalPart(unit: Unit, source: DataType): IntervalPart | undefined {
  switch (source.kind) {
    case 'interval':
      return ofCalendar(unit)
    case 'year_month_interval':
      return isWithin(unit, source.from, source.to) ? ofMonths(unit, (value) => value as number) : undefined
    case 'day_time_interval':
      return isWithin(unit, source.from, source.to) ? ofMicros(unit, (value) => value as bigint) : undefined
    default:
      return undefined
  }
}

function isWithin(unit: Unit, from: Unit, to: Unit): boolean {
  const at = INTERVAL_UNITS.indexOf(unit)
  return at >= INTERVAL_UNITS.indexOf(from) && at <= INTERVAL_UNITS.indexOf(to)
}

function ofCalendar(unit: Unit): IntervalPart {
  const interval = (value: Value) => value as CalendarInterval
  if (unit === 'year' || unit === 'month') return ofMonths(unit, (value) => interval(value).months)
  if (unit === 'day') return { type: INT, apply: (value) => interval(value).days }
  return ofMicros(unit, (value) => interval(value).microseconds)
}

function ofMonths(unit: string, months: (value: Value) => number): IntervalPart {
  return unit === 'year'
    ? { type: INT, apply: (value) => Math.trunc(months(value) / 12) + 0 }
    : { type: TINYINT, apply: (value) => (months(value) % 12) + 0 }
}

function ofMicros(unit: string, micros: (value: Value) => bigint): IntervalPart {
  const day = BigInt(MICROS_PER_DAY)
  switch (unit) {
    case 'day':
      return { type: INT, apply: (value) => Number(micros(value) / day) }
    case 'hour':
      return { type: TINYINT, apply: (value) => Number((micros(value) % day) / 3_600_000_000n) }
    case 'minute':
      return { type: TINYINT, apply: (value) => Number((micros(value) % 3_600_000_000n) / 60_000_000n) }
    default:
      return { type: { kind: 'decimal', precision: 8, scale: 6 }, apply: (value) => micros(value) % 60_000_000n }
  }
}
