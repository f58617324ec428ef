// Writes times by a pattern, as java.time's DateTimeFormatter does in English.

import { civilFromDays, MICROS_PER_DAY, pad } from './calendar.ts'
import { dayOfYear, JULIAN_EPOCH, quarterOf, weekday } from './date-fields.ts'
import { type FieldName, type Item, type NumberItem, parsePattern } from './datetime-pattern.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from './time-names.ts'
import type { Zone } from './zone.ts'
import { zoneText } from './zone-text.ts'

/** A moment where it is printed. */
interface Moment {
  days: number
  year: number
  month: number
  day: number
  /** Seconds and microseconds of the day. */
  seconds: number
  micros: number
  /** UTC. */
  utc: number
  /** Seconds that local time is more than UTC. */
  offset: number
}

type Part = (moment: Moment) => string

/** A function of a moment in microseconds, whose clock the zone is. Throws RowFault (E_TIME) for what is no pattern. */
export function datetimePrinter(pattern: string, zone: Zone): (utcMicros: number) => string {
  const parts = parsePattern(pattern, false).map((item) => part(item, zone))
  const moment: Moment = { days: Number.NaN, year: 0, month: 0, day: 0, seconds: 0, micros: 0, utc: 0, offset: 0 }
  return (utcMicros) => {
    place(moment, utcMicros, zone)
    let text = ''
    for (const print of parts) text += print(moment)
    return text
  }
}

function place(moment: Moment, utc: number, zone: Zone): void {
  const local = zone.toLocal(utc)
  const days = Math.floor(local / MICROS_PER_DAY)
  if (days !== moment.days) {
    Object.assign(moment, civilFromDays(days))
    moment.days = days
  }
  const ofDay = local - days * MICROS_PER_DAY
  moment.seconds = Math.floor(ofDay / 1_000_000)
  moment.micros = ofDay - moment.seconds * 1_000_000
  moment.utc = utc
  moment.offset = (local - utc) / 1_000_000
}

function part(item: Item, zone: Zone): Part {
  switch (item.kind) {
    case 'literal':
      return () => item.text
    case 'number':
      return number(item)
    case 'fraction':
      return ({ micros }) => `${pad(micros, 6)}000`.slice(0, item.max)
    case 'text': {
      const value = FIELD_VALUES[item.field]
      return (moment) => fieldText(item.field, value(moment), item.isFull)
    }
    case 'offset':
      return ({ offset }) => offsetText(offset, item.style, item.zero)
    case 'localized-offset':
      return ({ offset }) => localizedOffset(offset, item.isFull)
    case 'zone-id':
      return () => zone.id
    case 'zone-text':
      return ({ utc }) => zoneText(zone, utc, item.isFull, item.isGeneric)
    case 'optional': {
      const parts = item.items.map((inner) => part(inner, zone))
      return (moment) => parts.map((print) => print(moment)).join('')
    }
    default:
      return item satisfies never
  }
}

function number({ field, min, sign, isReduced }: NumberItem): Part {
  const value = FIELD_VALUES[field]
  if (isReduced) return (moment) => pad(Math.abs(value(moment)) % 100, 2)
  if (sign === 'never' && min === 2) return (moment) => TWO_DIGITS[value(moment)] ?? pad(value(moment), 2)
  const most = 10 ** min
  return (moment) => {
    const found = value(moment)
    if (found < 0) return `-${pad(-found, min)}`
    return sign === 'exceeds' && found >= most ? `+${found}` : pad(found, min)
  }
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => pad(value, 2))

const FIELD_VALUES: Readonly<Record<FieldName, (moment: Moment) => number>> = {
  era: ({ year }) => (year > 0 ? 1 : 0),
  yearOfEra: ({ year }) => (year > 0 ? year : 1 - year),
  year: ({ year }) => year,
  month: ({ month }) => month,
  day: ({ day }) => day,
  dayOfYear: ({ days }) => dayOfYear(days),
  julianDay: ({ days }) => days + JULIAN_EPOCH,
  hour: ({ seconds }) => hourOf(seconds),
  clockHour: ({ seconds }) => hourOf(seconds) || 24,
  hourOfHalf: ({ seconds }) => hourOf(seconds) % 12,
  clockHourOfHalf: ({ seconds }) => hourOf(seconds) % 12 || 12,
  half: ({ seconds }) => (hourOf(seconds) < 12 ? 0 : 1),
  minute: ({ seconds }) => Math.floor(seconds / 60) % 60,
  second: ({ seconds }) => seconds % 60,
  nano: ({ micros }) => micros * 1000,
  quarter: ({ month }) => quarterOf(month),
  weekday: ({ days }) => weekday(days),
  dayInWeekOfMonth: ({ day }) => ((day - 1) % 7) + 1,
}

function hourOf(seconds: number): number {
  return Math.floor(seconds / 3600)
}

const QUARTERS = ['1st', '2nd', '3rd', '4th']

function fieldText(field: FieldName, value: number, isFull: boolean): string {
  switch (field) {
    case 'era':
      return (isFull ? ['Before Christ', 'Anno Domini'] : ['BC', 'AD'])[value] as string
    case 'half':
      return value === 0 ? 'AM' : 'PM'
    case 'quarter':
      return isFull ? `${QUARTERS[value - 1]} quarter` : `Q${value}`
    case 'weekday':
      return shortened(WEEKDAY_NAMES[value] as string, isFull)
    default:
      return shortened(MONTH_NAMES[value - 1] as string, isFull)
  }
}

function shortened(name: string, isFull: boolean): string {
  return isFull ? name : name.slice(0, 3)
}

/** `OffsetIdPrinterParser.format`; its styles: 1 +HHmm, 3 +HHMM, 4 +HH:MM, 5 +HHMMss, 6 +HH:MM:ss. */
function offsetText(offset: number, style: number, zero: string): string {
  if (offset === 0) return zero
  const [hours, minutes, seconds] = clock(Math.abs(offset))
  const colon = style % 2 === 0 ? ':' : ''
  let text = (offset < 0 ? '-' : '+') + pad(hours, 2)
  if (style >= 3 || minutes > 0) text += colon + pad(minutes, 2)
  if (style >= 5 && seconds > 0) text += colon + pad(seconds, 2)
  const isShownAsZero = hours === 0 && minutes === 0 && (style < 5 || seconds === 0)
  return isShownAsZero ? zero : text
}

function localizedOffset(offset: number, isFull: boolean): string {
  if (offset === 0) return 'GMT'
  const [hours, minutes, seconds] = clock(Math.abs(offset))
  const sign = offset < 0 ? '-' : '+'
  let text = `GMT${sign}${isFull ? pad(hours, 2) : hours}`
  if (isFull || minutes > 0 || seconds > 0) text += `:${pad(minutes, 2)}`
  if (seconds > 0) text += `:${pad(seconds, 2)}`
  return text
}

function clock(seconds: number): readonly [hours: number, minutes: number, seconds: number] {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
}
