// Dates and timestamps with intervals: sums and differences.

import type { CalendarInterval, Value } from '../../column.ts'
import { type DataType, typeName } from '../../types.ts'
import { MICROS_OF } from '../../values/interval-text.ts'
import { MAX_MICROS, MIN_MICROS } from '../../values/parse-time.ts'
import { RowFault } from '../../values/row-fault.ts'
import { addInterval, addMonths, asDay, microsBetween, splitDays } from '../../values/time-arithmetic.ts'
import type { Zone } from '../../values/zone.ts'
import type { Scalar } from '../typed.ts'

type Sign = 1 | -1

/** A date and, with the sign, an interval that is no part of a day: its type is that of the second argument. */
export function dateShift(sign: Sign, interval: DataType): Scalar {
  return strict(sign, (day, by) => {
    const [months, days] = wholeDays(by, interval)
    const moved = addMonths(day as number, sign * months)
    const result = moved === null ? null : asDay(moved + sign * days)
    if (result === null) throw outOfRange({ kind: 'date' })
    return result
  })
}

function wholeDays(value: Value, { kind }: DataType): readonly [months: number, days: number] {
  if (kind === 'year_month_interval') return [value as number, 0]
  if (kind === 'day_time_interval') return [0, Number((value as bigint) / MICROS_OF.day)]
  const { months, days, microseconds } = value as CalendarInterval
  if (microseconds !== 0n) {
    const message = 'an interval with hours, minutes or seconds cannot be added to a date; cast the date to timestamp'
    throw new RowFault('E_TYPE', message, 'INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION')
  }
  return [months, days]
}

/** A timestamp of type `time` and, with the sign, an interval; `zone` has the local days of the timestamp. */
export function timestampShift(sign: Sign, time: DataType, interval: DataType, zone: Zone): Scalar {
  return strict(sign, (micros, by) => {
    const { months, days, microseconds } = partsOf(by, interval)
    const signed = { months: sign * months, days: sign * days, microseconds: BigInt(sign) * microseconds }
    const result = addInterval(micros as number, signed, zone)
    if (!(result >= MIN_MICROS && result <= MAX_MICROS)) throw outOfRange(time)
    return result
  })
}

function partsOf(value: Value, { kind }: DataType): CalendarInterval {
  if (kind === 'interval') return value as CalendarInterval
  return kind === 'year_month_interval'
    ? { months: value as number, days: 0, microseconds: 0n }
    : splitDays(value as bigint)
}

/** The days between two dates as INTERVAL DAY. */
export const DATE_DIFFERENCE: Scalar = {
  name: '-',
  nulls: 'strict',
  apply(end, start) {
    const micros = (BigInt(end as number) - BigInt(start as number)) * MICROS_OF.day
    if (micros !== BigInt.asIntN(64, micros))
      throw new RowFault('E_OVERFLOW', 'the days between the dates are out of range for interval day')
    return micros
  },
}

/** The local time between two timestamps of one type as INTERVAL DAY TO SECOND. */
export function timestampDifference(zone: Zone): Scalar {
  return {
    name: '-',
    nulls: 'strict',
    total: true,
    apply: (end, start) => microsBetween(start as number, end as number, zone),
  }
}

function strict(sign: Sign, apply: (time: Value, by: Value) => Value): Scalar {
  return { name: sign === 1 ? '+' : '-', nulls: 'strict', apply: (time = null, by = null) => apply(time, by) }
}

function outOfRange(type: DataType): RowFault {
  if (type.kind === 'date') return new RowFault('E_OVERFLOW', 'the result is out of range for date')
  const message = `the result is out of range for ${typeName(type)}: the years 1685 to 2255`
  return new RowFault('E_OVERFLOW', message, 'DATETIME_OVERFLOW')
}
