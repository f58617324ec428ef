// Arithmetic of moments by units of time, as Spark's DateTimeUtils does it. Moments are microseconds since 1970, UTC.

import { civilFromDays, daysInMonth, MICROS_PER_DAY, MICROS_PER_SECOND } from './calendar.ts'
import { type DateUnit, truncateDate } from './date-fields.ts'
import { addInterval } from './time-arithmetic.ts'
import type { Zone } from './zone.ts'

/** Microseconds of the units that a clock counts. */
export const CLOCK_UNITS = {
  MICROSECOND: 1,
  MILLISECOND: 1000,
  SECOND: MICROS_PER_SECOND,
  MINUTE: 60 * MICROS_PER_SECOND,
  HOUR: 3600 * MICROS_PER_SECOND,
} as const
export type ClockUnit = keyof typeof CLOCK_UNITS

export type TruncUnit = ClockUnit | 'DAY' | DateUnit

const ALIASES: Readonly<Record<string, TruncUnit>> = {
  DD: 'DAY',
  MM: 'MONTH',
  MON: 'MONTH',
  YYYY: 'YEAR',
  YY: 'YEAR',
}
const UNITS: ReadonlySet<string> = new Set([...Object.keys(CLOCK_UNITS), 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'])

/** In any case; undefined for what date_trunc knows no unit of (`DateTimeUtils.parseTruncLevel`). */
export function truncUnit(text: string): TruncUnit | undefined {
  const name = text.toUpperCase()
  if (UNITS.has(name)) return name as TruncUnit
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined
}

export function isDateUnit(unit: TruncUnit): unit is DateUnit {
  return unit === 'WEEK' || unit === 'MONTH' || unit === 'QUARTER' || unit === 'YEAR'
}

/** The beginning of the unit, in the zone's time, that the moment is in. */
export function truncateTime(micros: number, unit: TruncUnit, zone: Zone): number {
  if (unit === 'MICROSECOND') return micros
  // Offsets are whole seconds.
  if (unit === 'MILLISECOND' || unit === 'SECOND') return floorTo(micros, CLOCK_UNITS[unit])
  const local = zone.toLocal(micros)
  if (isDateUnit(unit)) return zone.toUtc(truncateDate(Math.floor(local / MICROS_PER_DAY), unit) * MICROS_PER_DAY)
  const step = unit === 'DAY' ? MICROS_PER_DAY : CLOCK_UNITS[unit]
  return toUtcNear(floorTo(local, step), local - micros, zone)
}

function floorTo(micros: number, step: number): number {
  return Math.floor(micros / step) * step
}

/** The moment of a local time: with this offset where it holds then, else as java.time resolves it (`ZonedDateTime.ofLocal`). */
function toUtcNear(local: number, offset: number, zone: Zone): number {
  const micros = local - offset
  return zone.toLocal(micros) === local ? micros : zone.toUtc(local)
}

export type AddUnit = ClockUnit | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR'

/**
 * Later by so many units: days and months of the calendar, hours as they pass (`DateTimeUtils.timestampAdd`). NaN or far out
 * of range where there is no such time.
 */
export function addUnits(micros: number, quantity: number, unit: AddUnit, zone: Zone): number {
  const add = (months: number, days: number, microseconds = 0n) =>
    addInterval(micros, { months, days, microseconds }, zone)
  switch (unit) {
    case 'DAY':
      return add(0, quantity)
    case 'WEEK':
      return add(0, quantity * 7)
    case 'MONTH':
      return add(quantity, 0)
    case 'QUARTER':
      return add(quantity * 3, 0)
    case 'YEAR':
      return add(quantity * 12, 0)
    default:
      // By the clock: 24 hours are no day where the clocks change.
      return add(0, 0, BigInt(quantity) * BigInt(CLOCK_UNITS[unit]))
  }
}

/** Whole units from one local time to another, towards zero (`ChronoUnit.between` of two `LocalDateTime`). */
export function unitsBetween(start: number, end: number, unit: AddUnit): number {
  switch (unit) {
    case 'DAY':
      return truncate((end - start) / MICROS_PER_DAY)
    case 'WEEK':
      return truncate((end - start) / (7 * MICROS_PER_DAY))
    case 'MONTH':
      return wholeMonths(start, end)
    case 'QUARTER':
      return truncate(wholeMonths(start, end) / 3)
    case 'YEAR':
      return truncate(wholeMonths(start, end) / 12)
    default:
      return truncate((end - start) / CLOCK_UNITS[unit])
  }
}

/** Without the zero that has a sign. */
function truncate(value: number): number {
  return Math.trunc(value) + 0
}

function wholeMonths(start: number, end: number): number {
  const a = civil(start)
  // A day that is not over does not count (`LocalDateTime.until`); it may lie in the month before.
  const ofEnd = end - Math.floor(end / MICROS_PER_DAY) * MICROS_PER_DAY
  const days = Math.floor(end / MICROS_PER_DAY) - Math.floor(start / MICROS_PER_DAY)
  const open = days > 0 && ofEnd < a.ofDay ? -1 : days < 0 && ofEnd > a.ofDay ? 1 : 0
  const b = civil(end + open * MICROS_PER_DAY)
  return truncate((b.months * 32 + b.day - (a.months * 32 + a.day)) / 32)
}

function civil(local: number) {
  const days = Math.floor(local / MICROS_PER_DAY)
  const { year, month, day } = civilFromDays(days)
  return {
    months: year * 12 + month,
    day,
    ofDay: local - days * MICROS_PER_DAY,
    isLast: day === daysInMonth(year, month),
  }
}

const SECONDS_PER_MONTH = 31 * 86_400

/**
 * Months from the local time `b` to `a`; 31 days are a month, and equal days or two last days are whole months
 * (`DateTimeUtils.monthsBetween`). Rounded to 8 digits where `isRounded`.
 */
export function monthsBetween(a: number, b: number, isRounded: boolean): number {
  const [left, right] = [civil(a), civil(b)]
  const months = left.months - right.months
  if (left.day === right.day || (left.isLast && right.isLast)) return months
  const seconds = (of: { readonly ofDay: number }) => Math.floor(of.ofDay / MICROS_PER_SECOND)
  const rest = (left.day - right.day) * 86_400 + seconds(left) - seconds(right)
  const result = months + rest / SECONDS_PER_MONTH
  return isRounded ? Math.floor(result * 1e8 + 0.5) / 1e8 : result
}
