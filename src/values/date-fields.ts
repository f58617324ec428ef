// What a date is part of: its year, quarter, month, week, and its days in them. Dates are days since 1970-01-01.

import { civilFromDays, daysInMonth, daysOf } from './calendar.ts'
import { WEEKDAY_NAMES } from './time-names.ts'

/** Days from the beginning of the modified Julian days to 1970-01-01. */
export const JULIAN_EPOCH = 40_587

/** 0 is Monday, 6 is Sunday. 1970-01-01 was a Thursday. */
export function weekday(days: number): number {
  return (((days + 3) % 7) + 7) % 7
}

export function dayOfYear(days: number): number {
  return days - daysOf(civilFromDays(days).year, 1, 1) + 1
}

export function quarterOf(month: number): number {
  return Math.floor((month + 2) / 3)
}

/** The week of ISO 8601: it begins on Monday, and the first has a Thursday. */
export function isoWeek(days: number): number {
  const thursday = days - weekday(days) + 3
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1
}

/** The year that the week of ISO 8601 belongs to. */
export function isoWeekYear(days: number): number {
  return civilFromDays(days - weekday(days) + 3).year
}

export function lastDayOfMonth(days: number): number {
  const { year, month, day } = civilFromDays(days)
  return days - day + daysInMonth(year, month)
}

/** The first day after `days` that is this day of the week; 0 is Monday. */
export function nextWeekday(days: number, wanted: number): number {
  return days + 1 + ((((wanted - weekday(days + 1)) % 7) + 7) % 7)
}

/** 0 for `Mo`, `Mon` and `Monday`, in any case; undefined for what is no day (`DateTimeUtils.getDayOfWeekFromString`). */
export function weekdayOfText(text: string): number | undefined {
  const name = text.toUpperCase()
  const found = WEEKDAY_NAMES.findIndex((weekdayName) => weekdayName.toUpperCase().startsWith(name))
  return found >= 0 && (name.length <= 3 || name.length === WEEKDAY_NAMES[found]?.length) && name.length >= 2
    ? found
    : undefined
}

export type DateUnit = 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR'

/** The first day of the unit that the day is in. */
export function truncateDate(days: number, unit: DateUnit): number {
  if (unit === 'WEEK') return days - weekday(days)
  const { year, month, day } = civilFromDays(days)
  switch (unit) {
    case 'MONTH':
      return days - day + 1
    case 'QUARTER':
      return daysOf(year, quarterOf(month) * 3 - 2, 1)
    case 'YEAR':
      return daysOf(year, 1, 1)
    default:
      return unit satisfies never
  }
}
