// Time zones: UTC ↔ local time, as java.time resolves gaps and overlaps.

import { MICROS_PER_DAY, MICROS_PER_SECOND, pad } from './calendar.ts'
import { isSpeltRight, SHORT_NAMES } from './zone-names.ts'

export interface Zone {
  /** As Java names it: `Europe/Berlin`, `+02:00`, `UTC`. */
  readonly id: string
  toLocal(utcMicros: number): number
  toUtc(localMicros: number): number
  /** The offset at a moment, and how long around it the clocks are not changed at least. */
  stretchAt(utcMicros: number): Stretch
}

/** The moments from `from` to before `until`, in microseconds; local time is `offset` more than UTC. */
export interface Stretch {
  readonly from: number
  readonly until: number
  readonly offset: number
}

export const UTC: Zone = utcAs('UTC')

/** Names of UTC that Java keeps apart. */
const LIKE_UTC: ReadonlyMap<string, Zone> = new Map(['GMT', 'UT', 'Z'].map((id) => [id, utcAs(id)]))

function utcAs(id: string): Zone {
  const stretch: Stretch = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, offset: 0 }
  return { id, toLocal: (micros) => micros, toUtc: (micros) => micros, stretchAt: () => stretch }
}

/** Undefined where the name is neither an IANA zone nor an offset such as `+02:00`. */
export function zone(name: string): Zone | undefined {
  if (name === 'UTC') return UTC
  if (/^(?:UTC|GMT|Z|Etc\/UTC)$/i.test(name)) return utcAs(name)
  const fixed = OFFSET.exec(name)
  return fixed === null ? named(name, () => true) : fixedZone(fixed)
}

/** `+01:00`; with seconds where there are some. */
export function offsetText(offsetMicros: number): string {
  const seconds = Math.abs(offsetMicros) / MICROS_PER_SECOND
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (seconds % 60 !== 0) parts.push(seconds % 60)
  return `${offsetMicros < 0 ? '-' : '+'}${parts.map((part) => pad(part, 2)).join(':')}`
}

const ofTexts = new Map<string, Zone | undefined>()

/** The zone that a timestamp's text names: spelt exactly, or one of Java's short names. */
export function zoneOfText(name: string): Zone | undefined {
  if (name === 'UTC') return UTC
  const likeUtc = LIKE_UTC.get(name)
  if (likeUtc !== undefined) return likeUtc
  if (!ofTexts.has(name)) {
    if (ofTexts.size >= 1000) ofTexts.clear()
    ofTexts.set(name, readZone(name))
  }
  return ofTexts.get(name)
}

function readZone(name: string): Zone | undefined {
  // As Spark: `+1:30` and `+01:3` are written out.
  const written = name.replace(/([+-])(\d):/, '$10$2:').replace(/([+-]\d\d):(\d)$/, '$1:0$2')
  const exact = SHORT_NAMES.get(written) ?? written
  const fixed = OFFSET.exec(exact)
  return fixed === null ? named(exact, isSpeltRight) : fixedZone(fixed)
}

const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/

function fixedZone([text, sign, hours = '0', minutes = '0', seconds = '0']: RegExpExecArray): Zone | undefined {
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROS_PER_SECOND
  if (total > 18 * 3600 * MICROS_PER_SECOND || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const offset = sign === '-' ? -total : total
  const stretch: Stretch = { from: -KNOWN, until: KNOWN, offset }
  const prefix = /^[A-Z]*/.exec(text)?.[0] ?? ''
  return byOffset(
    total === 0 && prefix !== '' ? prefix : prefix + (offset === 0 ? 'Z' : offsetText(offset)),
    () => stretch,
  )
}

/** Times beyond it have no offset: `Intl` refuses them, and so does every timestamp. */
const KNOWN = 2 ** 54

function byOffset(id: string, stretchAt: (utcMicros: number) => Stretch): Zone {
  // Times of a stream are near each other.
  let last: Stretch = { from: 0, until: 0, offset: 0 }
  const offsetAt = (micros: number): number => {
    if (micros < last.from || micros >= last.until) last = stretchAt(micros)
    return last.offset
  }
  return {
    id,
    stretchAt: (micros) => (Math.abs(micros) > KNOWN ? { from: micros, until: micros, offset: 0 } : stretchAt(micros)),
    toLocal: (micros) => (Math.abs(micros) > KNOWN ? micros : micros + offsetAt(micros)),
    toUtc(local) {
      if (Math.abs(local) > KNOWN) return local
      // Offsets before and after a change of clocks nearby, if there is one. In an overlap the earlier offset holds,
      // in a gap the time moves on by the gap's length: both are "the offset before".
      const before = local - offsetAt(local - MICROS_PER_DAY)
      const after = local - offsetAt(local + MICROS_PER_DAY)
      if (before === after || before + offsetAt(before) === local) return before
      return after + offsetAt(after) === local ? after : before
    },
  }
}

/** A zone is asked for its offset once in so many microseconds, and where its clocks change once in every second. */
const BUCKET = 900 * MICROS_PER_SECOND

/** A bucket in two parts where the clocks change in it. */
type Bucket = readonly [Stretch, Stretch?]

function named(name: string, accepts: (name: string, resolved: string) => boolean): Zone | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch {
    return undefined
  }
  if (!accepts(name, format.resolvedOptions().timeZone)) return undefined
  const known = new Map<number, Bucket>()
  return byOffset(name, (micros) => {
    const index = Math.floor(micros / BUCKET)
    let bucket = known.get(index)
    if (bucket === undefined) {
      bucket = readBucket(format, index * BUCKET)
      if (known.size >= 65_536) known.clear()
      known.set(index, bucket)
    }
    const [first, second] = bucket
    return second === undefined || micros < first.until ? first : second
  })
}

/** No zone changes its clocks twice in a quarter of an hour; when it does, is found by halving. */
function readBucket(format: Intl.DateTimeFormat, from: number): Bucket {
  const until = from + BUCKET
  const [offset, next] = [readOffset(format, from), readOffset(format, until)]
  if (offset === next) return [{ from, until, offset }]
  let [before, after] = [from, until]
  while (after - before > MICROS_PER_SECOND) {
    const middle = before + Math.floor((after - before) / (2 * MICROS_PER_SECOND)) * MICROS_PER_SECOND
    if (readOffset(format, middle) === offset) before = middle
    else after = middle
  }
  return [
    { from, until: after, offset },
    { from: after, until, offset: next },
  ]
}

function readOffset(format: Intl.DateTimeFormat, micros: number): number {
  const text = format.formatToParts(micros / 1000).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (match === null) return 0
  const [, sign, hours, minutes, seconds = '0'] = match
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROS_PER_SECOND
  return sign === '-' ? -total : total
}
