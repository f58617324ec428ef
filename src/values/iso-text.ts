// Instants as ISO 8601 says them: what Date.toISOString gives, where no Date is at hand.

import { civilFromDays, MICROS_PER_DAY, pad, timestampParts } from './calendar.ts'

const MS_PER_DAY = MICROS_PER_DAY / 1000

/** `2026-01-31T12:30:05.250Z`, of epoch milliseconds. A year beyond 9999, or before 0, has a sign and six digits. */
export function isoText(ms: number): string {
  const days = Math.floor(ms / MS_PER_DAY)
  const { year, month, day } = civilFromDays(days)
  const { time, fraction } = timestampParts((ms - days * MS_PER_DAY) * 1000)
  const shownYear = year >= 0 && year <= 9999 ? pad(year, 4) : (year < 0 ? '-' : '+') + pad(Math.abs(year), 6)
  return `${shownYear}-${pad(month, 2)}-${pad(day, 2)}T${time}.${fraction.slice(0, 3)}Z`
}
