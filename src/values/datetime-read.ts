// Reads times by a pattern, as java.time's DateTimeFormatter does in English: strictly, but in any case of letters.

import { type DatetimeFields, type LocalTime, localTimeOf } from './datetime-fields.ts'
import { FIELDS, type FieldName, type Item, type NumberItem, parsePattern } from './datetime-pattern.ts'
import { MONTH_NAMES } from './time-names.ts'
import { zoneAt } from './zone-read.ts'

/** Where a part ends; -1 where the text has no such part. */
type Step = (fields: DatetimeFields, text: string, at: number) => number

/**
 * A function of a text; undefined where it does not follow the pattern or names no time. Fields that the pattern has not are
 * those of 1970-01-01 00:00. Throws RowFault (E_TIME) for what is no pattern.
 */
export function datetimeReader(pattern: string): (text: string) => LocalTime | undefined {
  const read = sequence(parsePattern(pattern, true))
  return (text) => {
    const fields: DatetimeFields = { values: FIELDS.map(() => Number.NaN), offset: undefined, zone: undefined }
    return read(fields, text, 0) === text.length ? localTimeOf(fields) : undefined
  }
}

function sequence(items: readonly Item[]): Step {
  const steps = items.map(step)
  return (fields, text, start) => {
    let at = start
    for (const read of steps) {
      at = read(fields, text, at)
      if (at < 0) return -1
    }
    return at
  }
}

function step(item: Item): Step {
  switch (item.kind) {
    case 'literal':
      return (_fields, text, at) => (startsWith(text, at, item.text) ? at + item.text.length : -1)
    case 'number':
      return number(item)
    case 'fraction':
      return fraction(item.min, item.max)
    case 'text':
      return word(item.field, wordsOf(item.field, item.isFull))
    case 'offset':
      return offset(item.style, item.zero)
    case 'localized-offset':
      return localizedOffset(item.isFull)
    case 'zone-id':
    case 'zone-text':
      return (fields, text, at) => {
        const found = zoneAt(text, at, item.kind === 'zone-text')
        if (found === undefined) return -1
        fields.zone = found.zone
        return found.end
      }
    case 'optional':
      return optional(sequence(item.items))
    default:
      return item satisfies never
  }
}

/** What a part that does not match has set is forgotten. */
function optional(read: Step): Step {
  return (fields, text, at) => {
    const before = { ...fields, values: [...fields.values] }
    const end = read(fields, text, at)
    if (end >= 0) return end
    Object.assign(fields, before)
    return at
  }
}

/** In any case, as Java compares: the capitals or the small letters are the same. */
function startsWith(text: string, at: number, wanted: string): boolean {
  if (text.startsWith(wanted, at)) return true
  const part = text.slice(at, at + wanted.length)
  return part.toUpperCase() === wanted.toUpperCase() || part.toLowerCase() === wanted.toLowerCase()
}

/** False where the field has another value already. */
function set({ values }: DatetimeFields, field: number, value: number): boolean {
  const known = values[field] as number
  values[field] = value
  return Number.isNaN(known) || known === value
}

function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48
  return digit >= 0 && digit <= 9 ? digit : -1
}

/** `NumberPrinterParser.parse`. */
function number(item: NumberItem): Step {
  const { min, max, sign, isReduced, following } = item
  const field = FIELDS.indexOf(item.field)
  return (fields, text, start) => {
    const symbol = text[start]
    const isSigned = symbol === '-' || symbol === '+'
    if (isSigned && (sign === 'never' || (sign === 'normal' && symbol === '+'))) return -1
    const from = isSigned ? start + 1 : start
    let end = from
    const widest = from + max + following
    while (end < widest && digitAt(text, end) >= 0) end++
    // The digits of the numbers behind it are theirs.
    if (following > 0) end = from + Math.max(min, end - from - following)
    if (end - from < min || end > text.length) return -1
    for (let at = from; at < end; at++) if (digitAt(text, at) < 0) return -1
    const digits = Number(text.slice(from, end))
    if (symbol === '-' && digits === 0) return -1
    if (sign === 'exceeds' && symbol !== '-' && isSigned !== end - from > min) return -1
    const value = symbol === '-' ? -digits : isReduced ? 2000 + digits : digits
    return set(fields, field, value) ? end : -1
  }
}

/** `FractionPrinterParser.parse`. */
function fraction(min: number, max: number): Step {
  const field = FIELDS.indexOf('nano')
  return (fields, text, start) => {
    let end = start
    while (end < start + max && digitAt(text, end) >= 0) end++
    if (end - start < min) return -1
    return set(fields, field, Number(text.slice(start, end).padEnd(9, '0'))) ? end : -1
  }
}

type Words = readonly (readonly [word: string, value: number])[]

function wordsOf(field: FieldName, isFull: boolean): Words {
  if (field === 'era')
    return isFull
      ? [
          ['Before Christ', 0],
          ['Anno Domini', 1],
        ]
      : [
          ['BC', 0],
          ['AD', 1],
        ]
  if (field === 'half')
    return [
      ['AM', 0],
      ['PM', 1],
    ]
  return MONTH_NAMES.map((name, i) => [isFull ? name : name.slice(0, 3), i + 1] as const)
}

function word(name: FieldName, words: Words): Step {
  const field = FIELDS.indexOf(name)
  return (fields, text, at) => {
    const found = words.find(([written]) => startsWith(text, at, written))
    if (found === undefined) return -1
    return set(fields, field, found[1]) ? at + found[0].length : -1
  }
}

/** By style: how the minutes and the seconds stand behind two digits of the hour. */
const OFFSETS: Readonly<Record<number, RegExp>> = {
  1: /([+-])(\d\d)(\d\d)?/y,
  3: /([+-])(\d\d)(\d\d)/y,
  4: /([+-])(\d\d):(\d\d)/y,
  5: /([+-])(\d\d)(\d\d)(\d\d)?/y,
  6: /([+-])(\d\d):(\d\d)(?::(\d\d))?/y,
}

/** `OffsetIdPrinterParser.parse`: the text for no offset is taken where no offset stands. */
function offset(style: number, zero: string): Step {
  const pattern = OFFSETS[style] as RegExp
  return (fields, text, at) => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) {
      const seconds = secondsOf(match)
      if (seconds === undefined || !setOffset(fields, seconds)) return -1
      return at + match[0].length
    }
    return startsWith(text, at, zero) && setOffset(fields, 0) ? at + zero.length : -1
  }
}

function secondsOf([, sign, hours, minutes = '0', seconds = '0']: RegExpExecArray): number | undefined {
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  if (Number(minutes) > 59 || Number(seconds) > 59 || total > 18 * 3600) return undefined
  return sign === '-' ? -total : total
}

function setOffset(fields: DatetimeFields, seconds: number): boolean {
  if (fields.offset !== undefined && fields.offset !== seconds) return false
  fields.offset = seconds
  return true
}

function localizedOffset(isFull: boolean): Step {
  const pattern = isFull ? /([+-])(\d\d):(\d\d)(?::(\d\d))?/y : /([+-])(\d{1,2})(?::(\d\d)(?::(\d\d))?)?/y
  return (fields, text, at) => {
    if (!startsWith(text, at, 'GMT')) return -1
    pattern.lastIndex = at + 3
    const match = pattern.exec(text)
    if (match === null) return setOffset(fields, 0) ? at + 3 : -1
    const seconds = secondsOf(match)
    return seconds !== undefined && setOffset(fields, seconds) ? pattern.lastIndex : -1
  }
}
