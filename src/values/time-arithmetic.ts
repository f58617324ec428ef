// Dates and timestamps that months, days and microseconds are added to, as java.time adds them (Spark's DateTimeUtils).

import type { CalendarInterval } from '../column.ts'
import { civilFromDays, daysInMonth, daysOf, MICROS_PER_DAY } from './calendar.ts'
import type { Zone } from './zone.ts'

/** Days since 1970-01-01; a day that its month lacks becomes the last one of it. Null: out of range. */
export function addMonths(days: number, months: number): number | null {
  const { year, month, day } = civilFromDays(days)
  const inMonths = year * 12 + month - 1 + months
  const [newYear, newMonth] = [Math.floor(inMonths / 12), (((inMonths % 12) + 12) % 12) + 1]
  return asDay(daysOf(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))))
}

/** A number of days as a date; null: out of range. */
export function asDay(days: number): number | null {
  return days === (days | 0) ? days : null
}

/**
 * UTC microseconds: months and days are added to the local time, then the microseconds to the moment. NaN or far out of
 * range where there is no such time.
 */
export function addInterval(micros: number, { months, days, microseconds }: CalendarInterval, zone: Zone): number {
  const moved = months === 0 && days === 0 ? micros : addLocal(micros, months, days, zone)
  return microseconds === 0n || Number.isNaN(moved) ? moved : Number(BigInt(moved) + microseconds)
}

function addLocal(micros: number, months: number, days: number, zone: Zone): number {
  const local = zone.toLocal(micros)
  const day = Math.floor(local / MICROS_PER_DAY)
  const month = addMonths(day, months)
  if (month === null) return Number.NaN
  const target = (month + days) * MICROS_PER_DAY + (local - day * MICROS_PER_DAY)
  if (!Number.isSafeInteger(target)) return Number.NaN
  // Where clocks are set back an hour comes twice: the offset of before is kept where it is one of the two.
  const kept = target - (local - micros)
  return zone.toLocal(kept) === target ? kept : zone.toUtc(target)
}

/** The local time between two moments, in microseconds. */
export function microsBetween(start: number, end: number, zone: Zone): bigint {
  return BigInt(zone.toLocal(end)) - BigInt(zone.toLocal(start))
}

/** A day-time interval's whole days and the rest of it, both with its sign. */
export function splitDays(micros: bigint): CalendarInterval {
  const perDay = BigInt(MICROS_PER_DAY)
  return { months: 0, days: Number(micros / perDay), microseconds: micros % perDay }
}
