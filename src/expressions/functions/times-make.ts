// Dates and timestamps from their parts: make_date, make_timestamp.

import { DATE, type DataType, TIMESTAMP, TIMESTAMP_NTZ } from '../../types.ts'
import { daysInMonth, daysOf, MICROS_PER_DAY } from '../../values/calendar.ts'
import { orNull, RowFault } from '../../values/row-fault.ts'
import { UTC, type Zone } from '../../values/zone.ts'
import type { Context } from '../analysis/context.ts'
import type { Node, Scalar } from '../typed.ts'
import { type Call, type Entry, strict } from './definition.ts'
import { int, parameter, text } from './parameters.ts'
import { ofText, withinYears, zoneNamed } from './times-fault.ts'

export function makeTimeFunctions(): readonly Entry[] {
  return [
    strict('make_date', [int, int, int], DATE, (year: number, month: number, day: number) =>
      inYears(year, dateOf(year, month, day)),
    ),
    ...makers('make_timestamp', false),
    ...makers('try_make_timestamp', true),
  ]
}

function makers(name: string, isTry: boolean): Entry[] {
  return [
    [name, maker(TIMESTAMP, isTry)],
    [`${name}_ltz`, maker(TIMESTAMP, isTry)],
    [`${name}_ntz`, maker(TIMESTAMP_NTZ, isTry)],
  ]
}

/** The seconds have six digits behind the point. */
const seconds = parameter({ kind: 'decimal', precision: 16, scale: 6 })

/** Only a timestamp with time zone takes the name of one, and a name that is none is never NULL. */
function maker(type: DataType, isTry: boolean) {
  const numbers = [int, int, int, int, int, seconds]
  const isLocal = type.kind === 'timestamp_ntz'
  return {
    parameters: isLocal ? numbers : [...numbers, text],
    optional: isLocal ? 0 : 1,
    resolve(args: readonly Node[], { zone }: Context, call: Call) {
      const zoneOf = ofText(args[6], call, zoneNamed)
      const apply = (...values: readonly unknown[]): number | null => {
        const within: Zone = isLocal ? UTC : typeof values[6] === 'string' ? zoneOf(values[6]) : zone
        const make = () => {
          const [year, month, day, hour, minute] = values as readonly [number, number, number, number, number]
          const date = dateOf(year, month, day)
          return withinYears(within.toUtc(date * MICROS_PER_DAY + timeOf(hour, minute, values[5] as bigint)))
        }
        return isTry ? orNull(make) : make()
      }
      const scalar: Scalar = { name: call.name, nulls: 'strict', apply: apply as Scalar['apply'] }
      return { type, scalar }
    },
  }
}

/** Days since 1970-01-01. */
function dateOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12) throw partFault('month', month)
  if (day < 1 || day > daysInMonth(year, month)) throw partFault('day', day)
  return daysOf(year, month, day)
}

/** Microseconds of the day. 60 seconds are the next minute (as in PostgreSQL). */
function timeOf(hour: number, minute: number, micros: bigint): number {
  if (hour < 0 || hour > 23) throw partFault('hour', hour)
  if (minute < 0 || minute > 59) throw partFault('minute', minute)
  if (micros > 60_000_000n && micros < 61_000_000n)
    throw new RowFault('E_OVERFLOW', 'a minute of 60 seconds has no fraction', 'INVALID_FRACTION_OF_SECOND')
  if (micros < 0n || micros > 60_000_000n) throw partFault('second', Number(micros) / 1e6)
  return (hour * 60 + minute) * 60_000_000 + Number(micros)
}

/** Spark's years have up to seven digits. */
function inYears(year: number, days: number): number {
  if (days === (days | 0)) return days
  throw partFault('year', year)
}

function partFault(part: string, value: number): RowFault {
  return new RowFault('E_OVERFLOW', `there is no ${part} ${value}`, 'DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION')
}
