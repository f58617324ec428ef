// From the fields that were read to a time: java.time.format.Parsed in strict mode, and the defaults of Spark's
// DateTimeFormatterHelper.

import { daysInMonth, daysOf, MICROS_PER_DAY } from './calendar.ts'
import { dayOfYear, JULIAN_EPOCH } from './date-fields.ts'
import { FIELDS, type FieldName } from './datetime-pattern.ts'
import type { Zone } from './zone.ts'

export interface DatetimeFields {
  /** By the index in FIELDS; NaN for what was not read. */
  readonly values: number[]
  /** Seconds. */
  offset: number | undefined
  zone: Zone | undefined
}

export interface LocalTime {
  /** Days since 1970-01-01. */
  readonly days: number
  /** Microseconds of the day. */
  readonly ofDay: number
  /** What the text names; its zone counts more than its offset. */
  readonly zone: Zone | undefined
  /** Microseconds that local time is more than UTC. */
  readonly offset: number | undefined
}

/** Undefined where a field is out of its range, or two fields say different things. */
export function localTimeOf(fields: DatetimeFields): LocalTime | undefined {
  const days = dateOf(fields)
  const ofDay = timeOf(fields)
  if (days === undefined || ofDay === undefined) return undefined
  return { days, ofDay, zone: fields.zone, offset: fields.offset === undefined ? undefined : fields.offset * 1_000_000 }
}

const AT = Object.fromEntries(FIELDS.map((name, i) => [name, i])) as Readonly<Record<FieldName, number>>

function of({ values }: DatetimeFields, name: FieldName): number | undefined {
  const value = values[AT[name]] as number
  return Number.isNaN(value) ? undefined : value
}

function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value === undefined || (value >= least && value <= most)
}

/** The year of `java.time.Year`. */
const MAX_YEAR = 999_999_999

function dateOf(fields: DatetimeFields): number | undefined {
  const [month, day, ofYear] = [of(fields, 'month'), of(fields, 'day'), of(fields, 'dayOfYear')]
  const year = yearOf(fields)
  if (!isWithin(year, -MAX_YEAR, MAX_YEAR) || !isWithin(month, 1, 12)) return undefined
  const julian = of(fields, 'julianDay')
  const whole = year !== undefined && month !== undefined && day !== undefined
  let days: number | undefined
  if (julian !== undefined) days = julian - JULIAN_EPOCH
  else if (ofYear !== undefined && !whole && (year !== undefined || (month ?? day) === undefined))
    days = ofDayOfYear(year ?? 1970, ofYear)
  else days = ofMonth(year ?? 1970, month ?? 1, day ?? 1)
  if (days === undefined) return undefined
  return whole && ofYear !== undefined && dayOfYear(days) !== ofYear ? undefined : days
}

/** An era without a year, and a year of an era without one, count for nothing. */
function yearOf(fields: DatetimeFields): number | undefined {
  const [ofEra, era] = [of(fields, 'yearOfEra'), of(fields, 'era')]
  if (ofEra === undefined || era === undefined) return of(fields, 'year')
  if (ofEra < 1) return Number.POSITIVE_INFINITY
  return era === 1 ? ofEra : 1 - ofEra
}

function ofMonth(year: number, month: number, day: number): number | undefined {
  return day >= 1 && day <= daysInMonth(year, month) ? daysOf(year, month, day) : undefined
}

function ofDayOfYear(year: number, ofYear: number): number | undefined {
  const first = daysOf(year, 1, 1)
  return ofYear >= 1 && first + ofYear - 1 < daysOf(year + 1, 1, 1) ? first + ofYear - 1 : undefined
}

const RANGES: readonly (readonly [FieldName, number, number])[] = [
  ['hour', 0, 23],
  ['clockHour', 1, 24],
  ['hourOfHalf', 0, 11],
  ['clockHourOfHalf', 1, 12],
  ['minute', 0, 59],
  ['second', 0, 59],
]

/** Microseconds of the day. */
function timeOf(fields: DatetimeFields): number | undefined {
  for (const [name, least, most] of RANGES) if (!isWithin(of(fields, name), least, most)) return undefined
  const [clockHour, clockHourOfHalf] = [of(fields, 'clockHour'), of(fields, 'clockHourOfHalf')]
  const half = of(fields, 'half')
  const ofHalf = agreed(of(fields, 'hourOfHalf'), clockHourOfHalf === undefined ? undefined : clockHourOfHalf % 12)
  const withHalf = half === undefined || ofHalf === undefined ? undefined : half * 12 + ofHalf
  const ofDay = agreed(agreed(of(fields, 'hour'), clockHour === undefined ? undefined : clockHour % 24), withHalf)
  if (Number.isNaN(ofHalf) || Number.isNaN(ofDay)) return undefined
  // The parts of a half day have to be those of the hour.
  if (ofDay !== undefined && half !== undefined && Math.floor(ofDay / 12) !== half) return undefined
  if (ofDay !== undefined && ofHalf !== undefined && ofDay % 12 !== ofHalf) return undefined
  // Without a half it is the morning; the second half alone begins at noon.
  const hour = ofDay ?? ofHalf ?? (half === 1 ? 12 : 0)
  const seconds = (hour * 60 + (of(fields, 'minute') ?? 0)) * 60 + (of(fields, 'second') ?? 0)
  return seconds * 1_000_000 + Math.floor((of(fields, 'nano') ?? 0) / 1000)
}

/** NaN where both are there and differ. */
function agreed(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a === b ? a : Number.NaN
}

/** UTC microseconds of what was read; `zone` where the text names none. */
export function momentOf({ days, ofDay, zone: named, offset }: LocalTime, zone: Zone): number {
  const local = days * MICROS_PER_DAY + ofDay
  if (named === undefined && offset !== undefined) return local - offset
  return (named ?? zone).toUtc(local)
}
