// Strings → dates and timestamps, in the forms that Spark's casts accept.

import { daysInMonth, daysOf, MICROS_PER_DAY } from './calendar.ts'
import { trimAll } from './trim.ts'
import { type Zone, zoneOfText } from './zone.ts'

/** 1685 to 2255: microseconds within these are exact in a number. */
export const MIN_MICROS = -9_007_199_254_740_991
export const MAX_MICROS = 9_007_199_254_740_991

const DATE = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s
const TIMESTAMP =
  /^(?:([+-]?\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?(?:\s*([A-Za-z+-].*))?)?)?)?)$/s

/** Days since 1970-01-01: `2026`, `2026-1`, `2026-01-31`, and anything behind a `T` or a space. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(trimAll(text))
  if (match === null) return undefined
  return days(Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1))
}

/** UTC microseconds. A zone in the text wins over `local`; where `local` is null it is ignored, and the time is local. */
export function parseTimestamp(text: string, local: Zone | null): number | undefined {
  const match = TIMESTAMP.exec(trimAll(text))
  if (match === null) return undefined
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', fraction = '', zoneName] = match
  const date = days(Number(year), Number(month), Number(day))
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const named = zoneName === undefined ? local : zoneOfText(zoneName.trim())
  if (named === undefined) return undefined
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  // Digits behind the microsecond are dropped.
  const micros = date * MICROS_PER_DAY + seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
  return local === null || named === null ? micros : named.toUtc(micros)
}

/** Whether the text of a timestamp ends in a time zone. */
export function namesZone(text: string): boolean {
  return TIMESTAMP.exec(trimAll(text))?.[8] !== undefined
}

function days(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  return daysOf(year, month, day)
}
