// Intervals → strings, as Spark's cast to string writes them (IntervalUtils, IntervalStringStyles.ANSI_STYLE).

import type { CalendarInterval, Value } from '../column.ts'
import type { DataType, DayTimeInterval, DayTimeUnit, YearMonthInterval } from '../types.ts'
import { pad } from './calendar.ts'
import { decimalText } from './decimal.ts'

export type IntervalType = Extract<DataType, { kind: 'year_month_interval' | 'day_time_interval' | 'interval' }>

const MONTHS_PER_YEAR = 12
const MICROS_SCALE = 6

export const DAY_TIME_UNITS: readonly DayTimeUnit[] = ['day', 'hour', 'minute', 'second']

export const MICROS_OF: Readonly<Record<DayTimeUnit, bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
}

/** Writes intervals that are not NULL: `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 02:03' DAY TO MINUTE`, `1 days`. */
export function intervalRenderer(type: IntervalType): (value: Value) => string {
  switch (type.kind) {
    case 'year_month_interval':
      return (value) => `INTERVAL '${yearMonthDigits(value as number, type)}' ${unitsOf(type)}`
    case 'day_time_interval':
      return (value) => `INTERVAL '${dayTimeDigits(value as bigint, type)}' ${unitsOf(type)}`
    case 'interval':
      return (value) => calendarText(value as CalendarInterval)
    default:
      return type satisfies never
  }
}

function unitsOf({ from, to }: YearMonthInterval | DayTimeInterval): string {
  return (from === to ? from : `${from} TO ${to}`).toUpperCase()
}

/** `1-2`; a single unit drops what is below it. */
function yearMonthDigits(months: number, { from, to }: YearMonthInterval): string {
  const sign = months < 0 ? '-' : ''
  const magnitude = Math.abs(months)
  const years = Math.floor(magnitude / MONTHS_PER_YEAR)
  if (from === 'month') return `${sign}${magnitude}`
  return to === 'year' ? `${sign}${years}` : `${sign}${years}-${magnitude % MONTHS_PER_YEAR}`
}

/** `1 02:03:04.5`: every unit but days has two digits at least. */
function dayTimeDigits(micros: bigint, { from, to }: DayTimeInterval): string {
  let rest = micros < 0n ? -micros : micros
  const parts: string[] = []
  const units = DAY_TIME_UNITS.slice(DAY_TIME_UNITS.indexOf(from), DAY_TIME_UNITS.indexOf(to) + 1)
  for (const unit of units) {
    const amount = rest / MICROS_OF[unit]
    if (unit === 'second') parts.push(secondsText(rest))
    else parts.push(unit === 'day' ? String(amount) : pad(Number(amount), 2))
    rest -= amount * MICROS_OF[unit]
  }
  const sign = micros < 0n ? '-' : ''
  return from === 'day' && parts.length > 1
    ? `${sign}${parts[0]} ${parts.slice(1).join(':')}`
    : `${sign}${parts.join(':')}`
}

/** `04.5`: at least two digits before the point, no zeros at the end of the fraction. */
function secondsText(micros: bigint): string {
  const [whole = '', fraction = ''] = decimalText(micros, MICROS_SCALE).split('.')
  const digits = fraction.replace(/0+$/, '')
  return digits === '' ? whole.padStart(2, '0') : `${whole.padStart(2, '0')}.${digits}`
}

/** `1 years 2 months -3 days 4 hours 5.5 seconds`; parts of zero are left out. */
function calendarText({ months, days, microseconds }: CalendarInterval): string {
  const parts: string[] = []
  const add = (amount: number | bigint, unit: string) => {
    if (amount !== 0 && amount !== 0n) parts.push(`${amount} ${unit}`)
  }
  add(Math.trunc(months / MONTHS_PER_YEAR), 'years')
  add(months % MONTHS_PER_YEAR, 'months')
  add(days, 'days')
  add(microseconds / MICROS_OF.hour, 'hours')
  add((microseconds / MICROS_OF.minute) % 60n, 'minutes')
  const seconds = microseconds % MICROS_OF.minute
  if (seconds !== 0n) parts.push(`${decimalText(seconds, MICROS_SCALE).replace(/\.?0+$/, '')} seconds`)
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}
