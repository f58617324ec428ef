// Time zones: UTC ↔ local time, as java.time resolves gaps and overlaps.

import { MICROS_PER_DAY, MICROS_PER_SECOND } from './calendar.ts'

export interface Zone {
  toLocal(utcMicros: number): number
  toUtc(localMicros: number): number
}

export const UTC: Zone = { toLocal: (micros) => micros, toUtc: (micros) => micros }

/** Undefined where the name is neither an IANA zone nor an offset such as `+02:00`. */
export function zone(name: string): Zone | undefined {
  if (/^(?:UTC|GMT|Z|Etc\/UTC)$/i.test(name)) return UTC
  const fixed = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/i.exec(name)
  if (fixed !== null) {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = fixed
    const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROS_PER_SECOND
    if (total > 18 * 3600 * MICROS_PER_SECOND || Number(minutes) > 59 || Number(seconds) > 59) return undefined
    return byOffset(() => (sign === '-' ? -total : total))
  }
  const offsetAt = namedOffset(name)
  return offsetAt === undefined ? undefined : byOffset(offsetAt)
}

function byOffset(offsetAt: (utcMicros: number) => number): Zone {
  return {
    toLocal: (micros) => micros + offsetAt(micros),
    toUtc(local) {
      // Offsets before and after a change of clocks nearby, if there is one. In an overlap the earlier offset holds,
      // in a gap the time moves on by the gap's length: both are "the offset before".
      const before = local - offsetAt(local - MICROS_PER_DAY)
      const after = local - offsetAt(local + MICROS_PER_DAY)
      if (before === after || before + offsetAt(before) === local) return before
      return after + offsetAt(after) === local ? after : before
    },
  }
}

/** No zone changes its clocks within a quarter of an hour that begins at a multiple of it. */
const BUCKET = 900 * MICROS_PER_SECOND

function namedOffset(name: string): ((utcMicros: number) => number) | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
  const known = new Map<number, number>()
  return (micros) => {
    const bucket = Math.floor(micros / BUCKET)
    let offset = known.get(bucket)
    if (offset === undefined) {
      offset = readOffset(format, bucket * (BUCKET / 1000))
      if (known.size >= 65_536) known.clear()
      known.set(bucket, offset)
    }
    return offset
  }
}

function readOffset(format: Intl.DateTimeFormat, millis: number): number {
  const text = format.formatToParts(millis).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (match === null) return 0
  const [, sign, hours, minutes, seconds = '0'] = match
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROS_PER_SECOND
  return sign === '-' ? -total : total
}
