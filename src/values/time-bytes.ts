// Dates and times from the bytes of their texts in the usual ISO forms; any other form is left to the caller.
//
// Each reader takes the span `[start, end)` of a text. It gives NaN where the text is in another form, or is no time at
// all: parse-time.ts then reads the text.

import { daysInMonth, daysOf, MICROS_PER_DAY, MICROS_PER_SECOND } from './calendar.ts'
import { MAX_MICROS } from './parse-time.ts'
import type { Zone } from './zone.ts'

const PLUS = 0x2b
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const SPACE = 0x20
const LETTER_T = 0x54
const LETTER_Z = 0x5a

/** `YYYY-MM-DD`. */
const DATE_BYTES = 10
/** `YYYY-MM-DDThh:mm:ss`. */
const TIME_BYTES = 19
/** `+hh:mm`. */
const OFFSET_BYTES = 6

/** Farther from 1970 the text is read the long way, which knows the limits. */
const MAX_READ = MAX_MICROS - 2 * MICROS_PER_DAY

const MAX_OFFSET = 18 * 3600 * MICROS_PER_SECOND

/** Days since 1970-01-01 of `2026-01-31`, alone or before a `T` or a space and anything. */
export function readDate(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > DATE_BYTES) {
    const next = bytes[start + DATE_BYTES]
    if (next !== LETTER_T && next !== SPACE) return Number.NaN
  }
  return readDays(bytes, start, end)
}

function readDays(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < DATE_BYTES || bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return Number.NaN
  const year = pair(bytes, start) * 100 + pair(bytes, start + 2)
  const month = pair(bytes, start + 5)
  const day = pair(bytes, start + 8)
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN
  return daysOf(year, month, day)
}

/** Two digits; NaN where one is none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO
  const ones = (bytes[at + 1] as number) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/**
 * A reader of UTC microseconds: `2026-01-31`, or `2026-01-31T12:30:05` with a `T` or a space, any number of digits behind
 * the second and `Z`, `+hh:mm` or nothing at the end. Where `local` is null it gives local time: `zoned` tells whether a
 * zone may stand in the text, which is then ignored.
 */
export function timestampReader(
  local: Zone | null,
  zoned: boolean,
): (bytes: Uint8Array, start: number, end: number) => number {
  return (bytes, start, end) => {
    const date = readDays(bytes, start, end) * MICROS_PER_DAY
    if (!(date <= MAX_READ && date >= -MAX_READ)) return Number.NaN
    if (end - start === DATE_BYTES) return local === null ? date : local.toUtc(date)
    const separator = bytes[start + DATE_BYTES]
    if (end - start < TIME_BYTES || (separator !== LETTER_T && separator !== SPACE)) return Number.NaN
    const micros = date + readSeconds(bytes, start + DATE_BYTES + 1) * MICROS_PER_SECOND
    if (Number.isNaN(micros)) return Number.NaN
    let zoneAt = start + TIME_BYTES
    let fraction = 0
    if (zoneAt < end && bytes[zoneAt] === POINT) {
      const digits = zoneAt + 1
      zoneAt = skipDigits(bytes, digits, end)
      fraction = readFraction(bytes, digits, zoneAt)
    }
    if (zoneAt === end) return local === null ? micros + fraction : local.toUtc(micros + fraction)
    const offset = zoned ? readOffset(bytes, zoneAt, end) : Number.NaN
    return local === null ? micros + fraction + offset * 0 : micros + fraction - offset
  }
}

/** `hh:mm:ss`; NaN beyond 23:59:59, which no leap second is. */
function readSeconds(bytes: Uint8Array, at: number): number {
  const hour = pair(bytes, at)
  const minute = pair(bytes, at + 3)
  const second = pair(bytes, at + 6)
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && bytes[at + 2] === COLON && bytes[at + 5] === COLON
  return isTime ? hour * 3600 + minute * 60 + second : Number.NaN
}

function skipDigits(bytes: Uint8Array, at: number, end: number): number {
  let p = at
  while (p < end && (bytes[p] as number) >= ZERO && (bytes[p] as number) <= ZERO + 9) p++
  return p
}

/** Microseconds; digits behind them are dropped. */
function readFraction(bytes: Uint8Array, start: number, end: number): number {
  let micros = 0
  for (let p = start; p < start + 6; p++) micros = micros * 10 + (p < end ? (bytes[p] as number) - ZERO : 0)
  return micros
}

/** Microseconds east of UTC. */
function readOffset(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at]
  if (sign === LETTER_Z) return end - at === 1 ? 0 : Number.NaN
  if ((sign !== PLUS && sign !== MINUS) || end - at !== OFFSET_BYTES || bytes[at + 3] !== COLON) return Number.NaN
  const minutes = pair(bytes, at + 4)
  const offset = (pair(bytes, at + 1) * 3600 + minutes * 60) * MICROS_PER_SECOND
  if (!(minutes <= 59 && offset <= MAX_OFFSET)) return Number.NaN
  return sign === MINUS ? -offset : offset
}
